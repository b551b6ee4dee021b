using System.Diagnostics.CodeAnalysis;
using Microsoft.Azure.Functions.Worker.Core.FunctionMetadata;
using Microsoft.Azure.Functions.Worker.Invocation;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace QStash.Serverless.AzureFunctions;

/// <summary>
/// Runs function classes in a test, without a Functions host: their bindings are rewritten, deliveries verified, payloads and other parameters bound, outputs
/// collected and published, all by the code that runs in Azure. What is replaced is the worker around it. Make requests with <c>SignedDelivery</c> of
/// QStash.Serverless.Testing, and register a publisher that records what is published.
/// </summary>
[RequiresUnreferencedCode(Reason)]
[RequiresDynamicCode(Reason)]
public sealed class QStashFunctionsHarness : IAsyncDisposable
{
    internal const string Reason = "The harness finds functions by reflection; it is for tests, which are not trimmed.";

    private readonly IHost _host;
    private readonly HarnessWorker _worker;

    private QStashFunctionsHarness(IHost host, HarnessWorker worker)
    {
        _host = host;
        _worker = worker;
    }

    /// <summary>The app's services.</summary>
    public IServiceProvider Services => _host.Services;

    /// <summary>Starts a function app of these classes, as the worker does: what is wrong with its QStash functions is thrown here.</summary>
    /// <param name="configure">What the app's Program.cs does with its builder: <c>UseQStash()</c>, services, and the settings that a test needs.</param>
    /// <param name="functionClasses">The classes with the functions.</param>
    /// <exception cref="InvalidOperationException">A function is not as it must be, or <c>UseQStash()</c> was not called; the text says what to change.</exception>
    public static async Task<QStashFunctionsHarness> StartAsync(Action<QStashFunctionsHarnessBuilder> configure, params IReadOnlyList<Type> functionClasses)
    {
        ArgumentNullException.ThrowIfNull(configure);
        ArgumentNullException.ThrowIfNull(functionClasses);
        QStashFunctionsHarnessBuilder builder = new();
        HarnessWorker worker = new();
        builder.Services.AddSingleton<IWorkerBindings>(worker);
        builder.Services.AddSingleton<IFunctionExecutor>(worker);
        new QStashFunctionsStartup().Configure(builder);
        configure(builder);
        IHost host = builder.Build();
        try
        {
            await host.StartAsync().ConfigureAwait(false);
            HarnessMetadata[] functions = [.. functionClasses.SelectMany(HarnessMetadata.Of)];
            foreach (IFunctionMetadataTransformer transformer in host.Services.GetServices<IFunctionMetadataTransformer>())
            {
                transformer.Transform([.. functions]);
            }

            worker.Load(functions, host.Services, builder.Pipeline);
            return new QStashFunctionsHarness(host, worker);
        }
        catch
        {
            host.Dispose();
            throw;
        }
    }

    /// <summary>Sends a request to the function whose route it fits, as the Functions host does; 404 when there is none.</summary>
    /// <param name="request">The request, such as <c>SignedDelivery.ToRequest()</c>. Its URL is the one the host sees: absolute, with the route prefix (<c>/api</c> unless host.json says otherwise).</param>
    /// <param name="cancellationToken">The invocation's token.</param>
    public Task<QStashFunctionsReply> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return _worker.SendAsync(request, cancellationToken);
    }

    /// <summary>A handler for an <see cref="HttpClient"/> of the app, or for whatever delivers to it in process, such as a dev server.</summary>
    public HttpMessageHandler CreateHandler() => new HarnessHandler(_worker);

    /// <summary>Runs a function that something other than HTTP triggers, such as a timer or a queue, and returns what it sends through its other outputs.</summary>
    /// <param name="function">The function's name.</param>
    /// <param name="trigger">What the trigger's parameter gets.</param>
    /// <param name="cancellationToken">The invocation's token.</param>
    /// <returns>The values of the other output bindings by name; <c>$return</c> is the return value of a function with an output on its method.</returns>
    /// <exception cref="ArgumentException">There is no function of that name.</exception>
    public Task<IReadOnlyDictionary<string, object>> InvokeAsync(string function, object? trigger = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(function);
        return _worker.InvokeAsync(function, trigger, cancellationToken);
    }

    /// <summary>Stops the app.</summary>
    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync().ConfigureAwait(false);
        _host.Dispose();
    }
}
