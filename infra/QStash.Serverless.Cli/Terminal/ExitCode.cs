namespace QStash.Serverless.Cli;

/// <summary>What commands end with besides 0 for done, 1 for not done, and that of <see cref="Interruption"/>.</summary>
internal static class ExitCode
{
    /// <summary>There is a difference: <c>plan</c> has changes, <c>drift</c> found some.</summary>
    public const int Changes = 2;
}
