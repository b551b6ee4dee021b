namespace QStash.Serverless;

/// <summary>What QStash answered to a publish.</summary>
/// <param name="Messages">One entry for a URL; for a URL group one per endpoint, in endpoint order. Never empty.</param>
public sealed record PublishReceipt(IReadOnlyList<PublishedMessage> Messages)
{
    /// <summary>The id of the first message; for a URL, the only one. For a duplicate it is the id of the earlier message.</summary>
    public string MessageId => Messages[0].MessageId;

    /// <summary>Whether every message was a duplicate within the deduplication window, so that nothing new was queued.</summary>
    public bool Deduplicated => Messages.All(static m => m.Deduplicated);
}

/// <summary>One accepted message.</summary>
/// <param name="MessageId">The message id; for a duplicate, of the earlier message.</param>
/// <param name="Url">The destination URL, where QStash states it.</param>
/// <param name="Deduplicated">
/// Whether QStash had seen the deduplication id within its window (10 minutes) and queued nothing. Also true when it accepted this very publish,
/// its answer was lost, and the client's transport retry met the message already there.
/// </param>
public sealed record PublishedMessage(string MessageId, string? Url, bool Deduplicated);

/// <summary>The outcome of one item of a batch: either <see cref="Receipt"/> or <see cref="Error"/> is set.</summary>
/// <param name="Receipt">The receipt of an accepted item.</param>
/// <param name="Error">QStash's reason for refusing the item.</param>
public sealed record BatchItemResult(PublishReceipt? Receipt, string? Error);
