namespace QStash.Serverless.Cli;

/// <summary>What the tool finds around it: streams, variables, the current folder and the clock.</summary>
internal sealed record Surroundings
{
    public required TextWriter Output { get; init; }

    public required TextWriter Errors { get; init; }

    /// <summary>The input as bytes, for bodies.</summary>
    public required Func<Stream> Input { get; init; }

    /// <summary>The input as what a person types, line by line.</summary>
    public required TextReader Answers { get; init; }

    public required bool IsInputRedirected { get; init; }

    public required bool IsOutputRedirected { get; init; }

    /// <summary>Reads a variable of the environment.</summary>
    public required Func<string, string?> Variable { get; init; }

    /// <summary>The folder that relative paths start from.</summary>
    public required string Folder { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;

    public static Surroundings OfProcess() => new()
    {
        Output = Console.Out,
        Errors = Console.Error,
        Input = Console.OpenStandardInput,
        Answers = Console.In,
        IsInputRedirected = Console.IsInputRedirected,
        IsOutputRedirected = Console.IsOutputRedirected,
        Variable = Environment.GetEnvironmentVariable,
        Folder = Environment.CurrentDirectory,
    };

    /// <summary>The full path of a path that may be relative.</summary>
    public string PathOf(string path) => Path.GetFullPath(path, Folder);
}
