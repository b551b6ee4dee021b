using System.Diagnostics;

namespace QStash.Serverless.DevServerTests.Node;

/// <summary>A temporary folder with the scripts and, after <see cref="RestoreAsync"/>, the pinned packages.</summary>
internal sealed class NodeFolder : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private static readonly string Scripts = System.IO.Path.Combine(AppContext.BaseDirectory, "Node");

    internal string Path { get; } = Directory.CreateTempSubdirectory("qstash-node").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);

    internal Task WriteAsync(string file, string text) => File.WriteAllTextAsync(System.IO.Path.Combine(Path, file), text);

    internal async Task RestoreAsync()
    {
        foreach (string file in Directory.EnumerateFiles(Scripts))
        {
            File.Copy(file, System.IO.Path.Combine(Path, System.IO.Path.GetFileName(file)));
        }

        await RunAsync("npm", new Dictionary<string, string>(), "ci", "--ignore-scripts", "--no-audit", "--no-fund");
    }

    internal async Task<string> RunAsync(string program, IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        string[] line = OperatingSystem.IsWindows() ? ["cmd", "/c", program, .. arguments] : [program, .. arguments];
        ProcessStartInfo start = new(line[0], line[1..]) { WorkingDirectory = Path, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string name in start.Environment.Keys.Where(k => k.Contains("QSTASH", StringComparison.OrdinalIgnoreCase) || k is "NODE_ENV").ToArray())
        {
            start.Environment.Remove(name);
        }

        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        using CancellationTokenSource limit = new(Patience);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"{program} did not end within {Patience}.");
        }

        Assert.True(process.ExitCode == 0, $"{string.Join(' ', line)} ended with {process.ExitCode}.\n{await output}\n{await errors}");
        return await output;
    }
}
