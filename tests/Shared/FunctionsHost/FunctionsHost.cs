using System.Collections.Concurrent;
using System.Diagnostics;

namespace QStash.Serverless.Tests.FunctionsHost;

/// <summary>
/// A Functions host for tests: it starts the process of a function app that was built against the vendor's packages and drives it over the
/// worker's own protocol - index, load, invoke - in the mode the app asks for: HTTP through the protocol, or HTTP forwarded to the worker.
/// </summary>
internal sealed class FunctionsHost : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);
    private static readonly string[] s_hopHeaders = ["Connection", "Keep-Alive", "Transfer-Encoding"];

    private static readonly HttpAnswer s_failed = new(500, new Dictionary<string, string>(), default);

    private readonly WorkerStream _stream;
    private readonly WorkerProcess _worker;
    private readonly ConcurrentDictionary<string, TaskCompletionSource<ProtobufMessage>> _waiting = new();
    private readonly ConcurrentQueue<string> _logs = new();
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false });
    private readonly string _directory;
    private Dictionary<string, IndexedFunction> _functions = [];
    private FunctionsFront? _front;
    private string? _httpUri;

    private FunctionsHost(string app, WorkerStream stream, IEnumerable<KeyValuePair<string, string>> environment)
    {
        _directory = Path.GetDirectoryName(app)!;
        _stream = stream;
        _worker = WorkerProcess.Start(app, stream.Address, environment);
    }

    /// <summary>Where the app's HTTP functions are reached, without a trailing slash and without the route prefix.</summary>
    internal string Url => _front!.Url;

    internal IReadOnlyDictionary<string, IndexedFunction> Functions => _functions;

    /// <summary>What the worker said it can do.</summary>
    internal IReadOnlyDictionary<string, string> Capabilities { get; private set; } = new Dictionary<string, string>();

    /// <summary>What the worker has logged to the host, one line each with its category, and what its process has written.</summary>
    internal string Logs => string.Join(Environment.NewLine, _logs) + Environment.NewLine + _worker.Output;

    /// <summary>From the start of the process until every function was loaded.</summary>
    internal TimeSpan StartUp { get; private set; }

    /// <summary>The processor time that the worker has used so far.</summary>
    internal TimeSpan ProcessorTime => _worker.ProcessorTime;

    /// <summary>Every invocation that has ended, the latest last.</summary>
    internal ConcurrentQueue<(string Function, Invocation Ended)> Invocations { get; } = new();

    /// <exception cref="InvalidOperationException">The worker did not start, index or load; the text has its reason and output.</exception>
    internal static async Task<FunctionsHost> StartAsync(string app, IEnumerable<KeyValuePair<string, string>> environment)
    {
        WorkerStream stream = await WorkerStream.ListenAsync();
        FunctionsHost host = new(app, stream, environment);
        try
        {
            await host.StartAsync();
            return host;
        }
        catch (Exception exception) when (exception is TimeoutException or InvalidOperationException)
        {
            string output = host.Logs;
            await host.DisposeAsync();
            throw new InvalidOperationException($"{exception.Message}{Environment.NewLine}{output}", exception);
        }
    }

    /// <summary>Invokes an HTTP function past the public side.</summary>
    internal async Task<HttpAnswer> InvokeAsync(IndexedFunction function, HttpCall call)
    {
        string id = Guid.NewGuid().ToString();
        if (_httpUri is null)
        {
            HttpCall lowered = call with { Headers = [.. call.Headers.Select(static header => KeyValuePair.Create(header.Key.ToLowerInvariant(), header.Value))] };
            Invocation ended = await InvokeAsync(id, function, WorkerMessages.Http(lowered), call.RouteValues);
            return ended.Failure is null && ended.Http is { } http ? http : s_failed;
        }

        Task<Invocation> invocation = InvokeAsync(id, function, WorkerMessages.NoHttp(), call.RouteValues);
        HttpAnswer answer = await ForwardAsync(id, call);

        // A reply without a body has not been started when the host learns that the invocation failed.
        return (await invocation).Failure is not null && answer.Body.IsEmpty ? s_failed : answer;
    }

    /// <summary>Invokes a function with another trigger.</summary>
    internal Task<Invocation> InvokeAsync(string function, string triggerJson) =>
        InvokeAsync(Guid.NewGuid().ToString(), _functions[function], WorkerMessages.Json(triggerJson), new Dictionary<string, string>());

    /// <summary>Tells the worker to end and returns its exit code.</summary>
    internal Task<int> TerminateAsync()
    {
        _stream.Send(WorkerMessages.Terminate());
        return _worker.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_front is not null)
        {
            await _front.DisposeAsync();
        }

        await _worker.DisposeAsync();
        await _stream.DisposeAsync();
        _http.Dispose();
    }

    private async Task StartAsync()
    {
        long started = Stopwatch.GetTimestamp();
        Task<ProtobufMessage> connected = ExpectAsync("connected");
        _ = ReceiveAsync();
        _ = FailAfterAsync(_worker.Ended, "The worker process has ended.");
        await connected;

        ProtobufMessage initialised = await AskAsync("init", WorkerMessages.Init("init", _directory), 16);
        Refuse(initialised.Message(3), "The worker did not initialise");
        Capabilities = initialised.Map(2);
        _httpUri = Capabilities.GetValueOrDefault("HttpUri")?.TrimEnd('/');

        ProtobufMessage described = await AskAsync("metadata", WorkerMessages.AskForMetadata("metadata", _directory), 30);
        Refuse(described.Message(2), "The worker did not describe its functions");
        _functions = described.Messages(1).Select(static metadata => new IndexedFunction(metadata)).ToDictionary(static function => function.Name);
        foreach (IndexedFunction function in _functions.Values)
        {
            ProtobufMessage loaded = await AskAsync(function.Id, WorkerMessages.Load(function.Id, function), 9);
            Refuse(loaded.Message(2), $"The worker did not load '{function.Name}'");
        }

        StartUp = Stopwatch.GetElapsedTime(started);
        _front = await FunctionsFront.StartAsync(_directory, _functions.Values.Where(static function => function.Trigger.IsHttp), InvokeAsync);
    }

    private async Task<Invocation> InvokeAsync(string id, IndexedFunction function, ProtobufWriter triggerData, IReadOnlyDictionary<string, string> triggerMetadata)
    {
        Invocation ended = new(await AskAsync(id, WorkerMessages.Invoke(id, function, triggerData, triggerMetadata), 5));
        Invocations.Enqueue((function.Name, ended));
        return ended;
    }

    /// <summary>The worker begins to listen for HTTP after it has connected, so the first requests may have to be sent again.</summary>
    private async Task<HttpAnswer> ForwardAsync(string invocationId, HttpCall call)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return await ForwardOnceAsync(invocationId, call);
            }
            catch (HttpRequestException) when (attempt < 20)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
            }
        }
    }

    private async Task<HttpAnswer> ForwardOnceAsync(string invocationId, HttpCall call)
    {
        using HttpRequestMessage request = new(new HttpMethod(call.Method), _httpUri + new Uri(call.Url).PathAndQuery) { Content = new ReadOnlyMemoryContent(call.Body) };
        foreach ((string name, string value) in call.Headers.Append(KeyValuePair.Create("x-ms-invocation-id", invocationId)))
        {
            if (!s_hopHeaders.Contains(name, StringComparer.OrdinalIgnoreCase) && !request.Headers.TryAddWithoutValidation(name, value))
            {
                request.Content.Headers.TryAddWithoutValidation(name, value);
            }
        }

        using HttpResponseMessage response = await _http.SendAsync(request);
        Dictionary<string, string> headers = response.Headers.Concat(response.Content.Headers)
            .Where(static header => !s_hopHeaders.Contains(header.Key, StringComparer.OrdinalIgnoreCase))
            .ToDictionary(static header => header.Key, static header => string.Join(",", header.Value), StringComparer.OrdinalIgnoreCase);
        return new((int)response.StatusCode, headers, await response.Content.ReadAsByteArrayAsync());
    }

    private async Task<ProtobufMessage> AskAsync(string id, ProtobufWriter question, int answer)
    {
        Task<ProtobufMessage> answered = ExpectAsync(id);
        _stream.Send(question);
        ProtobufMessage message = await answered;
        return message.Message(answer) ?? throw new InvalidOperationException($"The worker answered '{id}' with another message than field {answer}.");
    }

    private Task<ProtobufMessage> ExpectAsync(string id) =>
        _waiting.GetOrAdd(id, static _ => new(TaskCreationOptions.RunContinuationsAsynchronously)).Task.WaitAsync(s_patience, TimeProvider.System);

    private async Task ReceiveAsync()
    {
        await foreach (ProtobufMessage message in _stream.Received.ReadAllAsync())
        {
            if (message.Message(2) is { } log)
            {
                _logs.Enqueue($"[{log.Text(2)}] {log.Text(4)} {log.Message(6)?.Text(2)}");
            }
            else if (_waiting.TryRemove(message.Has(20) ? "connected" : message.Text(1), out TaskCompletionSource<ProtobufMessage>? waiting))
            {
                waiting.TrySetResult(message);
            }
        }

        await FailAfterAsync(Task.CompletedTask, "The worker has ended the stream.");
    }

    private async Task FailAfterAsync(Task end, string why)
    {
        await end;
        foreach (TaskCompletionSource<ProtobufMessage> waiting in _waiting.Values)
        {
            waiting.TrySetException(new InvalidOperationException(why));
        }
    }

    private static void Refuse(ProtobufMessage? result, string what)
    {
        if (WorkerMessages.FailureOf(result) is { } failure)
        {
            throw new InvalidOperationException($"{what}: {failure}");
        }
    }
}
