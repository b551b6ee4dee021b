using System.Diagnostics;

namespace QStash.Serverless.Client;

/// <summary>What a message's encoding depends on besides the message.</summary>
/// <param name="Json">The app's JSON metadata.</param>
/// <param name="IsHosted">Whether the messages go to Upstash's service, which cannot reach private addresses.</param>
internal sealed record PublishSettings(QStashJson Json, bool IsHosted)
{
    /// <summary>For options that are encoded without a client: names stay as they are, and any address will do.</summary>
    internal static PublishSettings WithoutClient { get; } = new(new QStashJson(), IsHosted: false);

    /// <summary>Delivery headers of every message that does not set them.</summary>
    internal IReadOnlyList<KeyValuePair<string, string>> DefaultHeaders { get; init; } = [];

    /// <summary>The app and the environment that the names of URL groups, queues and flow-control keys belong to; null to send them as they are.</summary>
    internal ResourceScope? Scope { get; init; }

    /// <summary>The activity the receiver shall continue.</summary>
    internal Activity? Trace { get; init; }

    /// <summary>Makes a deduplication id, a new one at each call; null where messages get none.</summary>
    internal Func<string>? NewId { get; init; } = static () => Guid.NewGuid().ToString("N");

    /// <summary>The name that QStash knows.</summary>
    internal string Physical(string name, bool isShared) => isShared || Scope is null ? name : Scope.Physical(name);
}
