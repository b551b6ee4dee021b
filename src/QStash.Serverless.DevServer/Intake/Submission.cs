using QStash.Serverless.DevServer.Settings;

namespace QStash.Serverless.DevServer.Intake;

/// <summary>What a publisher sent: one publish, enqueue, batch item, schedule trigger or DLQ retry.</summary>
internal sealed record Submission(long Account, string Destination, SettingsBag Settings, byte[] Body, string? CallerIp)
{
    /// <summary>The headers it came with, for <c>Upstash-Header-Forward</c>.</summary>
    public IReadOnlyDictionary<string, string?[]> Incoming { get; init; } = new Dictionary<string, string?[]>();

    /// <summary>The target of a message that is sent once more; null resolves the destination.</summary>
    public Target? Again { get; init; }

    /// <summary>The schedule that creates the message.</summary>
    public string? Schedule { get; init; }
}

/// <summary>One URL a submission goes to, and the group and endpoint it was found under.</summary>
internal sealed record Target(string Url, string? Topic = null, string? Endpoint = null);

/// <summary>A submission that passed every check, with the settings in force and its targets.</summary>
internal sealed record CheckedSubmission(Submission Submission, PublishSettings Settings, IReadOnlyList<Target> Targets, bool IsGroup);

/// <summary>The answer to a submission: one message, or one for each endpoint of a URL group.</summary>
internal sealed record Receipt(IReadOnlyList<Accepted> Messages, bool IsGroup);

/// <summary>A new message, or the earlier one a submission repeats.</summary>
internal sealed record Accepted(string MessageId, string Url, bool Deduplicated);
