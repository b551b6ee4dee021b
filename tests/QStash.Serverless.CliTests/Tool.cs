using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace QStash.Serverless.CliTests;

/// <summary>The tool as a process of its own, its output redirected.</summary>
internal sealed class Tool : IAsyncDisposable
{
    /// <summary>Far beyond what anything here takes, also on a busy machine.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _output = new();
    private readonly ConcurrentQueue<string> _errors = new();
    private readonly SemaphoreSlim _news = new(0);
    private int _ended;

    private Tool(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => Heard(_output, line.Data);
        process.ErrorDataReceived += (_, line) => Heard(_errors, line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public string Output => string.Join('\n', _output);

    public string Errors => string.Join('\n', _errors);

    public static Tool Start(string folder, params string[] arguments) => StartProgram("dotnet-qstash.dll", folder, arguments);

    /// <summary>The same demo with its app on Azure Functions: a program of its own, which is not part of the tool.</summary>
    public static Tool StartAzureDemo(string folder, params string[] arguments) => StartProgram("QStash.Serverless.AzureDemo.dll", folder, arguments);

    private static Tool StartProgram(string program, string folder, string[] arguments)
    {
        // Where the tests run in the background, Ctrl+C is ignored by inheritance; the tool is to start as in a terminal.
        string[] command = ["dotnet", "exec", Path.Combine(AppContext.BaseDirectory, program), .. arguments];
        string[] line = OperatingSystem.IsLinux() && File.Exists("/usr/bin/env") ? ["/usr/bin/env", "--default-signal=INT", .. command] : command;
        ProcessStartInfo start = new(line[0], line[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,

            // What may stand in the environment of those who try QStash: none of it is the demo's or the local QStash's business.
            Environment =
            {
                ["http_proxy"] = "http://127.0.0.1:9",
                ["QSTASH_URL"] = "https://qstash.invalid",
                ["QSTASH_REGION"] = "nowhere",
                ["QSTASH_TOKEN"] = "another",
                ["QSTASH_CURRENT_SIGNING_KEY"] = "sig_of_another_account_1",
                ["QSTASH_NEXT_SIGNING_KEY"] = "sig_of_another_account_2",
                ["QSTASH_PUBLIC_BASE_URL"] = "https://shop.invalid",
                ["EU_CENTRAL_1_QSTASH_CURRENT_SIGNING_KEY"] = "sig_of_another_account_3",
                ["EU_CENTRAL_1_QSTASH_NEXT_SIGNING_KEY"] = "sig_of_another_account_4",
                ["ASPNETCORE_URLS"] = "http://127.0.0.1:9",
                ["ASPNETCORE_ENVIRONMENT"] = "Production",
            },
        };
        return new Tool(new Process { StartInfo = start });
    }

    /// <summary>Waits for the first line of output of which this is the beginning, and returns the line.</summary>
    public async Task<string> LineAsync(string beginning)
    {
        while (true)
        {
            if (_output.FirstOrDefault(line => line.StartsWith(beginning, StringComparison.Ordinal)) is { } found)
            {
                return found;
            }

            await NewsAsync();
        }
    }

    /// <summary>Waits for a further line.</summary>
    public async Task NewsAsync()
    {
        using CancellationTokenSource limit = new(s_patience);
        try
        {
            await _news.WaitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"The tool said nothing more.\n{Output}\n{Errors}");
        }

        Assert.False(_ended == 2 && _news.CurrentCount == 0, $"The tool has ended.\n{Output}\n{Errors}");
    }

    /// <summary>Waits for the end, and returns the exit code.</summary>
    public async Task<int> EndAsync()
    {
        using CancellationTokenSource limit = new(s_patience);
        await _process.WaitForExitAsync(limit.Token);
        return _process.ExitCode;
    }

    public void CtrlC() => Signal(2);

    public void Terminate() => Signal(15);

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
        _news.Dispose();
    }

    private void Signal(int number) => Assert.Equal(0, Kill(_process.Id, number));

    private void Heard(ConcurrentQueue<string> lines, string? line)
    {
        if (line is not null)
        {
            lines.Enqueue(line);
        }
        else
        {
            Interlocked.Increment(ref _ended);
        }

        _news.Release();
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int process, int signal);
}
