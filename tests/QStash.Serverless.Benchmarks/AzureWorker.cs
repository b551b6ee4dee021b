using System.Diagnostics;
using System.Globalization;
using System.Text;
using QStash.Serverless.Tests.FunctionsHost;

namespace QStash.Serverless.Benchmarks;

/// <summary>
/// Measures a function with a QStash trigger beside an HTTP function that does nothing, both on the vendor's worker: latency and allocation in the same
/// process by turns, start-up in processes by turns of an app with QStash and one without.
/// </summary>
internal sealed class AzureWorker(string folder, TextWriter output, bool quick) : IDisposable
{
    private const string App = "QStash.Serverless.Benchmarks.AzureApp.dll";
    private const string PublicUrl = "https://bench.example.com";
    private const string Key = "sig_5VQW1FhkJGmNrP3tXyZaBcDeFgH2";

    private static readonly byte[] s_body = Encoding.UTF8.GetBytes("""{"id":"o-1","total":42.5,"note":"two hundred bytes or so, as most messages are: what happened, to whom, and where to look for the rest"}""");

    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false });

    public void Dispose() => _http.Dispose();

    internal async Task RunAsync()
    {
        output.WriteLine("mode        what                        QStash     http       ratio  more      aim");
        foreach (string mode in (string[])["plain", "aspnetcore"])
        {
            await using FunctionsHost host = await StartAsync("qstash", mode);
            await WarmUpAsync(host);
            (double qstash, double http) = await LatencyAsync(host, RequestAsync);
            Print(mode, "p50 of an HTTP request, us", qstash, http, "1.10x");
            (qstash, http) = await LatencyAsync(host, InvokeAsync);
            Print(mode, "p50 in the worker, us", qstash, http, "");
            (qstash, http) = (await AllocatedAsync(host, "qstash"), await AllocatedAsync(host, "http"));
            Print(mode, "allocated, B", qstash, http, "+6144");
            (double Loaded, double Replied, double Processor)[] with = new (double, double, double)[quick ? 5 : 25];
            (double Loaded, double Replied, double Processor)[] without = new (double, double, double)[with.Length];
            for (int i = 0; i < with.Length; i++)
            {
                with[i] = await StartUpAsync("qstash", "qstash", mode);
                without[i] = await StartUpAsync("plain", "http", mode);
            }

            Print(mode, "start to loaded, ms", Median(with.Select(static start => start.Loaded)), Median(without.Select(static start => start.Loaded)), "+25");
            Print(mode, "start to first reply, ms", Median(with.Select(static start => start.Replied)), Median(without.Select(static start => start.Replied)), "+25");
            Print(mode, "processor until then, ms", Median(with.Select(static start => start.Processor)), Median(without.Select(static start => start.Processor)), "");
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
            foreach (Func<FunctionsHost, HttpCall, string, Task<int>> send in (Func<FunctionsHost, HttpCall, string, Task<int>>[])[RequestAsync, InvokeAsync])
            {
                await CallAsync(host, "qstash", 100, send);
                await CallAsync(host, "http", 100, send);
            }
        }
    }

    /// <summary>In turns of 20 calls, so that drift favours neither.</summary>
    private async Task<(double QStash, double Http)> LatencyAsync(FunctionsHost host, Func<FunctionsHost, HttpCall, string, Task<int>> send)
    {
        List<double> qstash = [];
        List<double> http = [];
        for (int round = 0; round < (quick ? 50 : 500); round++)
        {
            qstash.AddRange(await CallAsync(host, "qstash", 20, send));
            http.AddRange(await CallAsync(host, "http", 20, send));
        }

        return (Median(qstash), Median(http));
    }

    private static async Task<double> AllocatedAsync(FunctionsHost host, string function)
    {
        const int Calls = 2000;
        double before = await ReadAsync();
        await CallAsync(host, function, Calls, InvokeAsync);
        return (await ReadAsync() - before) / Calls;

        async Task<double> ReadAsync()
        {
            HttpAnswer answer = await host.InvokeAsync(host.Functions["allocated"], Call("allocated"));
            return double.Parse(Encoding.ASCII.GetString(answer.Body.Span), CultureInfo.InvariantCulture);
        }
    }

    private async Task<(double Loaded, double Replied, double Processor)> StartUpAsync(string app, string function, string mode)
    {
        long started = Stopwatch.GetTimestamp();
        await using FunctionsHost host = await StartAsync(app, mode);
        await CallAsync(host, function, 1, InvokeAsync);
        return (host.StartUp.TotalMilliseconds, Stopwatch.GetElapsedTime(started).TotalMilliseconds, host.ProcessorTime.TotalMilliseconds);
    }

    private static async Task<double[]> CallAsync(FunctionsHost host, string function, int times, Func<FunctionsHost, HttpCall, string, Task<int>> send)
    {
        double[] microseconds = new double[times];
        HttpCall call = Call(function);
        for (int i = 0; i < times; i++)
        {
            long started = Stopwatch.GetTimestamp();
            int status = await send(host, call, function);
            microseconds[i] = Stopwatch.GetElapsedTime(started).TotalMicroseconds;
            if (status != 200)
            {
                throw new InvalidOperationException($"'{function}' answered {status}.{Environment.NewLine}{host.Logs}");
            }
        }

        host.Invocations.Clear();
        return microseconds;
    }

    /// <summary>As a caller sees it: over HTTP, through the host's public side.</summary>
    private async Task<int> RequestAsync(FunctionsHost host, HttpCall call, string function)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, $"{host.Url}/api/{function}") { Content = new ReadOnlyMemoryContent(call.Body) };
        foreach ((string name, string value) in call.Headers)
        {
            if (!request.Headers.TryAddWithoutValidation(name, value))
            {
                request.Content.Headers.TryAddWithoutValidation(name, value);
            }
        }

        using HttpResponseMessage response = await _http.SendAsync(request);
        return (int)response.StatusCode;
    }

    /// <summary>As the host sees it: the request in hand, over the worker's protocol.</summary>
    private static async Task<int> InvokeAsync(FunctionsHost host, HttpCall call, string function) => (await host.InvokeAsync(host.Functions[function], call)).Status;

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
        CultureInfo.InvariantCulture, $"{mode,-10}  {what,-26}  {qstash,9:F1}  {http,9:F1}  {qstash / http,5:F3}  {qstash - http,8:+0.0;-0.0}  {aim}"));

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }
}
