namespace QStash.Serverless.Lambda;

/// <summary>The forms in which requests reach a function.</summary>
internal enum LambdaEventShape
{
    /// <summary>Payload 2.0: HTTP APIs and Function URLs.</summary>
    Http2,
    /// <summary>Payload 1.0: REST APIs, and HTTP APIs that ask for it.</summary>
    Http1,
    /// <summary>Application Load Balancers.</summary>
    LoadBalancer,
}

/// <summary>A request as a Lambda event tells it, whatever its form; <see cref="ToDelivery"/> is the whole translation.</summary>
internal sealed class LambdaEvent
{
    // The reply is a JSON text of at most 6 MB, behind a load balancer 1 MB, in which the body can take up to twice its length (LambdaReplyWriter).
    private const int MaxReplyBytes = 3_000_000;
    private const int MaxLoadBalancerReplyBytes = 500_000;

    internal required LambdaEventShape Shape { get; init; }

    /// <summary><c>rawPath</c> or <c>path</c>, as it stands in the event.</summary>
    internal required string Path { get; init; }

    /// <summary><c>requestContext.path</c> of payload 1.0: on the gateway's own domain it has the stage, which <c>path</c> lacks.</summary>
    internal string? ContextPath { get; init; }

    /// <summary>The query without its question mark: as called with payload 2.0, else put together by <see cref="LambdaQuery"/>.</summary>
    internal string Query { get; init; } = "";

    /// <summary><c>requestContext.domainName</c>; load balancers give none.</summary>
    internal string? DomainName { get; init; }

    /// <summary><c>requestContext.stage</c>.</summary>
    internal string? Stage { get; init; }

    internal required DeliveryHeaders Headers { get; init; }

    internal ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>Whether the event had <c>multiValueHeaders</c>, so that the reply must have them too.</summary>
    internal bool UsesMultiValueHeaders { get; init; }

    /// <summary>The engine's plain value.</summary>
    /// <param name="isDevelopment">Local emulators name no domain that could be called: there the Host header counts beside it.</param>
    /// <param name="routeValues">The values of the route template's parameters.</param>
    /// <param name="deadline">When the function must answer; none when null.</param>
    internal RawDelivery ToDelivery(bool isDevelopment, IReadOnlyDictionary<string, string>? routeValues = null, LambdaDeadline? deadline = null)
    {
        LambdaUrls urls = new(this, isDevelopment);
        return new RawDelivery
        {
            Url = urls.Likeliest(),
            OtherUrls = urls,
            PathIsDecoded = Shape != LambdaEventShape.LoadBalancer,
            QueryIsUnordered = Shape != LambdaEventShape.Http2,
            Headers = Headers,
            Body = DeliveryBody.FromBytes(Body),
            BodyHint = Shape == LambdaEventShape.Http1
                ? "A REST API hands on bodies that are no UTF-8 text only if its binaryMediaTypes name their content type, or */*."
                : "Bodies that are no UTF-8 text must reach Lambda as base64.",
            Deadline = deadline?.Token ?? default,
            Abandonment = deadline?.Abandoned ?? default,
            RouteValues = routeValues ?? System.Collections.ObjectModel.ReadOnlyDictionary<string, string>.Empty,
            MaxReplyBytes = Shape == LambdaEventShape.LoadBalancer ? MaxLoadBalancerReplyBytes : MaxReplyBytes,
        };
    }

    /// <summary>The path without the gateway's stage, where it begins with it.</summary>
    internal string? PathWithoutStage() => Stage is null or "" or "$default" ? null : Without(Path, "/" + Stage);

    /// <summary>What follows a prefix of whole segments; null when the path does not begin with it.</summary>
    internal static string? Without(string path, string prefix) =>
        prefix.Length > 1 && path.StartsWith(prefix, StringComparison.Ordinal) && (path.Length == prefix.Length || path[prefix.Length] == '/')
            ? path.Length == prefix.Length ? "/" : path[prefix.Length..]
            : null;
}
