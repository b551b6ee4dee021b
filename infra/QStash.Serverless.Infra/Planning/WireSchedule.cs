using System.Security.Cryptography;
using System.Text;
using QStash.Serverless.Client;

namespace QStash.Serverless.Infra;

/// <summary>A declared schedule as it would go over the wire, before and after it is marked as ours.</summary>
internal sealed class WireSchedule
{
    // What reads of a schedule show (protocol 2.9).
    private static readonly HashSet<string> s_readable = new(
        [
            QStashHeaders.Method, QStashHeaders.Delay, QStashHeaders.Timeout, QStashHeaders.Retries, QStashHeaders.RetryDelay, QStashHeaders.Callback,
            QStashHeaders.FailureCallback, QStashHeaders.QueueName, QStashHeaders.Label, QStashHeaders.FlowControlKey, QStashHeaders.FlowControlValue,
        ],
        StringComparer.OrdinalIgnoreCase);

    private readonly ResourceScope _scope;
    private readonly List<KeyValuePair<string, string>> _hidden;

    /// <exception cref="ArgumentException">An option breaks a rule, or cannot be part of a schedule that is updated in place; the text says which.</exception>
    internal WireSchedule(DeclaredSchedule declared, ResourceScope scope, bool isHosted)
    {
        _scope = scope;
        Cron = declared.Cron;
        Message = WireMessage.Of(declared.Message, new PublishSettings(new QStashJson(), isHosted) { NewId = null }, $"schedule '{declared.Name}'");
        if (this[QStashHeaders.DeduplicationId] is not null || this[QStashHeaders.ContentBasedDeduplication] is not null)
        {
            throw new ArgumentException($"schedule '{declared.Name}': with a deduplication option QStash would ignore changes made within 10 minutes (protocol 8.1): remove it.");
        }

        if (Labels.FirstOrDefault(static label => label.StartsWith(OwnerLabel.Reserved, StringComparison.Ordinal)) is { } reserved)
        {
            throw new ArgumentException($"schedule '{declared.Name}': the label '{reserved}' starts with '{OwnerLabel.Reserved}', which marks what is declared in code: choose another.");
        }

        _hidden = [.. Message.Headers.Where(static header => header.Value.Length > 0 && IsHidden(header.Key)).OrderBy(static header => header.Key, StringComparer.OrdinalIgnoreCase)];
    }

    internal CronSchedule Cron { get; }

    internal WireMessage Message { get; }

    internal string Owner => _scope.ToString();

    internal string? Queue => Message.Queue ?? this[QStashHeaders.QueueName];

    internal bool ForwardsRequestHeaders => this[QStashHeaders.HeaderForward] == "true";

    internal bool HidesBody => this[QStashHeaders.RedactFields]?.Split(',').Contains("body", StringComparer.OrdinalIgnoreCase) == true;

    internal IEnumerable<string> Labels => this[QStashHeaders.Label]?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];

    /// <summary>The fingerprint of the options that QStash does not show; null without any.</summary>
    internal string? HiddenHash => _hidden.Count == 0
        ? null
        : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', _hidden.Select(static header => $"{header.Key.ToLowerInvariant()}: {header.Value}")))))[..16];

    internal string? ShownHidden => _hidden.Count == 0
        ? null
        : string.Join("; ", _hidden.Select(static header => $"{header.Key}: {(IsHarmless(header.Key) ? header.Value : Shown.Secret(header.Value))}"));

    /// <summary>The value of a header; null when it is absent or empty, which is the same (protocol 2.0, rule 8).</summary>
    internal string? this[string name] =>
        Message.Headers.FirstOrDefault(header => header.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value is { Length: > 0 } value ? value : null;

    internal IEnumerable<KeyValuePair<string, string>> Forwarded(string prefix) => Message.Headers
        .Where(header => header.Key.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
        .Select(header => KeyValuePair.Create(header.Key[prefix.Length..], header.Value));

    /// <summary>The write that makes it so, marked as ours.</summary>
    internal PutSchedule ToStep(string id, bool? paused, string? replaces) => new()
    {
        Id = id,
        Cron = Cron.Text,
        Destination = Message.Destination.Value,
        IsUrlGroup = Message.Destination.IsUrlGroup,
        Queue = Message.Queue,
        Headers =
        [
            .. Message.Headers.Where(static header => !header.Key.Equals(QStashHeaders.Label, StringComparison.OrdinalIgnoreCase)).Select(static header => new HeaderLine(header.Key, header.Value)),
            new HeaderLine(QStashHeaders.Label, OwnerLabel.Marked(string.Join(',', Labels), _scope, HiddenHash)),
        ],
        Body = Message.Body.ToArray(),
        Paused = paused,
        Replaces = replaces,
    };

    private static bool IsHidden(string name) =>
        !name.Equals("Content-Type", StringComparison.OrdinalIgnoreCase)
        && !name.StartsWith(QStashHeaders.ForwardPrefix, StringComparison.OrdinalIgnoreCase)
        && !name.StartsWith(QStashHeaders.Callback + "-Forward-", StringComparison.OrdinalIgnoreCase)
        && !name.StartsWith(QStashHeaders.FailureCallback + "-Forward-", StringComparison.OrdinalIgnoreCase)
        && !s_readable.Contains(name);

    private static bool IsHarmless(string name) =>
        name.StartsWith(QStashHeaders.Callback + "-", StringComparison.OrdinalIgnoreCase)
        || name.StartsWith(QStashHeaders.FailureCallback + "-", StringComparison.OrdinalIgnoreCase)
        || name.Equals(QStashHeaders.RedactFields, StringComparison.OrdinalIgnoreCase)
        || name.Equals(QStashHeaders.HeaderForward, StringComparison.OrdinalIgnoreCase);
}
