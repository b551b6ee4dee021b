using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace QStash.Serverless.Tests.RuntimeApi;

/// <summary>
/// Lambda's Runtime API (2018-06-01) on loopback: hands out events to whatever polls it, and takes replies and errors. Everything it is asked is
/// recorded, and it misbehaves when it is told to.
/// </summary>
internal sealed class RuntimeApiServer : IAsyncDisposable
{
    private const string Prefix = "/2018-06-01/runtime/";

    private readonly WebApplication _app;
    private readonly Channel<PendingInvocation> _queue = Channel.CreateUnbounded<PendingInvocation>();
    private readonly ConcurrentDictionary<string, PendingInvocation> _taken = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<ApiFault> _pollFaults = new();
    private readonly ConcurrentQueue<ApiFault> _eventFaults = new();
    private readonly ConcurrentQueue<ApiFault> _postFaults = new();
    private readonly List<ApiCall> _calls = [];
    private TaskCompletionSource _called = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _ids;

    private RuntimeApiServer(WebApplication app) => _app = app;

    /// <summary>The value of <c>AWS_LAMBDA_RUNTIME_API</c>.</summary>
    internal string Endpoint { get; private set; } = "";

    /// <summary>The function's timeout, from which each deadline is computed.</summary>
    internal TimeSpan Timeout { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>How long a reply may be: 6 MiB, as Lambda's.</summary>
    internal int LargestReply { get; set; } = 6 * 1024 * 1024;

    /// <summary>Every request that was answered or broken off, in the order of their ends.</summary>
    internal IReadOnlyList<ApiCall> Calls
    {
        get
        {
            lock (_calls)
            {
                return [.. _calls];
            }
        }
    }

    internal static async Task<RuntimeApiServer> StartAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(static options =>
        {
            options.Listen(IPAddress.Loopback, 0);
            options.Limits.MaxRequestBodySize = null;
        });
        RuntimeApiServer server = new(builder.Build());
        server._app.Run(server.AnswerAsync);
        await server._app.StartAsync();
        server.Endpoint = new Uri(server._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()).Authority;
        return server;
    }

    /// <summary>Invokes the function, as soon as somebody polls, and waits for what comes of it.</summary>
    internal Task<InvocationResult> InvokeAsync(ReadOnlyMemory<byte> lambdaEvent)
    {
        string id = string.Create(CultureInfo.InvariantCulture, $"{Interlocked.Increment(ref _ids):x8}-0000-4000-8000-000000000000");
        PendingInvocation invocation = new(id, lambdaEvent);
        if (!_queue.Writer.TryWrite(invocation))
        {
            Fail(invocation, "Runtime.Unavailable", "The Runtime API has stopped");
        }

        return invocation.Result.Task;
    }

    /// <summary>What the next poll, or the next event, is given instead of an orderly answer; one after the other.</summary>
    internal void OnNext(ApiFault fault) => (fault.Kind == ApiFaultKind.Answer ? _pollFaults : _eventFaults).Enqueue(fault);

    /// <summary>What the next reply or error is given instead of an orderly answer; one after the other.</summary>
    internal void OnPost(ApiFault fault) => _postFaults.Enqueue(fault);

    /// <summary>The process that took them has ended: what it had taken fails as on Lambda.</summary>
    internal void ProcessEnded(int exitCode)
    {
        foreach (string id in _taken.Keys)
        {
            if (_taken.TryRemove(id, out PendingInvocation? lost))
            {
                Fail(lost, "Runtime.ExitError", $"Runtime exited with error: exit status {exitCode}");
            }
        }
    }

    /// <summary>Waits for a request of which this holds.</summary>
    internal async Task<ApiCall> CallAsync(Func<ApiCall, bool> isIt, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task called;
            lock (_calls)
            {
                if (_calls.FirstOrDefault(isIt) is { } found)
                {
                    return found;
                }

                called = _called.Task;
            }

            await called.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Fails what nobody has taken, and stops.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.Writer.Complete();
        while (_queue.Reader.TryRead(out PendingInvocation? waiting))
        {
            Fail(waiting, "Runtime.Unavailable", "The Runtime API has stopped");
        }

        await _app.DisposeAsync();
    }

    private static void Fail(PendingInvocation invocation, string type, string message) =>
        invocation.Result.TrySetResult(new InvocationResult(invocation.Id, null, new LambdaFailure(type, message, [], null)));

