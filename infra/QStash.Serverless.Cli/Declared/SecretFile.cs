namespace QStash.Serverless.Cli.Declared;

/// <summary>Files that only their owner may read.</summary>
internal static class SecretFile
{
    /// <exception cref="FormatException">The file cannot be written.</exception>
    public static void Write(string path, string text)
    {
        try
        {
            using FileStream file = new(path, FileMode.Create, FileAccess.Write);
            if (!OperatingSystem.IsWindows())
            {
                // Before there is anything in it, and also for a file that was there already.
                File.SetUnixFileMode(file.SafeFileHandle, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            }

            file.Write(System.Text.Encoding.UTF8.GetBytes(text));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new FormatException($"The plan cannot be written to '{path}': {exception.Message}", exception);
        }
    }
}
