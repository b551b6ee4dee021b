using QStash.Serverless.Client;

namespace QStash.Serverless.Infra;

/// <summary>Holds publish options against the client's rules, all of them instead of up to the first that is broken.</summary>
internal static class OptionRules
{
    /// <summary>Stands for a callback's URL that is no matter.</summary>
    internal const string Placeholder = "https://callback.invalid";

    private static readonly TimeSpan s_longestDelay = TimeSpan.FromDays(365);

    /// <summary>What is wrong, one text each, which begins with the option's name.</summary>
    /// <param name="options">The options.</param>
    /// <param name="throughQueue">Whether the message goes through a queue, which excludes some.</param>
    internal static IReadOnlyList<string> Mistakes(PublishOptions options, bool throughQueue)
    {
        string[] each = [.. Alone(options).Select(one => Refusal(one, throughQueue)).OfType<string>()];
        return each.Length > 0 ? each : Refusal(options, throughQueue) is { } together ? [together] : [];
    }

    private static string? Refusal(PublishOptions options, bool throughQueue)
    {
        try
        {
            WireMessage.OptionsOf(options, PublishSettings.WithoutClient, name: null, throughQueue);
            return TooLong("Delay", options.Delay) ?? TooLong("Callback.Delay", options.Callback?.Delay) ?? TooLong("FailureCallback.Delay", options.FailureCallback?.Delay)
                ?? Reserved(options.Labels);
        }
        catch (ArgumentException refused)
        {
            return refused.Message;
        }
    }

    private static string? Reserved(IEnumerable<string> labels) => labels.FirstOrDefault(static label => label.StartsWith(OwnerLabel.Reserved, StringComparison.Ordinal)) is { } label
        ? $"Labels: '{label}' starts with '{OwnerLabel.Reserved}', which marks what is declared in code: choose another."
        : null;

    private static string? TooLong(string option, TimeSpan? delay) => delay > s_longestDelay
        ? $"{option}: it is {QStashDuration.Format(delay.Value)}, but QStash delays a message by at most {QStashDuration.Format(s_longestDelay)}."
        : null;

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
}
