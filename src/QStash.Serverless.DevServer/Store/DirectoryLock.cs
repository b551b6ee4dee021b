namespace QStash.Serverless.DevServer.Store;

/// <summary>Holds a data directory for one server. The operating system lets go of it when the process ends, however it ends.</summary>
internal sealed class DirectoryLock : IDisposable
{
    private readonly FileStream _file;

    private DirectoryLock(FileStream file) => _file = file;

    /// <exception cref="InvalidOperationException">Another server uses the directory.</exception>
    public static DirectoryLock Take(string directory)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(directory);
        }
        else
        {
            // The store holds tokens and keys: a directory made here is its owner's alone.
            Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        string path = Path.Combine(directory, "qstash.lock");
        try
        {
            return new(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1));
        }
        catch (IOException e) when (e.GetType() == typeof(IOException) && File.Exists(path))
        {
            throw new InvalidOperationException(
                $"Another local QStash uses the data directory '{Path.GetFullPath(directory)}' (its file qstash.lock is held): stop it, or give this one a directory of its own.", e);
        }
    }

    public void Dispose() => _file.Dispose();
}
