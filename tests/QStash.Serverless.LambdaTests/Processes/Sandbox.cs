using System.Text;
using System.Text.RegularExpressions;
using QStash.Serverless.DevServer;
using QStash.Serverless.Lambda;
using QStash.Serverless.Tests.RuntimeApi;

namespace QStash.Serverless.LambdaTests.Processes;

/// <summary>
/// Lambda, as far as a function's process sees it: the Runtime API, a Function URL in front of it, and a local QStash that delivers there. The function is the
/// executable of <c>QStash.Serverless.LambdaApp</c>, each start a process of its own.
/// </summary>
internal sealed class Sandbox : IAsyncDisposable
{
    // Built in the same configuration, in a folder of its own.
    private static readonly string s_function = Path.Combine(
        AppContext.BaseDirectory.Replace("QStash.Serverless.LambdaTests", "QStash.Serverless.LambdaApp", StringComparison.Ordinal), "QStash.Serverless.LambdaApp.dll");

    private readonly CancellationTokenSource _patience = new(TimeSpan.FromMinutes(3));
    private readonly List<(Subprocess Process, Task Ended)> _processes = [];
    private readonly List<DeliveryLog> _logs = [];
    private readonly LambdaFunctionUrl _front;
    private readonly Task _watching;
    private TaskCompletionSource _logged = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private Sandbox(RuntimeApiServer api, QStashDevServer qstash)
    {
        Api = api;
        QStash = qstash;
        _front = LambdaFunctionUrl.Start(InvokeAsync);
        _watching = WatchAsync(qstash.WatchLogsAsync());
    }

    internal RuntimeApiServer Api { get; }

    internal QStashDevServer QStash { get; }

    internal HttpClient Http { get; } = new(new SocketsHttpHandler { UseProxy = false });

    /// <summary>What the public calls the function by, without a trailing slash.</summary>
    internal string Url => _front.Url.GetLeftPart(UriPartial.Authority);

    /// <summary>How long tests wait at most.</summary>
    internal CancellationToken Patience => _patience.Token;

    internal static async Task<Sandbox> StartAsync() => new(await RuntimeApiServer.StartAsync(), await QStashDevServer.StartAsync());

    /// <summary>Starts a process of the function.</summary>
    /// <param name="settings">Settings besides those it needs; an empty value takes one away.</param>
    internal Subprocess StartFunction(params IEnumerable<(string Name, string Value)> settings)
    {
        Dictionary<string, string> environment = new(QStash.Settings)
        {
            ["AWS_LAMBDA_RUNTIME_API"] = Api.Endpoint,
            ["AWS_LAMBDA_FUNCTION_NAME"] = "shop",
            ["QSTASH_PUBLIC_BASE_URL"] = Url,
        };
        foreach ((string name, string value) in settings)
        {
            environment[name] = value;
        }

        return StartProcess([], environment.Where(static setting => setting.Value.Length > 0));
    }

    /// <summary>Starts the function outside Lambda.</summary>
    internal Subprocess StartLocally(IEnumerable<string> arguments, params IEnumerable<(string Name, string Value)> settings) => StartProcess(
        arguments, QStash.Settings.Concat(settings.Select(static setting => KeyValuePair.Create(setting.Name, setting.Value))));

    /// <summary>Publishes an order to the function; the message's id.</summary>
    internal Task<string> OrderAsync(string order) => PublishAsync($"{Url}/orders", order);

    /// <summary>Publishes to a URL, to be retried twice, a moment after each failure.</summary>
    internal async Task<string> PublishAsync(string url, string body)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, new Uri(QStash.Url, "/v2/publish/" + url)) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Authorization = new("Bearer", QStash.Token);
        request.Headers.Add("Upstash-Retries", "2");
        request.Headers.Add("Upstash-Retry-Delay", "300");
        using HttpResponseMessage response = await Http.SendAsync(request, Patience);
        string text = await response.Content.ReadAsStringAsync(Patience);
        Assert.True(response.IsSuccessStatusCode, text);
        return Regex.Match(text, "\"messageId\":\"([^\"]+)\"").Groups[1].Value;
    }

    /// <summary>Waits for an event of a message.</summary>
    internal Task<DeliveryLog> LoggedAsync(string messageId, string state) => LoggedAsync(log => log.MessageId == messageId && log.State == state);

    internal async Task<DeliveryLog> LoggedAsync(Func<DeliveryLog, bool> isIt)
    {
        while (true)
        {
            Task logged;
            lock (_logs)
            {
                if (_logs.FirstOrDefault(isIt) is { } found)
                {
                    return found;
                }

                logged = _logged.Task;
            }

            await logged.WaitAsync(Patience);
        }
    }

    /// <summary>The states a message has gone through.</summary>
    internal IReadOnlyList<string> States(string messageId)
    {
        lock (_logs)
        {
            return [.. _logs.Where(log => log.MessageId == messageId).Select(static log => log.State)];
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach ((Subprocess process, Task ended) in _processes)
        {
            process.Kill();
            await ended;
            await process.DisposeAsync();
        }

        await Api.DisposeAsync();
        await QStash.DisposeAsync();
        await _watching;
        await _front.DisposeAsync();
        Http.Dispose();
        _patience.Dispose();
    }

    private Subprocess StartProcess(IEnumerable<string> arguments, IEnumerable<KeyValuePair<string, string>> environment)
    {
        // Where the tests run in the background, Ctrl+C is ignored by inheritance; the function is to start as in a terminal.
        string[] command = ["dotnet", "exec", s_function, .. arguments];
        string[] line = OperatingSystem.IsLinux() && File.Exists("/usr/bin/env") ? ["/usr/bin/env", "--default-signal=INT", .. command] : command;
        Subprocess process = Subprocess.Start(line[0], line[1..], AppContext.BaseDirectory, environment.ToDictionary(StringComparer.Ordinal));
        _processes.Add((process, NoticeEndAsync(process)));
        return process;
    }

    private async Task NoticeEndAsync(Subprocess process) => Api.ProcessEnded(await process.WaitForExitAsync(CancellationToken.None));

    private async Task<Stream> InvokeAsync(Stream lambdaEvent, TimeSpan remaining, CancellationToken cancellationToken)
    {
        using MemoryStream whole = new();
        await lambdaEvent.CopyToAsync(whole, cancellationToken);
        InvocationResult result = await Api.InvokeAsync(whole.ToArray());
        return new MemoryStream(result.Reply ?? throw new InvalidOperationException(result.Failure!.Message));
    }

    private async Task WatchAsync(IAsyncEnumerable<DeliveryLog> logs)
    {
        await foreach (DeliveryLog log in logs)
        {
            lock (_logs)
            {
                _logs.Add(log);
                _logged.TrySetResult();
                _logged = new(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }
    }
}
