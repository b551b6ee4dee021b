using System.Globalization;
using System.Net.Http.Headers;
using System.Text;

namespace QStash.Serverless.Client;

/// <summary>
/// Turns typed publish options into request headers (protocol section 3), refusing what QStash would refuse or misread. What is unset is not sent.
/// </summary>
/// <param name="message">Names the message in error texts, for example <c>messages[3]</c>; null for texts that say the option and the rule alone.</param>
internal sealed class OptionHeaders(string? message)
{
    private readonly List<KeyValuePair<string, string>> _headers = [];

    /// <summary>The headers of these options, without those that <see cref="PublishOptions.RawHeaders"/> or the client itself add.</summary>
    internal static List<KeyValuePair<string, string>> Of(PublishOptions options, string? queue, string? message)
    {
        OptionHeaders headers = new(message);
        headers.AddDelivery(options);
        headers.AddTiming(options);
        headers.AddCallback("Callback", QStashHeaders.Callback, options.Callback, queue);
        headers.AddCallback("FailureCallback", QStashHeaders.FailureCallback, options.FailureCallback, queue);
        headers.AddDeduplication(options);
        headers.AddLabels(options.Labels);
        headers.AddFlowControl(options.FlowControl);
        headers.AddRedaction(options.Redact);
        return headers._headers;
    }

    /// <summary>Why a header cannot be forwarded to the receiver, or null.</summary>
    internal static string? ForwardRefusal(string? name, string? value)
    {
        if (!QStashHeaders.IsValidName(name))
        {
            return $"'{name}' is not a header name.";
        }

        if (name!.StartsWith("Upstash-", StringComparison.OrdinalIgnoreCase))
        {
            return $"'{name}' belongs to QStash: use the typed option, or put it into RawHeaders.";
        }

        if (name.Equals("Content-Type", StringComparison.OrdinalIgnoreCase))
        {
            return "the content type has its own option, ContentType.";
        }

        return IsSendable(value) ? null : $"the value of '{name}' has a control character or one outside ASCII, which a header cannot carry.";
    }

    /// <summary>Whether a header can have this value: the client sends ASCII only, because receivers disagree about anything else.</summary>
    internal static bool IsSendable(string? value) => QStashHeaders.IsValidValue(value) && Ascii.IsValid(value);

    private void AddDelivery(PublishOptions options)
    {
        AddMethod("Method", QStashHeaders.Method, options.Method);
        if (options.ContentType is { } contentType)
        {
            Require(MediaTypeHeaderValue.TryParse(contentType, out _) && IsSendable(contentType), "ContentType", $"'{contentType}' is not a content type, such as application/json.", "Content-Type");
            Add("Content-Type", contentType);
        }

        AddForwarded("Headers", QStashHeaders.ForwardPrefix, options.Headers);
        AddFlag(QStashHeaders.HeaderForward, options.ForwardRequestHeaders);
    }

    private void AddTiming(PublishOptions options)
    {
        Require(options.Delay is null || options.NotBefore is null, "Delay", "it excludes NotBefore; set one of them.", QStashHeaders.Delay);
        AddDuration("Delay", QStashHeaders.Delay, options.Delay, TimeSpan.Zero);
        if (options.NotBefore is { } notBefore)
        {
            Require(notBefore >= DateTimeOffset.UnixEpoch, "NotBefore", "it must not be before 1970.", QStashHeaders.NotBefore);
            long seconds = notBefore.AddTicks(TimeSpan.TicksPerSecond - 1).ToUnixTimeSeconds();
            Add(QStashHeaders.NotBefore, seconds.ToString(CultureInfo.InvariantCulture));
        }

        AddDuration("Timeout", QStashHeaders.Timeout, options.Timeout, TimeSpan.FromSeconds(1));
        AddRetries("Retries", QStashHeaders.Retries, options.Retries);
        AddRetryDelay(QStashHeaders.RetryDelay, options.RetryDelay);
    }

    private void AddCallback(string option, string header, CallbackOptions? callback, string? queue)
    {
        if (callback is null)
        {
            return;
        }

        Require(callback.Url is not null, option + ".Url", "it is missing.", header);
        try
        {
            Add(header, Destination.Url(callback.Url!).Value);
        }
        catch (ArgumentException refused)
        {
            throw Broken(option + ".Url", refused.Message, header, refused);
        }

        AddMethod(option + ".Method", header + "-Method", callback.Method);
        AddDuration(option + ".Timeout", header + "-Timeout", callback.Timeout, TimeSpan.FromSeconds(1));
        AddRetries(option + ".Retries", header + "-Retries", callback.Retries);
        AddRetryDelay(header + "-Retry-Delay", callback.RetryDelay);
        Require(callback.Delay is null || queue is null, option + ".Delay", "QStash refuses delayed callbacks of messages that go through a queue.", header + "-Delay");
        AddDuration(option + ".Delay", header + "-Delay", callback.Delay, TimeSpan.Zero);
        AddForwarded(option + ".Headers", header + "-Forward-", callback.Headers);
    }

