namespace QStash.Serverless;

/// <summary>What a host writes back, unchanged.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Headers">The headers, without <c>Content-Type</c> and <c>Content-Length</c>.</param>
/// <param name="Body">The body; often empty.</param>
/// <param name="ContentType">The body's content type, or null without a body.</param>
public sealed record DeliveryReply(int Status, IReadOnlyList<KeyValuePair<string, string>> Headers, ReadOnlyMemory<byte> Body, string? ContentType);
