using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace QStash.Serverless.Testing;

/// <summary>A message that a <see cref="RecordingPublisher"/> was given.</summary>
public sealed class RecordedMessage
{
    private readonly QStashJson _json;

    internal RecordedMessage(string messageId, QStashMessage message, EncodedPayload payload, QStashJson json)
    {
        MessageId = messageId;
        Message = message;
        Body = payload.Body.ToArray();
        ContentType = message.Options.ContentType ?? payload.ContentType;
        _json = json;
    }

    /// <summary>The id that the publisher gave it.</summary>
    public string MessageId { get; }

    /// <summary>The message itself.</summary>
    public QStashMessage Message { get; }

    /// <summary>Where it would have gone.</summary>
    public Destination Destination => Message.Destination;

    /// <summary>The queue it would have gone through, or null.</summary>
    public Queue? Queue => Message.Queue;

    /// <summary>Its options.</summary>
    public PublishOptions Options => Message.Options;

    /// <summary>The bytes that would have been sent.</summary>
    public ReadOnlyMemory<byte> Body { get; }

    /// <summary>The content type that would have been sent, or null for none.</summary>
    public string? ContentType { get; }

    /// <summary>The body as UTF-8 text.</summary>
    public string Text => Encoding.UTF8.GetString(Body.Span);

    /// <summary>Reads the body as a receiver would, from JSON.</summary>
    /// <typeparam name="T">The payload's type.</typeparam>
    /// <exception cref="JsonException">The body is not JSON of this type.</exception>
    public T? Read<T>() => JsonSerializer.Deserialize(Body.Span, (JsonTypeInfo<T>)_json.GetTypeInfo<T>());
}
