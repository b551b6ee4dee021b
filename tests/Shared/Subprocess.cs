using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;

namespace QStash.Serverless.Tests;

/// <summary>A process whose output is kept and can be waited on. It ends with this object, with everything it started.</summary>
internal sealed class Subprocess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Lock _lock = new();
    private readonly StringBuilder _output = new();
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private Subprocess(Process process) => _process = process;

    internal string Output
    {
        get
        {
            lock (_lock)
            {
                return _output.ToString();
            }
        }
    }

    internal static Subprocess Start(string fileName, IEnumerable<string> arguments, string workingDirectory, IReadOnlyDictionary<string, string> environment)
    {
        ProcessStartInfo start = new(fileName, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = workingDirectory };

        // The test host hands down the settings of the SDK that runs it, and of the run; neither is meant for others.
        foreach (string name in start.Environment.Keys.Where(static name => name.StartsWith("MSBuild", StringComparison.OrdinalIgnoreCase) || name.StartsWith("QSTASH", StringComparison.OrdinalIgnoreCase) || name is "TestResultsRoot" or "VSTEST_CONNECTION_TIMEOUT").ToArray())
        {
            start.Environment.Remove(name);
        }

        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        Process process = new() { StartInfo = start };
        Subprocess subprocess = new(process);
        process.OutputDataReceived += (_, line) => subprocess.Append(line.Data);
        process.ErrorDataReceived += (_, line) => subprocess.Append(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return subprocess;
    }

    /// <summary>Ends the process as a power cut would.</summary>
    internal void Kill() => _process.Kill();

    /// <summary>Sends SIGTERM.</summary>
    internal void Terminate() => Signal(15);

    /// <summary>Sends SIGINT, as Ctrl+C does.</summary>
    internal void CtrlC() => Signal(2);

    /// <summary>Waits for the end; the exit code.</summary>
    internal async Task<int> WaitForExitAsync(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken);
        return _process.ExitCode;
    }

    /// <summary>Waits for a line of output.</summary>
    /// <exception cref="InvalidOperationException">The process ended without it.</exception>
    internal async Task<Match> WaitForOutputAsync(Regex pattern, CancellationToken cancellationToken)
    {
        Task exit = _process.WaitForExitAsync(cancellationToken);
        while (true)
        {
            Task changed;
            bool hasExited = exit.IsCompleted;
            lock (_lock)
            {
                changed = _changed.Task;
            }

            if (pattern.Match(Output) is { Success: true } match)
            {
                return match;
            }

            if (hasExited)
            {
                throw new InvalidOperationException($"The process ended with exit code {_process.ExitCode}:{Environment.NewLine}{Output}");
            }

            await Task.WhenAny(changed, exit).WaitAsync(cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private void Signal(int number)
    {
        if (SendSignal(_process.Id, number) != 0)
        {
            throw new InvalidOperationException($"Signal {number} could not be sent: error {Marshal.GetLastPInvokeError()}.");
        }
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SendSignal(int process, int signal);

    private void Append(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_lock)
        {
            _output.AppendLine(line);
            _changed.TrySetResult();
            _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }
}
