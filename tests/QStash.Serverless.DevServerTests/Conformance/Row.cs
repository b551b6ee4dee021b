using QStash.Serverless.DevServer;

namespace QStash.Serverless.DevServerTests.Conformance;

/// <summary>One statement of the protocol reference and the requests that show it.</summary>
/// <param name="Section">Where the reference says it.</param>
/// <param name="What">What it says, unique in the table.</param>
/// <param name="Show">Sends the requests and asserts the answers; null for a row that is not covered.</param>
internal sealed record Row(string Section, string What, Func<Bench, Task>? Show)
{
    /// <summary>Why the local QStash does not do it, for a row that is not covered.</summary>
    public string? NotCovered { get; init; }

    /// <summary>How the server is started.</summary>
    public Action<QStashDevServerOptions> With { get; init; } = _ => { };

    public static Row Uncovered(string section, string what, string reason) => new(section, what, null) { NotCovered = reason };

    public override string ToString() => $"{Section} {What}";
}
