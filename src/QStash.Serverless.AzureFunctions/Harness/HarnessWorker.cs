using System.Diagnostics.CodeAnalysis;
using System.Net.Http.Headers;
using System.Reflection;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Converters;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.Azure.Functions.Worker.Invocation;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace QStash.Serverless.AzureFunctions;

/// <summary>Stands in for the worker, with its rules for what is bound when, and for the part of the host that routes requests.</summary>
[RequiresUnreferencedCode(QStashFunctionsHarness.Reason)]
[RequiresDynamicCode(QStashFunctionsHarness.Reason)]
internal sealed class HarnessWorker : IWorkerBindings, IFunctionExecutor
{
    private readonly Dictionary<string, HarnessDefinition> _functions = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<(HarnessRoute Route, HarnessDefinition Function)> _routes = [];
    private IServiceProvider _services = null!;
    private FunctionExecutionDelegate _pipeline = null!;
    private HarnessParameters _parameters = null!;
    private bool _proxied;

    internal void Load(IEnumerable<HarnessMetadata> functions, IServiceProvider services, Func<FunctionExecutionDelegate, FunctionExecutionDelegate> pipeline)
    {
        _services = services;
        WorkerOptions options = services.GetRequiredService<IOptions<WorkerOptions>>().Value;
        _parameters = new HarnessParameters(options, services);
        _proxied = HttpProxying.IsOn(options);
        string prefix = services.GetService<RoutePrefix>()?.Path ?? "/api";
        foreach (HarnessDefinition function in functions.Select(static metadata => new HarnessDefinition(metadata)))
        {
            _functions.Add(function.Name, function);
            if (function.Http is { } http)
            {
                _routes.Add((new HarnessRoute(prefix, new RouteTemplate(http.Route ?? function.Name), http.Methods), function));
            }
        }

        _routes.Sort(static (left, right) => left.Route.Rank.CompareTo(right.Route.Rank));
        _pipeline = pipeline(ExecuteAndBindOutputsAsync);
    }

    internal async Task<QStashFunctionsReply> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        string path = request.RequestUri is { IsAbsoluteUri: true } url ? RawPath(url.OriginalString) : throw new ArgumentException("The request's URL must be absolute, as the host sees it.", nameof(request));
        foreach ((HarnessRoute route, HarnessDefinition function) in _routes)
        {
            if (route.Match(request.Method, path) is { } values)
            {
                byte[] body = request.Content is null ? [] : await request.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
                return await InvokeAsync(function, values, context => new HarnessRequest(context, request, body, _proxied), cancellationToken).ConfigureAwait(false);
            }
        }

