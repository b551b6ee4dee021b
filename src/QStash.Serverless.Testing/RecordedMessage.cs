using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using QStash.Serverless.Client;

namespace QStash.Serverless.Testing;

/// <summary>A message that a <see cref="FakeQStashPublisher"/> was given.</summary>
public sealed class RecordedMessage
{
    private readonly QStashJson _json;
    private readonly List<DeliveryReply> _replies = [];

    internal RecordedMessage(string messageId, QStashMessage message, WireMessage wire, QStashJson json)
    {
        MessageId = messageId;
        Message = message;
        Headers = wire.Headers;
        Body = wire.Body.ToArray();
        ContentType = wire.Headers.FirstOrDefault(static header => header.Key.Equals("Content-Type", StringComparison.OrdinalIgnoreCase)).Value;
        _json = json;
    }

    /// <summary>The id that the publisher gave it.</summary>
    public string MessageId { get; }

    /// <summary>The message itself.</summary>
    public QStashMessage Message { get; }

    /// <summary>What it carries, as it was published.</summary>
    public object Payload => Message.Content;

    /// <summary>Where it would have gone.</summary>
    public Destination Destination => Message.Destination;

    /// <summary>The queue it would have gone through, or null.</summary>
    public Queue? Queue => Message.Queue;

    /// <summary>Its options.</summary>
    public PublishOptions Options => Message.Options;

    /// <summary>The headers that would have been sent: the content type, and the options as QStash's <c>Upstash-</c> headers.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; }

    /// <summary>The bytes that would have been sent.</summary>
    public ReadOnlyMemory<byte> Body { get; }

    /// <summary>The content type that would have been sent, or null for none.</summary>
    public string? ContentType { get; }

    /// <summary>The body as UTF-8 text.</summary>
    public string Text => Encoding.UTF8.GetString(Body.Span);

    /// <summary>What its handlers answered in <see cref="FakeQStashPublisher.DeliverAsync"/>, one reply each; empty until then.</summary>
    public IReadOnlyList<DeliveryReply> Replies => _replies;

    /// <summary>Why a delivery of it was no success, as far as the reply does not say it.</summary>
    internal Exception? Failure { get; private set; }

    /// <summary>Reads the body as a receiver would, from JSON.</summary>
    /// <typeparam name="T">The payload's type.</typeparam>
    /// <exception cref="JsonException">The body is not JSON of this type.</exception>
    public T? Read<T>() => JsonSerializer.Deserialize(Body.Span, (JsonTypeInfo<T>)_json.GetTypeInfo<T>());

    internal void Delivered(DeliveryReply reply, Exception? failure)
    {
        _replies.Add(reply);
        Failure = failure ?? Failure;
    }
}
