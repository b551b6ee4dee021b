namespace QStash.Serverless.Infra;

/// <summary>How a plan is applied.</summary>
public sealed record ApplyOptions
{
    /// <summary>How many changes are made side by side, 1 or more. Default 8.</summary>
    public int Parallelism { get; init; } = 8;

    /// <summary>The clock of waits; the system's by default.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
