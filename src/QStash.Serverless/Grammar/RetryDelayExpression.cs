namespace QStash.Serverless;

/// <summary>A parsed <c>Upstash-Retry-Delay</c> expression (protocol 7.2): milliseconds as a function of <c>retried</c>.</summary>
public sealed class RetryDelayExpression
{
    private RetryDelayExpression(string text) => Text = text;

    /// <summary>The expression as written.</summary>
    public string Text { get; }
}
