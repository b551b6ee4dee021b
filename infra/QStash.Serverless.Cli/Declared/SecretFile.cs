namespace QStash.Serverless.Cli.Declared;

/// <summary>Files that only their owner may read.</summary>
internal static class SecretFile
{
    /// <exception cref="FormatException">The file cannot be written.</exception>
    public static void Write(string path, string text)
    {
        FileStreamOptions options = new() { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        try
        {
            using StreamWriter writer = new(path, options);
            writer.Write(text);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new FormatException($"The plan cannot be written to '{path}': {exception.Message}", exception);
        }
    }
}
