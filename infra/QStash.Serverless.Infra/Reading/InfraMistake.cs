namespace QStash.Serverless.Infra;

/// <summary>Something wrong with a declaration.</summary>
/// <param name="At">Where it is declared; null when it is wrong as a whole.</param>
/// <param name="Message">What is wrong, and what to do about it.</param>
public sealed record InfraMistake(DeclaredAt? At, string Message)
{
    /// <summary>The place and the message, in one line.</summary>
    public override string ToString() => At is null ? Message : $"{At}: {Message}";
}
