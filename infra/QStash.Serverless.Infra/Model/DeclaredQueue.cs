namespace QStash.Serverless.Infra;

/// <summary>A FIFO queue as the code wants it (protocol 2.7).</summary>
public sealed record DeclaredQueue
{
    /// <summary>The queue, as the code uses it.</summary>
    public required Queue Queue { get; init; }

    /// <summary>The name that QStash knows.</summary>
    public required string PhysicalName { get; init; }

    /// <summary>How many of its messages may be in flight at once, 1 or more; null leaves it as it is, which is 1 for a new queue.</summary>
    public int? Parallelism { get; init; }

    /// <summary>Whether it delivers nothing; null leaves that as it is.</summary>
    public bool? Paused { get; init; }

    /// <summary>Where it is declared.</summary>
    public required DeclaredAt At { get; init; }
}
