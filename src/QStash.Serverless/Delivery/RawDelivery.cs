namespace QStash.Serverless;

/// <summary>A request as a host received it, before anything is believed: what a host hands to <see cref="DeliveryEngine"/>.</summary>
public sealed class RawDelivery
{
    /// <summary>The absolute URL the host saw: scheme, host, path and query, with the escapes as received.</summary>
    public required string Url { get; init; }

    /// <summary>The request's headers.</summary>
    public required DeliveryHeaders Headers { get; init; }

    /// <summary>The request's body.</summary>
    public required DeliveryBody Body { get; init; }

    /// <summary>Whether the host delivers the path decoded (API Gateway), so that only decoded paths can be compared.</summary>
    public bool PathIsDecoded { get; init; }

    /// <summary>
    /// A leading part of the path that belongs to the host, as Azure Functions' route prefix <c>/api</c> does, so that a proxy in front may leave it out: with
    /// <see cref="QStashReceiverOptions.PublicBaseUrl"/> set, the signed URL may be without it. Empty when there is none.
    /// </summary>
    public string PathPrefix { get; init; } = "";

    /// <summary>
    /// Fires when the host must answer: the handler's token fires with it, and a handler that goes on all the same is not waited for. It and its scope may
    /// then outlive the reply. Hosts that can wait leave it unset.
    /// </summary>
    public CancellationToken Deadline { get; init; }

    /// <summary>The values of the route template's parameters.</summary>
    public IReadOnlyDictionary<string, string> RouteValues { get; init; } = System.Collections.ObjectModel.ReadOnlyDictionary<string, string>.Empty;
}
