using System.Diagnostics;

namespace QStash.Serverless.Tests.FunctionsHost;

/// <summary>The process of a function app, started as the Functions host starts it.</summary>
internal sealed class WorkerProcess : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private readonly Process _process;
    private readonly List<string> _lines = [];

    private WorkerProcess(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
    }

    /// <summary>What the process has written.</summary>
    internal string Output
    {
        get
        {
            lock (_lines)
            {
                return string.Join(Environment.NewLine, _lines);
            }
        }
    }

    /// <summary>The processor time that the process has used so far, on all its threads.</summary>
    internal TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Completes when the process has ended.</summary>
    internal Task Ended { get; private set; } = Task.CompletedTask;

    internal static WorkerProcess Start(string app, Uri host, IEnumerable<KeyValuePair<string, string>> environment)
    {
        string directory = Path.GetDirectoryName(app)!;
        string[] arguments =
        [
            app,
            "--host", host.Host, "--port", $"{host.Port}", "--workerId", "worker-1", "--requestId", "request-1", "--grpcMaxMessageLength", $"{int.MaxValue}",
            "--functions-uri", host.GetLeftPart(UriPartial.Authority), "--functions-worker-id", "worker-1", "--functions-request-id", "request-1",
            "--functions-grpc-max-message-length", $"{int.MaxValue}",
        ];
        ProcessStartInfo start = new("dotnet", arguments) { WorkingDirectory = directory, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["FUNCTIONS_WORKER_DIRECTORY"] = directory;
        start.Environment["FUNCTIONS_APPLICATION_DIRECTORY"] = directory;
        start.Environment["FUNCTIONS_WORKER_RUNTIME"] = "dotnet-isolated";
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        WorkerProcess worker = new(new Process { StartInfo = start });
        worker._process.Start();
        worker._process.BeginOutputReadLine();
        worker._process.BeginErrorReadLine();
        worker.Ended = worker._process.WaitForExitAsync();
        return worker;
    }

    /// <summary>Waits for the process to end by itself and returns its exit code.</summary>
    internal async Task<int> WaitForExitAsync()
    {
        await Ended.WaitAsync(s_patience, TimeProvider.System);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        await Ended;
        _process.Dispose();
    }

    private void Keep(string? line)
    {
        if (line is not null)
        {
            lock (_lines)
            {
                _lines.Add(line);
            }
        }
    }
}
