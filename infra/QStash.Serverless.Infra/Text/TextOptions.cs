namespace QStash.Serverless.Infra;

/// <summary>How texts look.</summary>
public sealed record TextOptions
{
    /// <summary>Where lines are broken, in characters, 40 or more. Default 100.</summary>
    public int Width { get; init; } = 100;

    /// <summary>Whether to colour them with ANSI sequences.</summary>
    public bool Colors { get; init; }

    /// <summary>Whether differences are told as drift (what is declared and what is there) rather than as changes to make.</summary>
    public bool AsDrift { get; init; }
}
