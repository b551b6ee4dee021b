using Amazon.Lambda.APIGatewayEvents;
using Amazon.Lambda.ApplicationLoadBalancerEvents;
using Amazon.Lambda.Core;
using QStash.Serverless.AspNetCore;
using QStash.Serverless.Lambda;
using QStash.Serverless.Lambda.AspNetCoreServer;

namespace Microsoft.AspNetCore.Http.Features;

/// <summary>Keeps what Amazon.Lambda.AspNetCoreServer loses of a Lambda event.</summary>
public static class LambdaRequestFeatureExtensions
{
    /// <summary>
    /// Gives QStash's endpoints the event's own URL and headers: Amazon's marshalling splits headers at commas, re-encodes queries, and takes the stage off paths
    /// that merely begin with its letters, which is put right for every endpoint. <c>AddQStashLambdaHosting</c> calls it;
    /// functions that derive from <c>APIGatewayHttpApiV2ProxyFunction</c> and its like do so in their override of <c>PostMarshallRequestFeature</c>.
    /// </summary>
    /// <param name="request">The request that was made of the event.</param>
    /// <param name="lambdaRequest">The event, in Amazon's type.</param>
    /// <param name="lambdaContext">The invocation's context; before its deadline handlers are asked to end.</param>
    /// <exception cref="ArgumentException">The event is of no HTTP source, or the request is not one that Amazon.Lambda.AspNetCoreServer has made.</exception>
    public static void KeepLambdaEvent(this IHttpRequestFeature request, object lambdaRequest, ILambdaContext lambdaContext)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(lambdaRequest);
        ArgumentNullException.ThrowIfNull(lambdaContext);
        LambdaOriginalRequest original = new(Reader(lambdaRequest), lambdaContext);
        IFeatureCollection features = request as IFeatureCollection
            ?? throw new ArgumentException($"KeepLambdaEvent takes the request feature that PostMarshallRequestFeature is given; a {request.GetType()} has no room for the event.", nameof(request));
        features.Set<IOriginalRequest>(original);

        // "/prod" was taken off "/products".
        if (request.Path.Length > 0 && request.Path[0] != '/')
        {
            request.Path = request.PathBase + request.Path;
            request.PathBase = "";
        }
    }

    private static Func<LambdaEvent> Reader(object lambdaRequest) => lambdaRequest switch
    {
        APIGatewayHttpApiV2ProxyRequest http => () => AmazonEvents.From(http),
        APIGatewayProxyRequest rest => () => AmazonEvents.From(rest),
        ApplicationLoadBalancerRequest balanced => () => AmazonEvents.From(balanced),
        _ => throw new ArgumentException($"KeepLambdaEvent takes API Gateway and load balancer requests, not {lambdaRequest.GetType()}.", nameof(lambdaRequest)),
    };
}
