using QStash.Serverless.Client;

namespace QStash.Serverless.Infra;

/// <summary>Holds publish options against the client's rules, all of them instead of up to the first that is broken.</summary>
internal static class OptionRules
{
    private static readonly TimeSpan s_longestDelay = TimeSpan.FromDays(365);

    /// <summary>What is wrong, one text each, which begins with the option's name.</summary>
    /// <param name="options">The options.</param>
    /// <param name="queue">The queue of the message, which excludes some; or null.</param>
    internal static IReadOnlyList<string> Mistakes(PublishOptions options, string? queue)
    {
        string[] each = [.. Alone(options).Select(one => Refusal(one, queue)).OfType<string>()];
        return each.Length > 0 ? each : Refusal(options, queue) is { } together ? [together] : [];
    }

    private static string? Refusal(PublishOptions options, string? queue)
    {
        try
        {
            WireMessage.OptionsOf(options, name: null, queue);
            return Longest(options) is { } delay && delay > s_longestDelay
                ? $"Delay: it is {QStashDuration.Format(delay)}, but QStash delays a message by at most {QStashDuration.Format(s_longestDelay)}."
                : null;
        }
        catch (ArgumentException refused)
        {
            return refused.Message;
        }
    }

    private static TimeSpan? Longest(PublishOptions options) =>
        new[] { options.Delay, options.Callback?.Delay, options.FailureCallback?.Delay }.Max();

    private static IEnumerable<PublishOptions> Alone(PublishOptions all) =>
    [
        new() { Method = all.Method },
        new() { ContentType = all.ContentType },
        .. all.Headers.Select(static header => new PublishOptions { Headers = [header] }),
        new() { Delay = all.Delay },
        new() { NotBefore = all.NotBefore },
        new() { Timeout = all.Timeout },
        new() { Retries = all.Retries },
        .. Alone(all.Callback).Select(static callback => new PublishOptions { Callback = callback }),
        .. Alone(all.FailureCallback).Select(static callback => new PublishOptions { FailureCallback = callback }),
        new() { DeduplicationId = all.DeduplicationId },
        .. all.Labels.Select(static label => new PublishOptions { Labels = [label] }),
        new() { FlowControl = all.FlowControl },
        new() { Redact = all.Redact },
        .. all.RawHeaders.Select(static header => new PublishOptions { RawHeaders = [header] }),
    ];

    private static IEnumerable<CallbackOptions> Alone(CallbackOptions? all) => all is null ? [] :
    [
        new(all.Url),
        new(Placeholder) { Method = all.Method },
        new(Placeholder) { Timeout = all.Timeout },
        new(Placeholder) { Retries = all.Retries },
        new(Placeholder) { Delay = all.Delay },
        .. all.Headers.Select(static header => new CallbackOptions(Placeholder) { Headers = [header] }),
    ];

    private const string Placeholder = "https://callback.invalid";
}
