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

    /// <summary>
    /// Further URLs that the request may have been called at, where the host cannot tell: with and without a gateway's stage, for example. Asked for only when
    /// <see cref="Url"/> is not the signed one.
    /// </summary>
    public IEnumerable<string> OtherUrls { get; init; } = [];

    /// <summary>Whether the host delivers the path decoded (API Gateway), so that only decoded paths can be compared.</summary>
    public bool PathIsDecoded { get; init; }

    /// <summary>
    /// Whether the host has lost the order of the query or its escapes (API Gateway, load balancers), so that only decoded pairs of name and value can be compared,
    /// in any order, plus signs like spaces.
    /// </summary>
    public bool QueryIsUnordered { get; init; }

    /// <summary>What the host knows of how a body can be changed on its way here; logged when the body is not the one that was signed.</summary>
    public string? BodyHint { get; init; }

    /// <summary>
    /// The longest reply body that the host can send, in bytes. A handler's response over it is dead-lettered before its messages are published, since it would be too
    /// long each time; the text of a dead letter is cut. No limit unless set.
    /// </summary>
    public int MaxReplyBytes { get; init; } = int.MaxValue;

    /// <summary>
    /// Fires when the host must answer: the handler's token fires with it, and a handler that goes on all the same is not waited for, or only until
    /// <see cref="Abandonment"/>. It and its scope may then outlive the reply. Hosts that can wait leave it unset.
    /// </summary>
    public CancellationToken Deadline { get; init; }

    /// <summary>Fires when a handler is no longer waited for that goes on after <see cref="Deadline"/>: what lies between the two is its time to end. The deadline itself unless set.</summary>
    public CancellationToken Abandonment { get; init; }

    /// <summary>Told, before the answer is given, of the exception that failed a genuine delivery, or of none: the answer keeps it from strangers, not from tests.</summary>
    internal Action<Exception?>? Decided { get; init; }

    /// <summary>The values of the route template's parameters.</summary>
    public IReadOnlyDictionary<string, string> RouteValues { get; init; } = System.Collections.ObjectModel.ReadOnlyDictionary<string, string>.Empty;
}
