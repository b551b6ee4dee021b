namespace QStash.Serverless.Lambda;

/// <summary>How a function behaves on Lambda. Read from the section <c>QStash:Lambda</c>, as in <c>QStash__Lambda__DeadlineMargin=00:00:02</c>; code wins.</summary>
public sealed class QStashLambdaOptions
{
    /// <summary>
    /// How long before Lambda's deadline the handler's token fires, so that QStash gets a 503 with <c>Retry-After</c> instead of the error of a killed function:
    /// 0 to 5 minutes. Default 500 ms. It is never more than a quarter of the time an invocation has.
    /// A handler that goes on all the same is abandoned when half the margin has passed.
    /// </summary>
    public TimeSpan DeadlineMargin { get; set; } = TimeSpan.FromMilliseconds(500);
}
