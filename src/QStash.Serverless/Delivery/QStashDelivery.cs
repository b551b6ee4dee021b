namespace QStash.Serverless;

/// <summary>
/// A delivery that QStash is proven to have sent (protocol 4.1): it exists only once signature, URL and body have been verified.
/// By itself it is for bodies without meaning, such as bare schedules; <see cref="QStashDelivery{T}"/> adds the payload.
/// </summary>
public class QStashDelivery
{
    internal QStashDelivery(VerifiedRequest request)
    {
        Request = request;
        Retried = int.TryParse(Header(QStashHeaders.Retried), out int retried) && retried > 0 ? retried : 0;
    }

    internal VerifiedRequest Request { get; }

    /// <summary>The message id, the same for every attempt of this message: the idempotency key. Empty if the sender gave none.</summary>
    public string MessageId => Header(QStashHeaders.MessageId) ?? "";

    /// <summary>How often the message was retried before this attempt: 0 on the first.</summary>
    public int Retried { get; }

    /// <summary>The id of the schedule that created the message, as QStash knows it, or null: of a declared one <c>{app}.{env}.{name}</c>.</summary>
    public string? ScheduleId => Header(QStashHeaders.ScheduleId);

    /// <summary>
    /// The URL group the message was published to, or null. It is the name that QStash knows, <c>{app}.{env}.{name}</c> where publishers have both; it can
    /// be published to as it is.
    /// </summary>
    public string? UrlGroup => Header(QStashHeaders.TopicName);

    /// <summary>The IP address of the publisher; for schedules, of the schedule's creator.</summary>
    public string? CallerIp => Header(QStashHeaders.CallerIp);

    /// <summary>The region that sent the delivery, as in <c>EU-CENTRAL-1</c>.</summary>
    public string? Region => Header(QStashHeaders.Region);

    /// <summary>The URL QStash signed and called.</summary>
    public string Url => Request.SignedUrl;

    /// <summary>The headers: QStash's own, the content type, and those the publisher forwarded. The signature does not cover them.</summary>
    public DeliveryHeaders Headers => Request.Raw.Headers;

    /// <summary>The body, byte for byte.</summary>
    public ReadOnlyMemory<byte> RawBody => Request.Body;

    /// <summary>The values of the route template's parameters.</summary>
    public IReadOnlyDictionary<string, string> RouteValues => Request.Raw.RouteValues;

    private string? Header(string name) => Request.Raw.Headers[name] is [var first, ..] ? first : null;
}

/// <summary>A verified delivery and its payload.</summary>
/// <typeparam name="T">The payload's type: anything the app has JSON metadata for, <see cref="string"/>, <see cref="byte"/>[], <see cref="ReadOnlyMemory{T}"/> of bytes, or <see cref="QStashCallback"/>.</typeparam>
public sealed class QStashDelivery<T> : QStashDelivery
{
    internal QStashDelivery(VerifiedRequest request, T payload)
        : base(request) => Payload = payload;

    /// <summary>The payload; never null.</summary>
    public T Payload { get; }
}
