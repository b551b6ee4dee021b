namespace QStash.Serverless.DevServer;

/// <summary>What an account of a local QStash holds at one moment.</summary>
public sealed record DevServerState
{
    /// <summary>The account.</summary>
    public required string Account { get; init; }

    /// <summary>The server's time.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>Whether the server's clock stands still; false when it cannot be moved at all.</summary>
    public required bool IsFrozen { get; init; }

    /// <summary>Messages that wait for their time, their turn in a queue, or room under their flow-control key.</summary>
    public required int Waiting { get; init; }

    /// <summary>Messages whose attempt is in progress.</summary>
    public required int Active { get; init; }

    /// <summary>When the next of the waiting messages is due; null when none waits for a time.</summary>
    public required DateTimeOffset? NextDue { get; init; }

    /// <summary>Entries of the dead letter queue.</summary>
    public required int DeadLetters { get; init; }

    /// <summary>Queues.</summary>
    public required int Queues { get; init; }

    /// <summary>URL groups.</summary>
    public required int UrlGroups { get; init; }

    /// <summary>Schedules, paused ones included.</summary>
    public required int Schedules { get; init; }

    /// <summary>Flow-control keys.</summary>
    public required int FlowControlKeys { get; init; }

    /// <summary>Faults in force.</summary>
    public required int Faults { get; init; }
}
