using System.Globalization;

namespace QStash.Serverless.Infra;

/// <summary>Where in the code something is declared.</summary>
/// <param name="File">The source file: relative to <see cref="InfraTarget.SourceRoot"/>, or in a deterministic build to the repository, else as the compiler knew it; empty when the compiler did not say.</param>
/// <param name="Line">The line, from 1; 0 when the compiler did not say.</param>
/// <param name="Member">The handler, the function, or the declaring class, as in <c>OrderFunctions.CloseDay</c>.</param>
public sealed record DeclaredAt(string File, int Line, string Member)
{
    /// <summary>As in <c>Functions/Orders.cs:12 (OrderFunctions.CloseDay)</c>.</summary>
    public override string ToString() => File.Length == 0 ? Member : string.Create(CultureInfo.InvariantCulture, $"{File}:{Line} ({Member})");
}
