using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace QStash.Serverless;

/// <summary>The header names of the QStash wire (protocol sections 3 and 4). Header names are case-insensitive everywhere.</summary>
public static class QStashHeaders
{
    /// <summary>The JWT that proves that QStash sent a delivery.</summary>
    public const string Signature = "Upstash-Signature";
    /// <summary>The message id, the same for every attempt: the idempotency key.</summary>
    public const string MessageId = "Upstash-Message-Id";
    /// <summary>How often this message was retried before this attempt: 0 on the first.</summary>
    public const string Retried = "Upstash-Retried";
    /// <summary>The IP address of the publisher; for schedules, of the schedule's creator.</summary>
    public const string CallerIp = "Upstash-Caller-Ip";
    /// <summary>The QStash region that sends the delivery, for example <c>EU-CENTRAL-1</c>. Unauthenticated: it only selects which keys to try.</summary>
    public const string Region = "Upstash-Region";
    /// <summary>The URL group a delivery was published to.</summary>
    public const string TopicName = "Upstash-Topic-Name";
    /// <summary>The schedule that created the message.</summary>
    public const string ScheduleId = "Upstash-Schedule-Id";
    /// <summary>On a 489 reply: do not retry, move the message to the dead letter queue.</summary>
    public const string NonRetryableError = "Upstash-NonRetryable-Error";

    /// <summary>The HTTP method of the delivery.</summary>
    public const string Method = "Upstash-Method";
    /// <summary>Prefix: delivered without it.</summary>
    public const string ForwardPrefix = "Upstash-Forward-";
    /// <summary><c>true</c> forwards every header of the publish request, without a prefix.</summary>
    public const string HeaderForward = "Upstash-Header-Forward";
    /// <summary>A duration to wait before the first attempt.</summary>
    public const string Delay = "Upstash-Delay";
    /// <summary>Unix seconds before which no attempt is made. Beats <see cref="Delay"/>.</summary>
    public const string NotBefore = "Upstash-Not-Before";
    /// <summary>How long one attempt may take.</summary>
    public const string Timeout = "Upstash-Timeout";
    /// <summary>How many retries follow a failed first attempt.</summary>
    public const string Retries = "Upstash-Retries";
    /// <summary>An expression in milliseconds for the wait before each retry.</summary>
    public const string RetryDelay = "Upstash-Retry-Delay";
    /// <summary>The URL told of every attempt.</summary>
    public const string Callback = "Upstash-Callback";
    /// <summary>Prefix of the callback's own options.</summary>
    public const string CallbackPrefix = "Upstash-Callback-";
    /// <summary>The URL told when a message has failed for good.</summary>
    public const string FailureCallback = "Upstash-Failure-Callback";
    /// <summary>Prefix of the failure callback's own options.</summary>
    public const string FailureCallbackPrefix = "Upstash-Failure-Callback-";
    /// <summary>A publish with an id seen within the deduplication window is accepted but not queued.</summary>
    public const string DeduplicationId = "Upstash-Deduplication-Id";
    /// <summary><c>true</c> derives the deduplication id from destination, body and forwarded headers.</summary>
    public const string ContentBasedDeduplication = "Upstash-Content-Based-Deduplication";
    /// <summary>Labels, comma-separated.</summary>
    public const string Label = "Upstash-Label";
    /// <summary>The flow-control key.</summary>
    public const string FlowControlKey = "Upstash-Flow-Control-Key";
    /// <summary>The flow-control values: <c>parallelism=N, rate=N, period=D</c>.</summary>
    public const string FlowControlValue = "Upstash-Flow-Control-Value";
    /// <summary>The fields hidden from reads: <c>body</c>, <c>header</c>, <c>header[Name]</c>.</summary>
    public const string RedactFields = "Upstash-Redact-Fields";
    /// <summary>The cron expression of a schedule.</summary>
    public const string Cron = "Upstash-Cron";
    /// <summary>The queue a message or a schedule's messages go through.</summary>
    public const string QueueName = "Upstash-Queue-Name";

    private static readonly SearchValues<char> s_tokenCharacters =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    /// <summary>Whether the text can name a header: an RFC 9110 token, that is, letters, digits and <c>!#$%&amp;'*+-.^_`|~</c>, at least one.</summary>
    public static bool IsValidName([NotNullWhen(true)] string? name) =>
        !string.IsNullOrEmpty(name) && !name.AsSpan().ContainsAnyExcept(s_tokenCharacters);

    /// <summary>
    /// Whether the text can be the value of a header: no line break, NUL or other control character except the tab, so that it cannot
    /// start another header. An empty text is valid here, though QStash treats an empty control header as absent (protocol 2.0, rule 8).
    /// </summary>
    public static bool IsValidValue([NotNullWhen(true)] string? value)
    {
        if (value is null)
        {
            return false;
        }

        foreach (char c in value)
        {
            if (char.IsControl(c) && c != '\t')
            {
                return false;
            }
        }

        return true;
    }
}
