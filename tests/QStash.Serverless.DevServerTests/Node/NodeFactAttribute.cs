using System.ComponentModel;
using System.Diagnostics;

namespace QStash.Serverless.DevServerTests.Node;

/// <summary>A test that needs Node.js with npm and its registry. Skipped, saying so, where they are missing; never on a build server.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class NodeFactAttribute : FactAttribute
{
    private static readonly bool HasNode = Runs("node") && Runs("npm");

    public NodeFactAttribute()
    {
        if (!HasNode && Environment.GetEnvironmentVariable("CI") is null or "")
        {
            Skip = "Needs node and npm on the PATH: it drives the local QStash with the official JavaScript client.";
        }
    }

    private static bool Runs(string program)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(OperatingSystem.IsWindows() ? "cmd" : program, OperatingSystem.IsWindows() ? ["/c", program, "--version"] : ["--version"])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }
}