        return new QStashFunctionsReply(404, new Dictionary<string, string>(), default, new Dictionary<string, object>());
    }

    internal async Task<IReadOnlyDictionary<string, object>> InvokeAsync(string name, object? trigger, CancellationToken cancellationToken)
    {
        HarnessDefinition function = _functions.GetValueOrDefault(name) ?? throw new ArgumentException($"There is no function '{name}' in the harness; it has {string.Join(", ", _functions.Keys)}.", nameof(name));
        AsyncServiceScope scope = _services.CreateAsyncScope();
        await using (scope.ConfigureAwait(false))
        {
            HarnessContext context = new(function, scope.ServiceProvider, new Dictionary<string, object?>(), cancellationToken) { Trigger = trigger };
            await _pipeline(context).ConfigureAwait(false);
            return Sent(context);
        }
    }

    public ValueTask<InputBindingData<T>> BindInputAsync<T>(FunctionContext context, BindingMetadata binding)
    {
        HarnessContext invocation = (HarnessContext)context;
        if (!invocation.Inputs.TryGetValue(binding.Name, out ConversionResult input))
        {
            input = invocation.Trigger is T ? ConversionResult.Success(invocation.Trigger) : ConversionResult.Unhandled();
            invocation.Inputs.Add(binding.Name, input);
        }

        return ValueTask.FromResult<InputBindingData<T>>(new HarnessInput<T>(invocation, binding, (T?)input.Value));
    }

    public InvocationResult GetInvocationResult(FunctionContext context) => new HarnessResult((HarnessContext)context);

    public IEnumerable<OutputBindingData<object>> GetOutputBindings(FunctionContext context)
    {
        foreach (BindingMetadata output in context.FunctionDefinition.OutputBindings.Values)
        {
            yield return new HarnessOutput((HarnessContext)context, output);
        }
    }

    /// <summary>Binds the parameters and calls the function.</summary>
    public async ValueTask ExecuteAsync(FunctionContext context)
    {
        HarnessContext invocation = (HarnessContext)context;
        MethodInfo method = invocation.Definition.Metadata.Method;
        object? instance = method.IsStatic ? null : ActivatorUtilities.CreateInstance(context.InstanceServices, method.ReflectedType!);
        object?[] arguments = await _parameters.BindAsync(invocation).ConfigureAwait(false);
        object? returned = method.Invoke(instance, BindingFlags.DoNotWrapExceptions, null, arguments, null);
        if (returned is Task task)
        {
            await task.ConfigureAwait(false);
            returned = method.ReturnType.IsGenericType ? typeof(Task<>).MakeGenericType(method.ReturnType.GetGenericArguments()).GetProperty("Result")!.GetValue(task) : null;
        }

        invocation.Returned = await ReturnedValue.Of(method).AwaitAsync(returned).ConfigureAwait(false);
    }

    // What the worker adds at the end of every pipeline.
    private async Task ExecuteAndBindOutputsAsync(FunctionContext context)
    {
        HarnessContext invocation = (HarnessContext)context;
        await (context.Features.Get<IFunctionExecutor>() ?? this).ExecuteAsync(context).ConfigureAwait(false);
        if (invocation.Returned is not { } returned || context.FunctionDefinition.OutputBindings.Count == 0 || context.FunctionDefinition.OutputBindings.ContainsKey("$return"))
        {
            return;
        }

        foreach (string name in context.FunctionDefinition.OutputBindings.Keys)
        {
            PropertyInfo property = returned.GetType().GetProperty(name) ?? throw new InvalidOperationException($"{returned.GetType()} has no property for the output '{name}'.");
            if (property.GetValue(returned) is { } value)
            {
                invocation.Outputs[name] = value;
            }
        }

        invocation.Returned = null;
    }

    private async Task<QStashFunctionsReply> InvokeAsync(HarnessDefinition function, Dictionary<string, object?> routeValues, Func<FunctionContext, HttpRequestData> request, CancellationToken cancellationToken)
    {
        AsyncServiceScope scope = _services.CreateAsyncScope();
        await using (scope.ConfigureAwait(false))
        {
            HarnessContext context = new(function, scope.ServiceProvider, routeValues, cancellationToken);
            HttpRequestData data = request(context);
            context.Trigger = data;
            if (_proxied)
            {
                context.Features.Set<IHttpRequestDataFeature>(new HarnessRequestFeature(data));
            }

            await _pipeline(context).ConfigureAwait(false);
            HarnessResponse? response = (context.Returned ?? Http(context)) as HarnessResponse;
            Dictionary<string, string> headers = new(StringComparer.OrdinalIgnoreCase);
            foreach ((string name, HeaderStringValues values) in response?.Headers.NonValidated ?? [])
            {
                headers.Add(name, values.ToString());
            }

            return new QStashFunctionsReply((int?)response?.StatusCode ?? 200, headers, response?.ReadBody(), Sent(context));
        }
    }

    private static HttpResponseData? Http(HarnessContext context) =>
        context.Outputs.Values.OfType<HttpResponseData>().FirstOrDefault();

    private static Dictionary<string, object> Sent(HarnessContext context)
    {
        Dictionary<string, object> sent = new(StringComparer.Ordinal);
        foreach ((string name, object? value) in context.Outputs)
        {
            if (value is not null and not HttpResponseData)
            {
                sent.Add(name, value);
            }
        }

        if (context.Returned is { } returned and not HttpResponseData && context.FunctionDefinition.OutputBindings.ContainsKey("$return"))
        {
            sent.Add("$return", returned);
        }

        return sent;
    }

    private static string RawPath(string url)
    {
        int start = SignedUrl.AuthorityEnd(url);
        int end = url.AsSpan(start).IndexOfAny('?', '#');
        return end < 0 ? url[start..] : url[start..(start + end)];
    }
}
