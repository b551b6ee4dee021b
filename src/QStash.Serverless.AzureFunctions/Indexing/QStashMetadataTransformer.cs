using System.Reflection;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Core.FunctionMetadata;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace QStash.Serverless.AzureFunctions;

/// <summary>
/// Rewrites QStash triggers to HTTP triggers before the host sees them, and takes QStash outputs, which the worker publishes, out of its sight. Everything that is
/// wrong with the app's QStash functions is said here, in one exception. It runs more than once.
/// </summary>
internal sealed class QStashMetadataTransformer(IServiceProvider services) : IFunctionMetadataTransformer
{
    private int _keysChecked;

    public string Name => "QStash.Serverless";

    public void Transform(IList<IFunctionMetadata> original)
    {
        ArgumentNullException.ThrowIfNull(original);
        List<IndexedFunction> functions = [.. original.Where(static function => function.RawBindings is { Count: > 0 }).Select(static function => new IndexedFunction(function))];
        if (services.GetService<MiddlewareOrder>() is not { } order)
        {
            RefuseWithoutMiddleware(functions);
            return;
        }

        Check(functions, order);
        foreach (IndexedFunction function in functions)
        {
            function.Rewrite();
        }

        string[] names = [.. functions.Where(static function => function.IsQStash).Select(static function => function.Name)];
        if (names.Length > 0 && Interlocked.Exchange(ref _keysChecked, 1) == 0)
        {
            _ = CheckKeysAsync(names);
        }
    }

    private static void RefuseWithoutMiddleware(List<IndexedFunction> functions)
    {
        string[] names = [.. functions.Where(static function => function.IsQStash || function.HasQStashOutput).Select(static function => function.Name)];
        if (names.Length > 0)
        {
            throw new InvalidOperationException(
                $"UseQStash() is missing, so nothing would verify the deliveries or publish the outputs of: {string.Join(", ", names)}. Call it on the worker's builder, after ConfigureFunctionsWebApplication() where that is used.");
        }
    }

    private void Check(List<IndexedFunction> functions, MiddlewareOrder order)
    {
        FunctionCatalog catalog = services.GetRequiredService<FunctionCatalog>();
        List<string> errors = [];
        RouteClashes routes = new();
        foreach (IndexedFunction function in functions)
        {
            if (catalog.Find(function.Name) is null && Describe(function, catalog, errors) is { } known)
            {
                catalog.Add(function.Name, known);
            }

            if (function.Http is { } http)
            {
                bool isQStash = function.IsQStash || catalog.Find(function.Name)?.Trigger is not null;
                routes.Add(function.Name, new RouteTemplate(http.Route ?? function.Name), http.Methods.Count == 0 && isQStash ? ["post"] : http.Methods, isQStash);
            }
        }

        errors.AddRange(routes.Errors());
        if (functions.Exists(static function => function.IsQStash) && HttpProxying.IsOn(services.GetRequiredService<IOptions<WorkerOptions>>().Value) && !order.AfterHttpProxying)
        {
            errors.Add(HttpProxying.Misordered);
        }

        if (errors.Count > 0)
        {
            throw new InvalidOperationException(string.Join(Environment.NewLine, errors));
        }
    }

    private static KnownFunction? Describe(IndexedFunction function, FunctionCatalog catalog, List<string> errors)
    {
        if (FunctionMethods.Find(function.Metadata.ScriptFile, function.Metadata.EntryPoint, function.Name) is not { } method)
        {
            if (function.IsQStash)
            {
                errors.Add($"Function '{function.Name}': its method '{function.Metadata.EntryPoint}' is not to be found in {function.Metadata.ScriptFile}.");
            }

            return KnownFunction.Foreign;
        }

        if (function is { IsQStash: true, Metadata.Retry: not null } && method.GetCustomAttribute<RetryAttribute>() is null)
        {
            errors.Add($"Function '{function.Name}', parameter '{function.Trigger!.Name}': a retry policy has no effect on it, since QStash is what retries; remove it.");
        }

        int before = errors.Count;
        KnownFunction known = catalog.Describe(function.Name, method, function.OtherOutputs, errors);
        return errors.Count == before ? known : null;
    }

    // The app's other functions work without keys, so the start does not wait for them, nor fail.
    private async Task CheckKeysAsync(string[] functions)
    {
        ILogger logger = services.GetService<ILogger<QStashMetadataTransformer>>() ?? (ILogger)NullLogger.Instance;
        try
        {
            Log.Indexed(logger, string.Join(", ", functions));
            await services.GetRequiredService<QStashStartup>().CheckAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            // Nobody waits for this check: whatever a source of keys throws is said here, and the functions answer 503.
            Log.NoKeys(logger, string.Join(", ", functions), exception.Message);
        }
    }
}
