namespace QStash.Serverless.Client;

/// <summary>A schedule as QStash keeps it (protocol 2.9).</summary>
public sealed record QStashSchedule : StoredRequest
{
    internal QStashSchedule(JsonFields fields)
        : base(fields)
    {
        ScheduleId = fields.Required("scheduleId");
        Cron = fields.Required("cron");
        Destination = fields.Required("destination");
        Body = fields.Body("body", "bodyBase64");
        IsPaused = fields.Flag("isPaused");
        Retries = fields.Count("retries");
        Delay = fields.Seconds("delay");
        Timeout = fields.Seconds("timeout");
        CreatedAt = fields.Instant("createdAt");
        LastTime = fields.Instant("lastScheduleTime");
        NextTime = fields.Instant("nextScheduleTime");
        LastStates = fields.Json.TryGetProperty("lastScheduleStates", out System.Text.Json.JsonElement states) && states.ValueKind == System.Text.Json.JsonValueKind.Object
            ? states.EnumerateObject().ToDictionary(static state => state.Name, static state => state.Value.ToString(), StringComparer.Ordinal)
            : [];
        Error = fields.Text("error");
    }

    /// <summary>The schedule's id.</summary>
    public string ScheduleId { get; }

    /// <summary>The cron expression with its <c>CRON_TZ=</c> prefix, as QStash states it; <see cref="CronSchedule.TryParse"/> reads it.</summary>
    public string Cron { get; }

    /// <summary>The URL or the URL group's name that its messages go to.</summary>
    public string Destination { get; }

    /// <summary>Whether it makes no messages.</summary>
    public bool IsPaused { get; }

    /// <summary>How many retries may follow the first attempt.</summary>
    public int? Retries { get; }

    /// <summary>How long each message waits before its first attempt.</summary>
    public TimeSpan? Delay { get; }

    /// <summary>How long an attempt may take, where it says so.</summary>
    public TimeSpan? Timeout { get; }

    /// <summary>When it was created.</summary>
    public DateTimeOffset? CreatedAt { get; }

    /// <summary>When it last made messages.</summary>
    public DateTimeOffset? LastTime { get; }

    /// <summary>When it makes messages next.</summary>
    public DateTimeOffset? NextTime { get; }

    /// <summary>The messages of its last run and how they stand: <c>IN_PROGRESS</c>, <c>SUCCESS</c>, <c>FAIL</c>.</summary>
    public IReadOnlyDictionary<string, string> LastStates { get; }

    /// <summary>Why its last run failed.</summary>
    public string? Error { get; }
}
