namespace QStash.Serverless.Tests.Delivery;

public sealed class QStashResultTests
{
    [Fact]
    public void Typed_result_of_a_body_is_a_success_that_shows_it()
    {
        QStashResult<string> result = "receipt";

        Assert.Equal(("receipt", QStashOutcome.Success, "receipt"), (result.Value, result.ToResult().Outcome, result.ToResult().Body));
    }

    [Fact]
    public void Typed_result_of_a_decision_is_that_decision_without_a_value()
    {
        QStashResult retry = QStashResult.Retry(TimeSpan.FromSeconds(5));

        QStashResult<int> result = retry;

        Assert.Same(retry, result.ToResult());
        Assert.Equal(0, result.Value);
    }

    [Fact]
    public void Typed_result_of_no_decision_is_refused() =>
        Assert.Throws<ArgumentNullException>(static () => (QStashResult<string>)(QStashResult)null!);

    [Fact]
    public void Typed_result_cannot_be_the_body_of_another() =>
        Assert.Throws<ArgumentException>(static () => QStashResult.Success((QStashResult<string>)"receipt"));
}
