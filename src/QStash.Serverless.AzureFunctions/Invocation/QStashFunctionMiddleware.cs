using System.Net;
using System.Runtime.ExceptionServices;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.Azure.Functions.Worker.Invocation;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace QStash.Serverless.AzureFunctions;

/// <summary>
/// Hands the request of a QStash function to the engine, with the rest of the worker's pipeline, the function in it, as the handler; publishes the outputs of
/// functions with other triggers; leaves all others alone.
/// </summary>
internal sealed class QStashFunctionMiddleware(DeliveryEngine engine, FunctionCatalog catalog, IWorkerBindings worker, RoutePrefix prefix, IOptions<WorkerOptions> options)
{
    internal Task InvokeAsync(FunctionContext context, FunctionExecutionDelegate next)
    {
        KnownFunction function = catalog.Find(context.FunctionDefinition);
        return function.Trigger is { } trigger ? HandleAsync(context, next, trigger)
            : function.Outputs is { } outputs ? PublishAsync(context, next, outputs, function)
            : next(context);
    }

    private async Task HandleAsync(FunctionContext context, FunctionExecutionDelegate next, QStashFunction function)
    {
        (HttpRequestData request, InputBindingData<object>? parameter) = await ReadRequestAsync(context, function).ConfigureAwait(false);
        RawDelivery raw = FunctionRequest.Read(request, context, function, prefix.Path);
        ReturnCapture? capture = function.OtherOutputs.Count == 0 ? null : Capture(context, take: true);
        object? returned = null;
        DeliveryRoute route = function.Payload.RouteTo(function.Name, async (value, delivery, cancellationToken) =>
        {
            context.Features.Set(new VerifiedTrigger(value, cancellationToken));
            if (parameter is not null)
            {
                parameter.Value = value;
            }

            returned = await function.Answer.Value.AwaitAsync(await RunAsync(context, next, capture).ConfigureAwait(false)).ConfigureAwait(false);
            return function.ToResult(returned, delivery);
        });
        DeliveryReply reply;
        try
        {
            reply = await engine.HandleAsync(raw, route, context.InstanceServices, context.CancellationToken).ConfigureAwait(false);
        }
        catch
        {
            // The request broke off. With ASP.NET Core integration its response would otherwise stay at 200.
            request.CreateResponse().StatusCode = HttpStatusCode.InternalServerError;
            throw;
        }

        HttpResponseData response = await FunctionRequest.AnswerAsync(request, reply).ConfigureAwait(false);
        if (function.OtherOutputs.Count == 0)
        {
            worker.GetInvocationResult(context).Value = response;
        }
        else
        {
            function.BindOutputs(worker.GetOutputBindings(context), response, reply.Status == 200 ? returned : null);
        }
    }

    private async ValueTask<(HttpRequestData Request, InputBindingData<object>? Parameter)> ReadRequestAsync(FunctionContext context, QStashFunction function)
    {
        if (context.Features.Get<IHttpRequestDataFeature>() is { } proxied)
        {
            return (await proxied.GetHttpRequestDataAsync(context).ConfigureAwait(false) ?? throw NoRequest(function), null);
        }

        if (HttpProxying.IsOn(options.Value))
        {
            throw new InvalidOperationException(HttpProxying.Misordered);
        }

        // The worker keeps the request under the parameter's name, where the parameter would find it: the same slot gets the payload afterwards.
        BindingMetadata binding = context.FunctionDefinition.InputBindings.GetValueOrDefault(function.ParameterName) ?? throw NoRequest(function);
        InputBindingData<HttpRequestData> request = await worker.BindInputAsync<HttpRequestData>(context, binding).ConfigureAwait(false);
        return (request.Value ?? throw NoRequest(function), await worker.BindInputAsync<object>(context, binding).ConfigureAwait(false));
    }

    private async Task<object?> RunAsync(FunctionContext context, FunctionExecutionDelegate next, ReturnCapture? capture)
    {
        try
        {
            await next(context).ConfigureAwait(false);
        }
        catch (AggregateException exception) when (exception.InnerExceptions.Count == 1)
        {
            // The worker's reflective executor wraps what the function throws.
            while (exception.InnerException is AggregateException { InnerExceptions.Count: 1 } inner)
            {
                exception = inner;
            }

            ExceptionDispatchInfo.Throw(exception.InnerException!);
        }

        return capture is null ? worker.GetInvocationResult(context).Value : capture.Returned;
    }

    /// <summary>Publishes what a function with another trigger declares; if that fails, so has the function, and the host sends none of its other outputs.</summary>
    private async Task PublishAsync(FunctionContext context, FunctionExecutionDelegate next, FunctionOutputs outputs, KnownFunction function)
    {
        // A return value that is itself published is not the host's besides.
        ReturnCapture capture = Capture(context, take: outputs.IsReturnValue);
        await next(context).ConfigureAwait(false);
        object? returned = await function.Returned!.AwaitAsync(capture.Returned).ConfigureAwait(false);
        IReadOnlyList<QStashMessage> messages = outputs.Collect(returned, null, FunctionRequest.RouteValues(context, function.Template));
        await FunctionOutputs.PublishAsync(context.FunctionDefinition.Name, messages, context.InstanceServices, context.CancellationToken).ConfigureAwait(false);
    }

    private ReturnCapture Capture(FunctionContext context, bool take)
    {
        ReturnCapture capture = new(context.Features.Get<IFunctionExecutor>() ?? context.InstanceServices.GetRequiredService<IFunctionExecutor>(), worker, take);
        context.Features.Set<IFunctionExecutor>(capture);
        return capture;
    }

    private static InvalidOperationException NoRequest(QStashFunction function) =>
        new($"Function '{function.Name}' was invoked without an HTTP request. QStash functions are called by QStash, over HTTP, at their route.");
}
