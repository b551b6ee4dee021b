using System.Globalization;
using System.Text;

namespace QStash.Serverless;

/// <summary>
/// The whole status policy, one row a member (protocol 4.2, 7.3). QStash retries on anything but 2xx, at once dead-letters 489 with its header,
/// and heeds <c>Retry-After</c>.
/// </summary>
internal static class DeliveryReplies
{
    private static readonly KeyValuePair<string, string>[] s_nonRetryable = [new(QStashHeaders.NonRetryableError, "true")];
    private static readonly KeyValuePair<string, string>[] s_soon = [new("Retry-After", "10")];

    /// <summary>Handled; the body goes into callbacks.</summary>
    internal static DeliveryReply Success(EncodedPayload? body) =>
        body is { } encoded ? new(200, [], encoded.Body, encoded.ContentType ?? "application/octet-stream") : Empty(200);

    /// <summary>The handler asks for a retry; whole seconds, rounded up.</summary>
    internal static DeliveryReply Retry(TimeSpan? after) => after is not { } wait ? Empty(503)
        : new(503, [new("Retry-After", ((long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture))], default, null);

    /// <summary>Never to be retried: by the handler's word, for an unreadable payload, or genuine but over the body limit.</summary>
    internal static DeliveryReply DeadLetter(string reason, int maxBytes) =>
        reason.Length == 0 ? new(489, s_nonRetryable, default, null) : new(489, s_nonRetryable, Cut(Encoding.UTF8.GetBytes(reason), maxBytes), "text/plain; charset=utf-8");

    /// <summary>The handler threw, or an output could not be published. No detail leaves the process.</summary>
    internal static DeliveryReply Failed { get; } = Empty(500);

    /// <summary>The deadline is near, the host is stopping, or no keys can be had: another attempt will find better times.</summary>
    internal static DeliveryReply Unavailable { get; } = new(503, s_soon, default, null);

    /// <summary>Not proven to come from QStash. A stranger learns nothing.</summary>
    internal static DeliveryReply Refused { get; } = Empty(401);

    /// <summary>Genuine, but nothing handles this route.</summary>
    internal static DeliveryReply NoHandler { get; } = Empty(404);

    // Never within a character: 10xxxxxx continues one.
    private static ReadOnlyMemory<byte> Cut(byte[] text, int maxBytes)
    {
        int length = Math.Min(text.Length, maxBytes);
        while (length < text.Length && length > 0 && (text[length] & 0xC0) == 0x80)
        {
            length--;
        }

        return text.AsMemory(0, length);
    }

    private static DeliveryReply Empty(int status) => new(status, [], default, null);
}
