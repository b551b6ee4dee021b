namespace QStash.Serverless;

/// <summary>Flow-control limits: the value of <c>Upstash-Flow-Control-Value</c> (protocol 3.2).</summary>
public sealed record FlowControlValue
{
    /// <summary>How many deliveries may be in flight at once, at least 1.</summary>
    public int? Parallelism { get; init; }
    /// <summary>How many deliveries may start in one <see cref="Period"/>, at least 1.</summary>
    public int? Rate { get; init; }
    /// <summary>The rate's window: 1 second (the default) to 7 days.</summary>
    public TimeSpan Period { get; init; } = TimeSpan.FromSeconds(1);
}
