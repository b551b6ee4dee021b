namespace QStash.Serverless.Infra;

/// <summary>Pinned limits of a flow-control key, whatever its messages say (protocol 2.11). A limit that is null is left to the messages.</summary>
public sealed record DeclaredPin
{
    /// <summary>The key that the code uses.</summary>
    public required string Key { get; init; }

    /// <summary>The key that QStash knows.</summary>
    public required string PhysicalKey { get; init; }

    /// <summary>How many deliveries may be in flight at once, 1 or more.</summary>
    public int? Parallelism { get; init; }

    /// <summary>How many deliveries may start in one <see cref="Period"/>, 1 or more.</summary>
    public int? Rate { get; init; }

    /// <summary>The period of <see cref="Rate"/>, whole seconds from 1; null for QStash's default of one second.</summary>
    public TimeSpan? Period { get; init; }

    /// <summary>Where it is declared.</summary>
    public required DeclaredAt At { get; init; }
}
