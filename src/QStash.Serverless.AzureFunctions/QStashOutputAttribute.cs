using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace QStash.Serverless.AzureFunctions;

/// <summary>
/// Publishes what a function returns to QStash: on a method its return value, on a property of the returned class that property's value. It works on functions
/// with any trigger, beside other output bindings. What is published is published in order, before the caller or QStash is answered, and only when the
/// function succeeded; if something cannot be published, the function fails.
/// </summary>
/// <remarks>
/// <para>A value is sent as JSON by the app's metadata, <see cref="string"/> as UTF-8 text, <see cref="byte"/>[] and memory of bytes as they are; of a
/// collection each element is a message; null sends nothing. A <see cref="QStashMessage{T}"/> goes to its own destination, and takes from the attribute what it
/// leaves unset.</para>
/// <para><c>%name%</c> in any text is replaced by the app's setting of that name, once, when the app starts. <c>{name}</c> in <see cref="Url"/>, <see cref="UrlGroup"/>,
/// <see cref="Queue"/>, <see cref="FlowControlKey"/>, <see cref="Label"/>, <see cref="Callback"/> and <see cref="FailureCallback"/> is replaced in each invocation by
/// a parameter of the function's route, or in a function with a QStash trigger by <c>{messageId}</c>, <c>{retried}</c>, <c>{scheduleId}</c> or <c>{urlGroup}</c>. Write
/// <c>%%</c>, <c>{{</c> and <c>}}</c> for the characters themselves. What is wrong stops the app's start.</para>
/// </remarks>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Property)]
public sealed class QStashOutputAttribute : OutputBindingAttribute
{
    /// <summary>The destination URL; the values of its tokens are percent-encoded. Excludes <see cref="UrlGroup"/>.</summary>
    public string? Url { get; set; }

    /// <summary>
    /// The URL group to whose endpoints QStash fans the message out (protocol 2.8), by the name the code uses: the account's <c>App</c> and <c>Env</c> are added to
    /// it as for every publisher. For a group that is shared return a <see cref="QStashMessage{T}"/>. Excludes <see cref="Url"/>.
    /// </summary>
    public string? UrlGroup { get; set; }

    /// <summary>The FIFO queue to go through (protocol 2.2), by the name the code uses; it needs a <see cref="Url"/> or a <see cref="UrlGroup"/> all the same.</summary>
    public string? Queue { get; set; }

    /// <summary>
    /// The account to publish with, for apps with several: the name that <c>AddQStash().AddClient("name")</c> registered, which is also its
    /// configuration section. Unset: the app's own, registered by <c>AddClient()</c>.
    /// </summary>
    public string? Connection { get; set; }

    /// <summary>The HTTP method of the delivery: GET, POST, PUT, PATCH or DELETE. QStash's default is POST.</summary>
    public string? Method { get; set; }

    /// <summary>The content type of the delivery. Unset: <c>application/json</c> for payloads, <c>text/plain</c> for text, none for bytes.</summary>
    public string? ContentType { get; set; }

    /// <summary>How long QStash waits before the first attempt, as in <c>1h30m</c> (protocol 3.1).</summary>
    public string? Delay { get; set; }

    /// <summary>How long one attempt may take, at least <c>1s</c>, as in <c>30s</c> (protocol 3.1).</summary>
    public string? Timeout { get; set; }

    /// <summary>How many retries follow a failed first attempt, 0 or more; -1, the default, leaves it to QStash, whose default is 3.</summary>
    public int Retries { get; set; } = -1;

    /// <summary>The wait before each retry in milliseconds, as in <c>min(pow(2, retried) * 1000, 60000)</c> (protocol 7.2).</summary>
    public string? RetryDelay { get; set; }

    /// <summary>The key whose messages share the limits of <see cref="FlowControl"/> (protocol 8.3), by the name the code uses.</summary>
    public string? FlowControlKey { get; set; }

    /// <summary>The limits of <see cref="FlowControlKey"/>, as in <c>parallelism=3, rate=5, period=1m</c> (protocol 3.2).</summary>
    public string? FlowControl { get; set; }

    /// <summary>A label to filter logs and the dead letter queue by, or several with commas between them.</summary>
    public string? Label { get; set; }

    /// <summary>The URL where QStash reports every attempt (protocol 6).</summary>
    public string? Callback { get; set; }

    /// <summary>The URL where QStash reports a message that has failed for good (protocol 6).</summary>
    public string? FailureCallback { get; set; }

    /// <summary>
    /// Lets QStash recognize a message by its destination and body instead of the id it gets here: within 10 minutes of the first, an equal one is not queued (protocol 8.1).
    /// </summary>
    public bool ContentBasedDeduplication { get; set; }
}
