using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace QStash.Serverless.Cli.Dev.App;

/// <summary>
/// What an app has started, and what that has started: told by a variable that all of them inherit, because a child whose parent has ended can no longer be
/// found from it, and Ctrl+C ends some parents before anybody could look. Only Linux tells; elsewhere those that outlive their parent are not found.
/// </summary>
internal sealed class ProcessTree
{
    private const string Variable = "DOTNET_QSTASH_DEV_RUN";

    // Each round ends what the last one found, but for what was started meanwhile.
    private const int Rounds = 10;

    private readonly string _run = Guid.NewGuid().ToString("N");

    /// <summary>Marks what is started with this environment.</summary>
    public void Mark(IDictionary<string, string?> environment) => environment[Variable] = _run;

    /// <summary>Ends those that live.</summary>
    public void Kill()
    {
        byte[] mark = Encoding.ASCII.GetBytes($"{Variable}={_run}");
        bool isLeft = OperatingSystem.IsLinux();
        for (int round = 0; isLeft && round < Rounds; round++)
        {
            isLeft = false;
            foreach (string folder in Directory.EnumerateDirectories("/proc"))
            {
                isLeft |= KillMarked(folder, mark);
            }
        }
    }

    private static bool KillMarked(string folder, byte[] mark)
    {
        if (!int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out int id))
        {
            return false;
        }

        try
        {
            // What has ended has no environment any more.
            if (File.ReadAllBytes(Path.Combine(folder, "environ")).AsSpan().IndexOf(mark) < 0)
            {
                return false;
            }

            using Process process = Process.GetProcessById(id);
            process.Kill();
            return true;
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException or ArgumentException or InvalidOperationException or Win32Exception)
        {
            // It has ended by itself, or is somebody else's.
            return false;
        }
    }
}
