using System.Globalization;
using System.Text;
using Amazon.Lambda.Annotations.APIGateway;
using Amazon.Lambda.APIGatewayEvents;
using Amazon.Lambda.ApplicationLoadBalancerEvents;
using Amazon.Lambda.Core;

namespace QStash.Serverless.Lambda;

/// <summary>
/// Takes deliveries in Amazon's own request types, so that functions written with Amazon.Lambda.Annotations keep their generated handlers and templates. The request goes to
/// the handler as it came: what is verified are the bytes of its body and the URL it was called at.
/// </summary>
public static class QStashLambdaHandlerExtensions
{
    /// <summary>Handles a delivery behind an HTTP API or a Function URL: <c>[HttpApi]</c> or <c>[FunctionUrl]</c>.</summary>
    /// <param name="handler">The function's handler: <c>[FromServices]</c>, or better of the constructor, so that missing keys fail the cold start.</param>
    /// <param name="request">The request.</param>
    /// <param name="context">The invocation's context: with it the handler is asked to end before Lambda's deadline; without it nothing is known of a deadline.</param>
    /// <returns>The reply as protocol 7.3 has it, such as 489 for a dead letter. It never throws for what a caller may send or a handler may do.</returns>
    public static async Task<IHttpResult> HandleAsync(this QStashLambdaHandler handler, APIGatewayHttpApiV2ProxyRequest request, ILambdaContext? context = null)
    {
        ArgumentNullException.ThrowIfNull(handler);
        ArgumentNullException.ThrowIfNull(request);
        return new DeliveryHttpResult(await HandleAsync(handler, AmazonEvents.From(request), context).ConfigureAwait(false));
    }

    /// <summary>Handles a delivery behind a REST API, or an HTTP API with payload 1.0: <c>[RestApi]</c> or <c>[HttpApi(Version = HttpApiVersion.V1)]</c>.</summary>
    /// <inheritdoc cref="HandleAsync(QStashLambdaHandler, APIGatewayHttpApiV2ProxyRequest, ILambdaContext?)"/>
    public static async Task<IHttpResult> HandleAsync(this QStashLambdaHandler handler, APIGatewayProxyRequest request, ILambdaContext? context = null)
    {
        ArgumentNullException.ThrowIfNull(handler);
        ArgumentNullException.ThrowIfNull(request);
        return new DeliveryHttpResult(await HandleAsync(handler, AmazonEvents.From(request), context).ConfigureAwait(false));
    }

    /// <summary>
    /// Handles a delivery behind an Application Load Balancer: <c>[ALBApi]</c>, whose functions return the response itself since Amazon's generator takes an
    /// <see cref="IHttpResult"/> from API Gateway functions only.
    /// </summary>
    /// <inheritdoc cref="HandleAsync(QStashLambdaHandler, APIGatewayHttpApiV2ProxyRequest, ILambdaContext?)"/>
    public static async Task<ApplicationLoadBalancerResponse> HandleAsync(this QStashLambdaHandler handler, ApplicationLoadBalancerRequest request, ILambdaContext? context = null)
    {
        ArgumentNullException.ThrowIfNull(handler);
        ArgumentNullException.ThrowIfNull(request);
        LambdaEvent lambdaEvent = AmazonEvents.From(request);
        DeliveryReply reply = await HandleAsync(handler, lambdaEvent, context).ConfigureAwait(false);
        KeyValuePair<string, string>[] headers = reply.ContentType is { } contentType ? [.. reply.Headers, new("Content-Type", contentType)] : [.. reply.Headers];
        bool isText = LambdaReplyWriter.IsText(reply.Body.Span);
        return new ApplicationLoadBalancerResponse
        {
            StatusCode = reply.Status,
            StatusDescription = string.Create(CultureInfo.InvariantCulture, $"{reply.Status} {LambdaReplyWriter.Reason(reply.Status)}"),
            Headers = lambdaEvent.UsesMultiValueHeaders ? null : headers.ToDictionary(),
            MultiValueHeaders = lambdaEvent.UsesMultiValueHeaders ? headers.ToDictionary(static header => header.Key, static header => (IList<string>)[header.Value]) : null,
            Body = isText ? Encoding.UTF8.GetString(reply.Body.Span) : Convert.ToBase64String(reply.Body.Span),
            IsBase64Encoded = !isText,
        };
    }

    private static ValueTask<DeliveryReply> HandleAsync(QStashLambdaHandler handler, LambdaEvent lambdaEvent, ILambdaContext? context) =>
        handler.HandleAsync(lambdaEvent, context?.RemainingTime ?? Timeout.InfiniteTimeSpan, CancellationToken.None);
}
