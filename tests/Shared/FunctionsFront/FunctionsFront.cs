using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Primitives;
using QStash.Serverless.AzureFunctions;

namespace QStash.Serverless.Tests;

/// <summary>HTTP in front of a function app in the harness, on a free loopback port: what the Functions host does with requests.</summary>
[SuppressMessage("Design", "CA1001", Justification = "Both are disposed of by DisposeAsync.")]
internal sealed class FunctionsFront : IAsyncDisposable
{
    private readonly WebApplication _http;
    private QStashFunctionsHarness? _functions;

    private FunctionsFront(WebApplication http) => _http = http;

    /// <summary>Where it listens, without a trailing slash; the functions are below the route prefix, which is <c>/api</c> unless the app sets another.</summary>
    public string Url { get; private set; } = "";

    public QStashFunctionsHarness Functions => _functions!;

    /// <summary>Starts HTTP, and then the app: its settings may name the URL.</summary>
    /// <param name="start">Starts the app, given the URL.</param>
    /// <param name="cancellationToken">Stops the start.</param>
    public static async Task<FunctionsFront> StartAsync(Func<string, Task<QStashFunctionsHarness>> start, CancellationToken cancellationToken = default)
    {
        // Empty: neither files nor variables of the place where it happens to run may change it, and Ctrl+C is its owner's.
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton<IHostLifetime, StoppedByItsOwner>();
        FunctionsFront front = new(builder.Build());
        try
        {
            front._http.Run(front.ForwardAsync);
            await front._http.StartAsync(cancellationToken);
            front.Url = front._http.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Single();
            front._functions = await start(front.Url);
            return front;
        }
        catch
        {
            await front.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _http.DisposeAsync();
        if (_functions is not null)
        {
            await _functions.DisposeAsync();
        }
    }

    private async Task ForwardAsync(HttpContext context)
    {
        using MemoryStream body = new();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        string target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        using HttpRequestMessage request = new(new HttpMethod(context.Request.Method), $"{context.Request.Scheme}://{context.Request.Host}{target}") { Content = new ByteArrayContent(body.ToArray()) };
        foreach ((string name, StringValues values) in context.Request.Headers)
        {
            if (!request.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values))
            {
                request.Content.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values);
            }
        }

        QStashFunctionsReply reply;
        try
        {
            reply = await Functions.SendAsync(request, context.RequestAborted);
        }
        catch (Exception) when (!context.RequestAborted.IsCancellationRequested)
        {
            // The host's answer to a function that fails.
            context.Response.StatusCode = StatusCodes.Status500InternalServerError;
            return;
        }

        context.Response.StatusCode = reply.Status;
        foreach ((string name, string value) in reply.Headers)
        {
            context.Response.Headers[name] = value;
        }

        await context.Response.Body.WriteAsync(reply.Body, context.RequestAborted);
    }

    private sealed class StoppedByItsOwner : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
