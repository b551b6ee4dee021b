namespace QStash.Serverless.DevServer.Quotas;

/// <summary>What an account may ask for, and what QStash answers when it asks for more (protocol 1.3, 8.5).</summary>
internal sealed record Limits
{
    private const int Megabyte = 1024 * 1024;

    /// <summary>The bytes of one message's body.</summary>
    public required int MessageSize { get; init; }

    /// <summary>How far ahead a message may be due; null for any time.</summary>
    public required TimeSpan? Delay { get; init; }

    public required int Retries { get; init; }

    /// <summary>How long one attempt may take; <c>Upstash-Timeout</c> only shortens it.</summary>
    public required TimeSpan Attempt { get; init; }

    /// <summary>How many deliveries of an account are in progress at once; more wait.</summary>
    public required int Parallelism { get; init; }

    /// <summary>The messages published in a UTC day; null for any number.</summary>
    public required int? MessagesPerDay { get; init; }

    public required int Queues { get; init; }

    public required int QueueParallelism { get; init; }

    public required int Schedules { get; init; }

    public required int UrlGroups { get; init; }

    public required int Endpoints { get; init; }

    public static Limits Of(DevServerQuota quota) => quota switch
    {
        DevServerQuota.PayAsYouGo => new()
        {
            MessageSize = 10 * Megabyte,
            Delay = TimeSpan.FromDays(365),
            Retries = 5,
            Attempt = TimeSpan.FromHours(2),
            Parallelism = 100,
            MessagesPerDay = null,
            Queues = 100,
            QueueParallelism = 10,
            Schedules = 1000,
            UrlGroups = 100,
            Endpoints = 100,
        },
        DevServerQuota.Pro => new()
        {
            MessageSize = 50 * Megabyte,
            Delay = null,
            Retries = 20,
            Attempt = TimeSpan.FromHours(6),
            Parallelism = 200,
            MessagesPerDay = 1_000_000,
            Queues = 1000,
            QueueParallelism = 10,
            Schedules = 10_000,
            UrlGroups = 1000,
            Endpoints = 1000,
        },
        DevServerQuota.Free => new()
        {
            MessageSize = Megabyte,
            Delay = TimeSpan.FromDays(7),
            Retries = 5,
            Attempt = TimeSpan.FromMinutes(15),
            Parallelism = 10,
            MessagesPerDay = 1000,
            Queues = 10,
            QueueParallelism = 2,
            Schedules = 10,
            UrlGroups = 1,
            Endpoints = 100,
        },
        _ => throw new ArgumentOutOfRangeException(nameof(quota), quota, "There is no such quota."),
    };

    /// <summary>The refusal of a request over a limit: 412, or 413 for the size of a message.</summary>
    /// <param name="name">The limit as QStash names it, for example <c>maxRetries</c>.</param>
    /// <param name="limit">Its value, in the unit QStash shows: seconds, bytes or a count.</param>
    /// <param name="status">The status.</param>
    public static WireException Exceeded(string name, long limit, int status = 412)
        => new(status, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"quota {name} exceeded, current limit: {limit}"));
}
