using QStash.Serverless.DevServer.Settings;

namespace QStash.Serverless.DevServer.Store;

/// <summary>A message as the store keeps it. Times are Unix milliseconds.</summary>
internal sealed record StoredMessage
{
    public long Seq { get; init; }
    public required string Id { get; init; }
    public required long Account { get; init; }
    public required string Url { get; init; }
    public required PublishSettings Settings { get; init; }
    public string? CallerIp { get; init; }
    public string? Queue { get; init; }
    /// <summary>The URL group it was published to.</summary>
    public string? Topic { get; init; }
    /// <summary>The name of its endpoint in the group.</summary>
    public string? Endpoint { get; init; }
    /// <summary>The schedule that created it.</summary>
    public string? Schedule { get; init; }
    /// <summary>What the messages of one publish to a URL group have in common: the id of the first, even if that was a duplicate and never stored.</summary>
    public string? FanOut { get; init; }
    /// <summary>The flow-control key it is counted under.</summary>
    public string? FlowKey { get; init; }
    /// <summary>The queued message whose slot this callback holds open.</summary>
    public string? SlotOf { get; init; }
    /// <summary>The message this callback tells about.</summary>
    public string? Source { get; init; }
    public required long CreatedAt { get; init; }
    public required long NotBefore { get; init; }
    /// <summary>When the next attempt is due.</summary>
    public long Due { get; init; }
    public int Retried { get; init; }
    public MessagePhase Phase { get; init; }
    public bool CancelRequested { get; init; }
    public long? FinishedAt { get; init; }
    public required byte[] Body { get; init; }

    /// <summary>The id under which this message holds or shares a queue slot.</summary>
    public string? Slot => Queue is null ? SlotOf : Id;
}

/// <summary>Where a message is in its life.</summary>
internal enum MessagePhase
{
    Waiting = 0,
    Active = 1,
    Finished = 2,
}
