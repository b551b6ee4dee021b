using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace QStash.Serverless.Cli.Dev.App;

/// <summary>The app beside the local QStash: it has the terminal, its input and its output, as if it had been started alone.</summary>
internal sealed class AppProcess : IDisposable
{
    /// <summary>How long the app may take to end itself when it is asked to.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    private const int SigTerm = 15;

    private readonly Process _process;
    private readonly ProcessTree _tree;
    private readonly TimeProvider _time;

    private AppProcess(Process process, ProcessTree tree, TimeProvider time)
    {
        _process = process;
        _tree = tree;
        _time = time;
    }

    /// <summary>Starts it.</summary>
    /// <param name="command">The program and its arguments, which it gets as they are.</param>
    /// <param name="changes">Variables to set, or with null to remove.</param>
    /// <param name="time">The clock of the grace period.</param>
    /// <exception cref="FormatException">There is no such program, or it cannot be started; the message says what to do.</exception>
    public static AppProcess Start(IReadOnlyList<string> command, IReadOnlyDictionary<string, string?> changes, TimeProvider time)
    {
        string program = OperatingSystem.IsWindows() ? AppProgram.Find(command[0], Environment.GetEnvironmentVariable("PATH"), Environment.GetEnvironmentVariable("PATHEXT")) : command[0];
        ProcessStartInfo start = new(program, command.Skip(1)) { UseShellExecute = false };
        foreach ((string name, string? value) in changes)
        {
            start.Environment.Remove(name);
            if (value is not null)
            {
                start.Environment[name] = value;
            }
        }

        ProcessTree tree = new();
        tree.Mark(start.Environment);
        try
        {
            return new AppProcess(Process.Start(start)!, tree, time);
        }
        catch (Win32Exception reason)
        {
            throw new FormatException($"The app's command '{command[0]}' cannot be started: {reason.Message.TrimEnd('.')}. Check what stands after --, as in `dotnet qstash dev -- dotnet run`.", reason);
        }
    }

    /// <summary>Completes when the app has ended, with its exit code.</summary>
    public async Task<int> EndAsync()
    {
        await _process.WaitForExitAsync();
        return _process.ExitCode;
    }

    /// <summary>Asks the app to end, and after <see cref="Grace"/> makes it; whatever it has started ends with it.</summary>
    /// <param name="isAsked">Whether the terminal has asked it already: Ctrl+C goes to all that run in it.</param>
    public async Task StopAsync(bool isAsked)
    {
        bool canAsk = !OperatingSystem.IsWindows();
        if (isAsked || !canAsk)
        {
            await EndsWithinAsync(canAsk ? Grace / 2 : Grace);
        }

        if (canAsk && !_process.HasExited)
        {
            _ = Kill(_process.Id, SigTerm);
            await EndsWithinAsync(isAsked ? Grace / 2 : Grace);
        }

        KillAll();
        await _process.WaitForExitAsync();
    }

    /// <summary>Makes the app and all that it has started end at once.</summary>
    public void KillAll()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        _tree.Kill();
    }

    public void Dispose() => _process.Dispose();

    private async Task EndsWithinAsync(TimeSpan grace)
    {
        try
        {
            await _process.WaitForExitAsync().WaitAsync(grace, _time);
        }
        catch (TimeoutException)
        {
            // What does not end by itself is ended by the caller.
        }
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int process, int signal);
}
