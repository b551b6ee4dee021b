namespace QStash.Serverless.Cli.Dev.App;

/// <summary>Finds the file of a program as a shell would where the system does not: on Windows, which starts only <c>.exe</c> by its bare name, and not <c>func.cmd</c>.</summary>
internal static class AppProgram
{
    /// <param name="name">The program, as it was typed.</param>
    /// <param name="path">The variable <c>PATH</c>.</param>
    /// <param name="extensions">The variable <c>PATHEXT</c>; null where there is none.</param>
    public static string Find(string name, string? path, string? extensions)
    {
        if (extensions is null || Path.HasExtension(name) || name.AsSpan().ContainsAny('/', '\\'))
        {
            return name;
        }

        return (path ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .SelectMany(folder => extensions.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(extension => Path.Combine(folder, name + extension)))
            .FirstOrDefault(File.Exists) ?? name;
    }
}
