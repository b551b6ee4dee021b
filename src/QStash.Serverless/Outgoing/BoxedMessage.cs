namespace QStash.Serverless;

/// <summary>A message whose payload's type is known only at run time.</summary>
/// <param name="destination">Where the message goes.</param>
/// <param name="payload">What the message carries.</param>
/// <param name="type">The type whose JSON metadata is used.</param>
internal sealed class BoxedMessage(Destination destination, object payload, Type type) : QStashMessage(destination)
{
    internal override object Content => payload;

    public override EncodedPayload Encode(QStashJson json)
    {
        ArgumentNullException.ThrowIfNull(json);
        return PayloadCodec.Encode(payload, type, json);
    }

    internal override QStashMessage With(PublishOptions options, Queue? queue, MessageOutput? output) =>
        new BoxedMessage(Destination, payload, type) { Options = options, Queue = queue, Output = output };
}
