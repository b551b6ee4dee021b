namespace QStash.Serverless.Infra;

/// <summary>Where in the code something is declared.</summary>
/// <param name="File">The source file, as the compiler knew it; empty when it did not say.</param>
/// <param name="Line">The line, from 1; 0 when the compiler did not say.</param>
/// <param name="Member">The handler, the function, or the declaring class, as in <c>OrderFunctions.CloseDay</c>.</param>
public sealed record DeclaredAt(string File, int Line, string Member);