    private void AddDeduplication(PublishOptions options)
    {
        if (options.DeduplicationId is { } id)
        {
            Require(QStashName.IsValidDeduplicationId(id), "DeduplicationId", "it must be printable ASCII without ':' and white space, at least one character.", QStashHeaders.DeduplicationId);
            Require(options.ContentBasedDeduplication != true, "DeduplicationId", "it excludes ContentBasedDeduplication; set one of them.", QStashHeaders.DeduplicationId);
            Add(QStashHeaders.DeduplicationId, id);
        }

        AddFlag(QStashHeaders.ContentBasedDeduplication, options.ContentBasedDeduplication);
    }

    private void AddLabels(IReadOnlyList<string> labels)
    {
        foreach (string label in labels)
        {
            bool valid = !string.IsNullOrEmpty(label) && !label.Contains(',', StringComparison.Ordinal) && label.Trim() == label && IsSendable(label);
            Require(valid, "Labels", $"'{label}' must be printable ASCII without commas and without white space around it.", QStashHeaders.Label);
        }

        if (labels.Count > 0)
        {
            Add(QStashHeaders.Label, string.Join(',', labels));
        }
    }

    private void AddFlowControl(FlowControl? flowControl)
    {
        if (flowControl is null)
        {
            return;
        }

        Require(
            !string.IsNullOrWhiteSpace(flowControl.Key) && flowControl.Key.Trim() == flowControl.Key && IsSendable(flowControl.Key),
            "FlowControl.Key",
            "it must be printable ASCII without white space around it, at least one character.",
            QStashHeaders.FlowControlKey);
        FlowControlValue? limits = flowControl.Limits;
        Require(limits is not null && (limits.Parallelism ?? limits.Rate) is not null, "FlowControl.Limits", "it needs a Parallelism or a Rate.", QStashHeaders.FlowControlValue);
        Add(QStashHeaders.FlowControlKey, flowControl.Key);
        Add(QStashHeaders.FlowControlValue, limits!.ToString());
    }

    private void AddRedaction(Redaction? redact)
    {
        if (redact is null)
        {
            return;
        }

        foreach (string name in redact.Headers)
        {
            Require(QStashHeaders.IsValidName(name), "Redact.Headers", $"'{name}' is not a header name.", QStashHeaders.RedactFields);
        }

        // "header" covers every header, so naming some beside it would say nothing more.
        List<string> fields = [.. redact.Body ? ["body"] : Array.Empty<string>(), .. redact.AllHeaders ? ["header"] : redact.Headers.Select(static name => $"header[{name}]")];
        if (fields.Count > 0)
        {
            Add(QStashHeaders.RedactFields, string.Join(',', fields));
        }
    }

    private void AddMethod(string option, string header, HttpMethod? method)
    {
        if (method is not null)
        {
            string name = method.Method.ToUpperInvariant();
            Require(name is "GET" or "POST" or "PUT" or "PATCH" or "DELETE", option, $"'{method}' is not one of GET, POST, PUT, PATCH and DELETE.", header);
            Add(header, name);
        }
    }

    private void AddDuration(string option, string header, TimeSpan? duration, TimeSpan minimum)
    {
        if (duration is { } value)
        {
            Require(value >= minimum, option, $"it is {value}, but must be at least {minimum.TotalSeconds:0} s.", header);
            long seconds = (value.Ticks / TimeSpan.TicksPerSecond) + (value.Ticks % TimeSpan.TicksPerSecond == 0 ? 0 : 1);
            Add(header, QStashDuration.Format(TimeSpan.FromSeconds(seconds)));
        }
    }

    private void AddRetries(string option, string header, int? retries)
    {
        if (retries is { } count)
        {
            Require(count >= 0, option, "it must be 0 or more.", header);
            Add(header, count.ToString(CultureInfo.InvariantCulture));
        }
    }

    private void AddRetryDelay(string header, RetryDelayExpression? expression)
    {
        if (expression is not null)
        {
            Add(header, expression.Text);
        }
    }

    private void AddForwarded(string option, string prefix, IReadOnlyList<KeyValuePair<string, string>> headers)
    {
        foreach ((string name, string value) in headers)
        {
            string? refusal = ForwardRefusal(name, value);
            Require(refusal is null, option, refusal ?? "", prefix + name);
            Add(prefix + name, value);
        }
    }

    private void AddFlag(string header, bool? flag)
    {
        if (flag is { } value)
        {
            Add(header, value ? "true" : "false");
        }
    }

    private void Add(string name, string value) => _headers.Add(new(name, value));

    private void Require(bool holds, string option, string rule, string header)
    {
        if (!holds)
        {
            throw Broken(option, rule, header);
        }
    }

    private ArgumentException Broken(string option, string rule, string header, Exception? inner = null) => new(
        message is null ? $"{option}: {rule}" : $"{message}: PublishOptions.{option}: {rule} To send a value that is refused here, put '{header}' into PublishOptions.RawHeaders.", inner);
}
