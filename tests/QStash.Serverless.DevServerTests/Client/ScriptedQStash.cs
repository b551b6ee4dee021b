using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace QStash.Serverless.DevServerTests.Client;

/// <summary>A server that records requests exactly as they arrive and answers by script: the first request by the first answer, the last answer for all that follow.</summary>
internal sealed class ScriptedQStash : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<Received> _received = new();
    private readonly SemaphoreSlim _arrivals = new(0);
    private int _count;

    private ScriptedQStash(WebApplication app) => _app = app;

    internal string Url => _app.Urls.Single();

    internal IReadOnlyList<Received> Requests => [.. _received];

    /// <summary>Waits until one request more has arrived.</summary>
    internal Task ArrivedAsync(CancellationToken cancellationToken) => _arrivals.WaitAsync(cancellationToken);

    internal static async Task<ScriptedQStash> StartAsync(params Func<HttpContext, Task>[] answers)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        WebApplication app = builder.Build();
        ScriptedQStash server = new(app);
        app.Run(async context =>
        {
            using MemoryStream body = new();
            await context.Request.Body.CopyToAsync(body);
            server._received.Enqueue(new Received(
                context.Request.Method,
                context.Features.Get<IHttpRequestFeature>()!.RawTarget,
                context.Request.Headers.ToDictionary(pair => pair.Key, pair => pair.Value.ToString(), StringComparer.OrdinalIgnoreCase),
                body.ToArray()));
            server._arrivals.Release();
            await answers[Math.Min(Interlocked.Increment(ref server._count), answers.Length) - 1](context);
        });
        await app.StartAsync();
        return server;
    }

    internal static Func<HttpContext, Task> Answer(int status, string body, params (string Name, string Value)[] headers) => context =>
    {
        context.Response.StatusCode = status;
        foreach ((string name, string value) in headers)
        {
            context.Response.Headers.Append(name, value);
        }

        return context.Response.WriteAsync(body);
    };

    /// <summary>The connection is lost before an answer.</summary>
    internal static Task Drop(HttpContext context)
    {
        context.Abort();
        return Task.CompletedTask;
    }

    /// <summary>The connection is lost within the answer, after QStash has accepted the message.</summary>
    internal static async Task DropMidway(HttpContext context)
    {
        context.Response.ContentLength = 100;
        await context.Response.WriteAsync("{\"messageId\":");
        await context.Response.Body.FlushAsync();
        context.Abort();
    }

    /// <summary>No answer until the caller gives up.</summary>
    internal static Task Hang(HttpContext context)
    {
        TaskCompletionSource gone = new(TaskCreationOptions.RunContinuationsAsynchronously);
        context.RequestAborted.Register(gone.SetResult);
        return gone.Task;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _arrivals.Dispose();
    }

    internal sealed record Received(string Method, string RawTarget, IReadOnlyDictionary<string, string> Headers, byte[] Body);
}
