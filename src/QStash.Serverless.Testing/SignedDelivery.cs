using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace QStash.Serverless.Testing;

/// <summary>
/// A delivery as QStash sends it (protocol 4.1), signed on this machine, to send to an app under test: genuine, or broken in exactly one way.
/// The app must know <see cref="SigningKey"/>.
/// </summary>
public sealed record SignedDelivery
{
    private readonly string? _signedUrl;
    private readonly ReadOnlyMemory<byte>? _signedBody;
    private readonly TimeSpan _age;

    /// <summary>A delivery to this URL, with a fresh message id.</summary>
    /// <param name="url">The URL of the endpoint, as the public knows it.</param>
    /// <param name="signingKey">A signing key of the app.</param>
    public SignedDelivery(string url, string signingKey)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(url);
        ArgumentException.ThrowIfNullOrWhiteSpace(signingKey);
        Url = url;
        SigningKey = signingKey;
    }

    /// <summary>A signing key that is new and random: configure the app under test with it.</summary>
    public static string NewSigningKey() => "sig_" + RandomNumberGenerator.GetString("123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz", 28);

    /// <summary>The URL that is called, and signed.</summary>
    public string Url { get; init; }

    /// <summary>The key that signs.</summary>
    public string SigningKey { get; init; }

    /// <summary>The HTTP method; POST unless told otherwise.</summary>
    public HttpMethod Method { get; init; } = HttpMethod.Post;

    /// <summary>The body.</summary>
    public ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>The body's content type, or null for none.</summary>
    public string? ContentType { get; init; }

    /// <summary>The message id.</summary>
    public string MessageId { get; init; } = "msg_" + RandomNumberGenerator.GetString("123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz", 24);

    /// <summary>How often the message was retried before.</summary>
    public int Retried { get; init; }

    /// <summary>Further headers: forwarded ones, <c>Upstash-Schedule-Id</c> and the like.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>The clock that the signature is dated by.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>The same delivery with a JSON body.</summary>
    public SignedDelivery WithJson<T>(T payload, JsonTypeInfo<T> typeInfo) =>
        this with { Body = JsonSerializer.SerializeToUtf8Bytes(payload, typeInfo), ContentType = "application/json" };

    /// <summary>The same delivery with a JSON body that is given as text.</summary>
    public SignedDelivery WithJson(string json) =>
        this with { Body = Encoding.UTF8.GetBytes(json), ContentType = "application/json" };

    /// <summary>The same delivery, signed an hour ago: expired.</summary>
    public SignedDelivery Expired() => Aged(TimeSpan.FromHours(1));

    /// <summary>The same delivery, signed with a key that the app does not know.</summary>
    public SignedDelivery WithWrongKey() => this with { SigningKey = NewSigningKey() };

    /// <summary>The same delivery, signed for another URL.</summary>
    public SignedDelivery WithWrongUrl() => new(this, signedUrl: "https://elsewhere.example/", _signedBody, _age);

    /// <summary>The same delivery, with a byte appended to the body after it was signed.</summary>
    public SignedDelivery Tampered() => new(this, _signedUrl, signedBody: Body, _age) { Body = (byte[])[.. Body.Span, (byte)' '] };

    /// <summary>The value of <c>Upstash-Signature</c>.</summary>
    public string Sign() =>
        new DeliverySigner(SigningKey).Sign(_signedUrl ?? Url, (_signedBody ?? Body).Span, TimeProvider.GetUtcNow() - _age);

    /// <summary>Every header of the delivery, the signature included, without the content type.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> AllHeaders() =>
    [
        new("User-Agent", "Upstash-QStash"),
        new(QStashHeaders.MessageId, MessageId),
        new(QStashHeaders.Retried, Retried.ToString(System.Globalization.CultureInfo.InvariantCulture)),
        new(QStashHeaders.CallerIp, "127.0.0.1"),
        new(QStashHeaders.Region, "EU-CENTRAL-1"),
        .. Headers,
        new(QStashHeaders.Signature, Sign()),
    ];

    /// <summary>The delivery as a request for any <see cref="HttpClient"/>, such as that of a WebApplicationFactory.</summary>
    public HttpRequestMessage ToRequest()
    {
        HttpRequestMessage request = new(Method, Url) { Content = new ReadOnlyMemoryContent(Body) };
        foreach ((string name, string value) in AllHeaders())
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        if (ContentType is not null)
        {
            request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(ContentType);
        }

        return request;
    }

    /// <summary>The delivery as a handler gets it, to call a handler class directly. The payload is read as the engine reads it.</summary>
    /// <typeparam name="T">The payload's type.</typeparam>
    /// <param name="json">The app's JSON metadata; reflection, where enabled, when null.</param>
    /// <exception cref="JsonException">The body cannot be read as <typeparamref name="T"/>; the engine would dead-letter it.</exception>
    public QStashDelivery<T> ToDelivery<T>(QStashJson? json = null)
    {
        RawDelivery raw = ToRaw();
        return PayloadCodec.TryDecode(Body, json ?? new QStashJson(), out T? payload, out UnreadablePayload? unreadable)
            ? new QStashDelivery<T>(new VerifiedRequest(raw, Url, Body), payload)
            : throw new JsonException(unreadable.ForSender);
    }

    /// <summary>The delivery as a host hands it to the engine.</summary>
    internal RawDelivery ToRaw(IReadOnlyDictionary<string, string>? routeValues = null, Action<Exception?>? decided = null)
    {
        DeliveryHeaders headers = new();
        foreach ((string name, string value) in ContentType is null ? AllHeaders() : [.. AllHeaders(), new("Content-Type", ContentType)])
        {
            headers.Add(name, value);
        }

        return new RawDelivery
        {
            Url = Url,
            Headers = headers,
            Body = DeliveryBody.FromBytes(Body),
            RouteValues = routeValues ?? System.Collections.ObjectModel.ReadOnlyDictionary<string, string>.Empty,
            Decided = decided,
        };
    }

    private SignedDelivery(SignedDelivery original, string? signedUrl, ReadOnlyMemory<byte>? signedBody, TimeSpan age)
        : this(original)
    {
        _signedUrl = signedUrl;
        _signedBody = signedBody;
        _age = age;
    }

    private SignedDelivery Aged(TimeSpan age) => new(this, _signedUrl, _signedBody, age);
}
