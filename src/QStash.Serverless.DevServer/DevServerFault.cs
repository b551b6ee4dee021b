namespace QStash.Serverless.DevServer;

/// <summary>What goes wrong with a delivery.</summary>
public enum DevServerFaultKind
{
    /// <summary>The destination is not called; the attempt ends with <see cref="DevServerFault.Status"/>.</summary>
    Status,

    /// <summary>The destination is not called; the attempt fails as one that was not answered in time.</summary>
    Timeout,

    /// <summary>The destination is called after <see cref="DevServerFault.Delay"/>, which counts towards the attempt's timeout.</summary>
    Slow,

    /// <summary>The destination is called twice with the same message, <see cref="DevServerFault.Delay"/> apart; the second answer counts.</summary>
    Duplicate,

    /// <summary>The destination is called and its answer is lost: it did its work, and the attempt fails.</summary>
    Drop,
}

/// <summary>A fault that a local QStash injects into deliveries, to show that an app survives it.</summary>
public sealed record DevServerFault
{
    /// <summary>The destinations it is for; <c>*</c> stands for any text. Default: all of them.</summary>
    public string Url { get; init; } = "*";

    /// <summary>What goes wrong.</summary>
    public required DevServerFaultKind Kind { get; init; }

    /// <summary>The status of <see cref="DevServerFaultKind.Status"/>, 100 to 599. Default 503.</summary>
    public int Status { get; init; } = 503;

    /// <summary>How long the fault takes, on the server's clock; 0 to 7 days. Default: no time.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>How likely it is for each attempt, above 0 and up to 1. Default 1: always.</summary>
    public double Probability { get; init; } = 1;

    /// <summary>Makes the draws of <see cref="Probability"/> the same in every run. Null draws differently each time.</summary>
    public int? Seed { get; init; }

    /// <summary>How many attempts it is for at most; null for any number.</summary>
    public int? Times { get; init; }
}
