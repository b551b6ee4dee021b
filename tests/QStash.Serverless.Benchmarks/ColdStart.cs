using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;
using QStash.Serverless.Tests;
using QStash.Serverless.Tests.RuntimeApi;

namespace QStash.Serverless.Benchmarks;

/// <summary>
/// Starts functions cold, as processes of their own: from the start of the process to its first reply, the event waiting. The floor is a function of a few lines on
/// a loop of a few lines; against it stand the same function on our loop, and a QStash function on our loop.
/// </summary>
internal static class ColdStart
{
    private const string Project = "QStash.Serverless.ColdStart";
    private const double MaxRatio = 1.25;

    /// <returns>Whether the bound holds.</returns>
    internal static async Task<bool> RunAsync(int starts, bool readyToRun)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("qstash-cold-start-");
        try
        {
            string executable = await PublishAsync(folder, readyToRun);
            await using RuntimeApiServer api = await RuntimeApiServer.StartAsync();

            // Once for the file cache; then they take turns.
            string[] functions = ["bare", "loop", "qstash"];
            double[][] times = [.. functions.Select(_ => new double[starts])];
            for (int round = -1; round < starts; round++)
            {
                for (int turn = 0; turn < functions.Length; turn++)
                {
                    int function = (turn + round + 1) % functions.Length;
                    double time = await StartAsync(api, executable, functions[function]);
                    if (round >= 0)
                    {
                        times[function][round] = time;
                    }
                }
            }

            double[] medians = [.. times.Select(Median)];
            Console.WriteLine($"cold start, {(readyToRun ? "ReadyToRun" : "JIT")}, median of {starts}: bare function on a bare loop {medians[0]:F0} ms");
            return Tell("the same function on our loop", medians[1], medians[0]) & Tell("a QStash function on our loop", medians[2], medians[0]);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static bool Tell(string what, double median, double floor)
    {
        bool holds = median / floor <= MaxRatio;
        Console.WriteLine($"  {what} {median:F0} ms, ratio {median / floor:F2}, bound {MaxRatio:F2} {(holds ? "ok" : "OVER")}");
        return holds;
    }

    private static async Task<double> StartAsync(RuntimeApiServer api, string executable, string function)
    {
        const string Body = """{"id":"o-1","total":42.5}""";
        const string Key = "sig_coldStartColdStartColdStart1";
        const string Url = "https://abc.lambda-url.eu-central-1.on.aws/orders";
        string signature = new DeliverySigner(Key).Sign(Url, System.Text.Encoding.UTF8.GetBytes(Body), TimeProvider.System.GetUtcNow());
        string lambdaEvent = $$"""
            {"version":"2.0","routeKey":"$default","rawPath":"/orders","rawQueryString":"","headers":{"host":"abc.lambda-url.eu-central-1.on.aws","content-type":"application/json","user-agent":"Upstash-QStash",
            "x-forwarded-proto":"https","upstash-message-id":"msg_1","upstash-retried":"0","upstash-signature":"{{signature}}"},"requestContext":{"accountId":"anonymous","apiId":"abc","domainName":"abc.lambda-url.eu-central-1.on.aws",
            "http":{"method":"POST","path":"/orders","protocol":"HTTP/1.1","sourceIp":"127.0.0.1"},"requestId":"1","stage":"$default","timeEpoch":1},"body":"{{JsonEncodedText.Encode(Body)}}","isBase64Encoded":false}
            """;
        Task<InvocationResult> reply = api.InvokeAsync(System.Text.Encoding.UTF8.GetBytes(lambdaEvent));
        ProcessStartInfo start = new(executable, [function])
        {
            RedirectStandardOutput = true,
            Environment = { ["AWS_LAMBDA_RUNTIME_API"] = api.Endpoint, ["AWS_LAMBDA_FUNCTION_NAME"] = "cold", ["QSTASH_CURRENT_SIGNING_KEY"] = Key, ["QSTASH_NEXT_SIGNING_KEY"] = null, ["QSTASH_PUBLIC_BASE_URL"] = null },
        };
        long started = Stopwatch.GetTimestamp();
        using Process process = Process.Start(start)!;
        process.BeginOutputReadLine();
        try
        {
            InvocationResult result = await reply.WaitAsync(TimeSpan.FromMinutes(1), TimeProvider.System);
            double elapsed = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
            return result.ReplyText.Contains("\"statusCode\":200", StringComparison.Ordinal) ? elapsed : throw new InvalidOperationException($"The function '{function}' did not handle its event: {result.ReplyText}");
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync();
        }
    }

    private static async Task<string> PublishAsync(DirectoryInfo folder, bool readyToRun)
    {
        string published = Path.Combine(folder.FullName, "published");
        string[] options = readyToRun ? ["-r", RuntimeInformation.RuntimeIdentifier, "--no-self-contained", "-p:PublishReadyToRun=true"] : ["--no-self-contained"];
        using Process publish = Process.Start(new ProcessStartInfo("dotnet",
            ["publish", Path.Combine(Repository.Root, "tests", Project, Project + ".csproj"), "-c", "Release", "-o", published, "--artifacts-path", Path.Combine(folder.FullName, "artifacts"), "-nodeReuse:false", "-tl:off", "-v:q", .. options]))!;
        await publish.WaitForExitAsync();
        return publish.ExitCode == 0 ? Path.Combine(published, Project + (OperatingSystem.IsWindows() ? ".exe" : "")) : throw new InvalidOperationException($"{Project} could not be published.");
    }

    private static double Median(double[] values) => values.Order().ElementAt(values.Length / 2);
}
