namespace QStash.Serverless.Tests.Grammar;

public sealed class RetryBackoffTests
{
    [Theory]
    [InlineData(1, 12_182)]
    [InlineData(2, 148_413)]
    [InlineData(3, 1_808_042)]
    [InlineData(4, 22_026_466)]
    [InlineData(5, 86_400_000)]
    [InlineData(6, 86_400_000)]
    [InlineData(1_000, 86_400_000)]
    [InlineData(int.MaxValue, 86_400_000)]
    public void Retry_WaitsAsTheTableSays(int retryNumber, long milliseconds) =>
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), RetryBackoff.Delay(retryNumber));

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(int.MinValue)]
    public void NumberBelowTheFirstRetry_IsRefused(int retryNumber) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => RetryBackoff.Delay(retryNumber));
}
