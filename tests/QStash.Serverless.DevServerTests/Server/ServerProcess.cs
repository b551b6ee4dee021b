using System.Diagnostics;
using QStash.Serverless.DevServer;

namespace QStash.Serverless.DevServerTests.Server;

/// <summary>A server in a process of its own, so that a test can kill it without any warning. The process is this assembly, started as a program.</summary>
internal sealed class ServerProcess : IDisposable
{
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(60);

    private readonly Process _process;

    private ServerProcess(Process process, string url, string token)
    {
        _process = process;
        Url = url;
        Token = token;
    }

    public string Url { get; }

    public string Token { get; }

    public static async Task<ServerProcess> StartAsync(string directory)
    {
        ProcessStartInfo start = new(Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet")
        {
            ArgumentList = { "exec", typeof(ServerProcess).Assembly.Location, directory },
            RedirectStandardOutput = true,
        };
        Process process = Process.Start(start)!;
        try
        {
            string? url = await process.StandardOutput.ReadLineAsync().WaitAsync(StartPatience);
            string? token = await process.StandardOutput.ReadLineAsync().WaitAsync(StartPatience);
            return new(process, Assert.IsType<string>(url), Assert.IsType<string>(token));
        }
        catch
        {
            process.Kill();
            process.Dispose();
            throw;
        }
    }

    /// <summary>Ends the process as a power cut would: nothing of it runs any more.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            Kill();
        }

        _process.Dispose();
    }

    private static async Task<int> Main(string[] args)
    {
        if (args is not [string directory])
        {
            await Console.Error.WriteLineAsync("Run these tests with 'dotnet test'.");
            return 1;
        }

        await using QStashDevServer server = await QStashDevServer.StartAsync(new() { DataDirectory = directory });
        Console.WriteLine(server.Settings["QSTASH_URL"]);
        Console.WriteLine(server.Token);
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System);
        return 0;
    }
}
