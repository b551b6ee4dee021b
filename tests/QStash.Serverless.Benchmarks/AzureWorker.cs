using System.Diagnostics;
using System.Globalization;
using System.Text;
using QStash.Serverless.Tests.FunctionsHost;

namespace QStash.Serverless.Benchmarks;

/// <summary>
/// Measures a function with a QStash trigger beside an HTTP function that does nothing, both on the vendor's worker: latency and allocation in the same
/// process by turns, start-up in processes by turns of an app with QStash and one without.
/// </summary>
internal sealed class AzureWorker(string folder, TextWriter output, bool quick)
{
    private const string App = "QStash.Serverless.Benchmarks.AzureApp.dll";
    private const string PublicUrl = "https://bench.example.com";
    private const string Key = "sig_5VQW1FhkJGmNrP3tXyZaBcDeFgH2";

    private static readonly byte[] s_body = Encoding.UTF8.GetBytes("""{"id":"o-1","total":42.5,"note":"two hundred bytes or so, as most messages are: what happened, to whom, and where to look for the rest"}""");

    internal async Task RunAsync()
    {
        output.WriteLine("mode        what                       QStash     http       ratio  more      aim");
        foreach (string mode in (string[])["plain", "aspnetcore"])
        {
            await using FunctionsHost host = await StartAsync("qstash", mode);
            await WarmUpAsync(host);
            (double qstash, double http) = await LatencyAsync(host);
            Print(mode, "p50 latency, us", qstash, http, "1.10x");
            (qstash, http) = (await AllocatedAsync(host, "qstash"), await AllocatedAsync(host, "http"));
            Print(mode, "allocated, B", qstash, http, "+6144");
            (double Loaded, double Replied)[] with = new (double, double)[quick ? 5 : 25];
            (double Loaded, double Replied)[] without = new (double, double)[with.Length];
            for (int i = 0; i < with.Length; i++)
            {
                with[i] = await StartUpAsync("qstash", "qstash", mode);
                without[i] = await StartUpAsync("plain", "http", mode);
            }

            Print(mode, "start to loaded, ms", Median(with.Select(static start => start.Loaded)), Median(without.Select(static start => start.Loaded)), "+25");
            Print(mode, "start to first reply, ms", Median(with.Select(static start => start.Replied)), Median(without.Select(static start => start.Replied)), "+25");
        }
    }

    private Task<FunctionsHost> StartAsync(string app, string mode) => FunctionsHost.StartAsync(Path.Combine(folder, app, App), new Dictionary<string, string>
    {
        ["AZUREAPP_STARTUP"] = mode,
        ["QSTASH_CURRENT_SIGNING_KEY"] = Key,
        ["QSTASH_PUBLIC_BASE_URL"] = PublicUrl,
    });

    private async Task WarmUpAsync(FunctionsHost host)
    {
        long started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started).TotalSeconds < (quick ? 3 : 15))
        {
            await CallAsync(host, "qstash", 100);
            await CallAsync(host, "http", 100);
        }
    }

    /// <summary>In turns of 20 calls, so that drift favours neither.</summary>
    private async Task<(double QStash, double Http)> LatencyAsync(FunctionsHost host)
    {
        List<double> qstash = [];
        List<double> http = [];
        for (int round = 0; round < (quick ? 50 : 500); round++)
        {
            qstash.AddRange(await CallAsync(host, "qstash", 20));
            http.AddRange(await CallAsync(host, "http", 20));
        }

        return (Median(qstash), Median(http));
    }

    private static async Task<double> AllocatedAsync(FunctionsHost host, string function)
    {
        const int Calls = 2000;
        double before = await ReadAsync();
        await CallAsync(host, function, Calls);
        return (await ReadAsync() - before) / Calls;

        async Task<double> ReadAsync()
        {
            HttpAnswer answer = await host.InvokeAsync(host.Functions["allocated"], Call("allocated"));
            return double.Parse(Encoding.ASCII.GetString(answer.Body.Span), CultureInfo.InvariantCulture);
        }
    }

    private async Task<(double Loaded, double Replied)> StartUpAsync(string app, string function, string mode)
    {
        long started = Stopwatch.GetTimestamp();
        await using FunctionsHost host = await StartAsync(app, mode);
        await CallAsync(host, function, 1);
        return (host.StartUp.TotalMilliseconds, Stopwatch.GetElapsedTime(started).TotalMilliseconds);
    }

    private static async Task<double[]> CallAsync(FunctionsHost host, string function, int times)
    {
        double[] microseconds = new double[times];
        IndexedFunction indexed = host.Functions[function];
        HttpCall call = Call(function);
        for (int i = 0; i < times; i++)
        {
            long started = Stopwatch.GetTimestamp();
            HttpAnswer answer = await host.InvokeAsync(indexed, call);
            microseconds[i] = Stopwatch.GetElapsedTime(started).TotalMicroseconds;
            if (answer.Status != 200)
            {
                throw new InvalidOperationException($"'{function}' answered {answer.Status}.{Environment.NewLine}{host.Logs}");
            }
        }

        host.Invocations.Clear();
        return microseconds;
    }

    /// <summary>Both functions get the same request, as QStash sends it.</summary>
    private static HttpCall Call(string function)
    {
        string url = $"{PublicUrl}/api/{function}";
        return new("POST", url,
        [
            new("Host", "bench.example.com"),
            new("Content-Type", "application/json"),
            new("Content-Length", s_body.Length.ToString(CultureInfo.InvariantCulture)),
            new("User-Agent", "Upstash-QStash"),
            new("Upstash-Message-Id", "msg_26hZCxZCuWyyTWPmSVBrNC1RADwpgWxPcak2rQD51EMjFMuzcW7qYXpPiDyw8Gd"),
            new("Upstash-Retried", "0"),
            new("Upstash-Region", "EU-CENTRAL-1"),
            new("Upstash-Signature", new DeliverySigner(Key).Sign(url, s_body, TimeProvider.System.GetUtcNow(), TimeSpan.FromDays(1))),
        ], s_body);
    }

    private void Print(string mode, string what, double qstash, double http, string aim) => output.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"{mode,-10}  {what,-25}  {qstash,9:F1}  {http,9:F1}  {qstash / http,5:F3}  {qstash - http,8:+0.0;-0.0}  {aim}"));

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }
}