    private async Task AnswerAsync(HttpContext http)
    {
        string path = http.Request.Path.Value!;
        string[] parts = path.StartsWith(Prefix, StringComparison.Ordinal) ? path[Prefix.Length..].Split('/') : [];
        await ((http.Request.Method, parts) switch
        {
            ("GET", ["invocation", "next"]) => NextAsync(http),
            ("POST", ["invocation", var id, "response"]) => PostAsync(http, id, static (id, body, _) => new InvocationResult(id, body, null), LargestReply),
            ("POST", ["invocation", var id, "error"]) => PostAsync(http, id, static (id, body, type) => new InvocationResult(id, null, LambdaFailure.Read(body, type)), int.MaxValue),
            ("POST", ["init", "error"]) => PostAsync(http, null, null, int.MaxValue),
            _ => EndAsync(http, 404, []),
        });
    }

    private async Task NextAsync(HttpContext http)
    {
        if (_pollFaults.TryDequeue(out ApiFault? fault))
        {
            await EndAsync(http, fault.Status, []);
            return;
        }

        Record(http, "poll", 0, []);
        PendingInvocation invocation;
        try
        {
            invocation = await _queue.Reader.ReadAsync(http.RequestAborted);
        }
        catch (Exception exception) when (exception is OperationCanceledException or ChannelClosedException)
        {
            http.Abort();
            return;
        }

        _taken[invocation.Id] = invocation;
        http.Response.Headers["Lambda-Runtime-Aws-Request-Id"] = invocation.Id;
        http.Response.Headers["Lambda-Runtime-Deadline-Ms"] = (TimeProvider.System.GetUtcNow() + Timeout).ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
        http.Response.Headers["Lambda-Runtime-Trace-Id"] = $"Root=1-{invocation.Id[..8]}-000000000000000000000000;Parent=0000000000000000;Sampled=0";
        http.Response.Headers["Lambda-Runtime-Invoked-Function-Arn"] = "arn:aws:lambda:eu-central-1:000000000000:function:test";
        http.Response.ContentType = "application/json";
        http.Response.ContentLength = invocation.Event.Length;
        Record(http, "next", 200, []);
        ReadOnlyMemory<byte> rest = invocation.Event;
        if (_eventFaults.TryDequeue(out fault))
        {
            ReadOnlyMemory<byte> first = rest[..(rest.Length / 2)];
            rest = rest[first.Length..];
            await http.Response.Body.WriteAsync(first);
            await http.Response.Body.FlushAsync();
            await fault.GoOn.Task;
            if (fault.Kind == ApiFaultKind.BreakOffEvent)
            {
                http.Abort();
                return;
            }
        }

        await http.Response.Body.WriteAsync(rest);
    }

    private async Task PostAsync(HttpContext http, string? id, Func<string, byte[], string?, InvocationResult>? result, int largest)
    {
        using MemoryStream body = new();
        await http.Request.Body.CopyToAsync(body);
        if (_postFaults.TryDequeue(out ApiFault? fault))
        {
            await EndAsync(http, fault.Status, body.ToArray());
            return;
        }

        if (body.Length > largest)
        {
            await EndAsync(http, 413, []);
            return;
        }

        if (id is not null && !_taken.ContainsKey(id))
        {
            await EndAsync(http, 400, body.ToArray());
            return;
        }

        await EndAsync(http, 202, body.ToArray());
        if (id is not null && _taken.TryRemove(id, out PendingInvocation? invocation))
        {
            invocation.Result.TrySetResult(result!(id, body.ToArray(), http.Request.Headers["Lambda-Runtime-Function-Error-Type"]));
        }
    }

    private async Task EndAsync(HttpContext http, int status, byte[] body)
    {
        Record(http, string.Join('/', http.Request.Path.Value!.Split('/')[^2..]), status, body);
        if (status == ApiFault.Disconnected)
        {
            http.Abort();
            return;
        }

        http.Response.StatusCode = status;
        await http.Response.WriteAsJsonAsync(new { status });
    }

    private void Record(HttpContext http, string what, int status, byte[] body)
    {
        lock (_calls)
        {
            _calls.Add(new ApiCall(what, status, body, http.Request.ContentType, http.Request.Headers["Lambda-Runtime-Function-Error-Type"]));
            _called.TrySetResult();
            _called = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    private sealed record PendingInvocation(string Id, ReadOnlyMemory<byte> Event)
    {
        internal TaskCompletionSource<InvocationResult> Result { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
