namespace QStash.Serverless.Client;

/// <summary>A FIFO queue (protocol 2.7).</summary>
public sealed record QStashQueue
{
    internal QStashQueue(JsonFields fields)
    {
        Json = fields.Json.Clone();
        Name = fields.Required("name");
        Parallelism = fields.Count("parallelism") ?? 1;
        Lag = fields.Number("lag") ?? 0;
        IsPaused = fields.Flag("paused");
        CreatedAt = fields.Instant("createdAt");
        UpdatedAt = fields.Instant("updatedAt");
    }

    /// <summary>The whole object as QStash sent it: fields that this version does not know are readable here.</summary>
    public System.Text.Json.JsonElement Json { get; }

    /// <summary>The name.</summary>
    public string Name { get; }

    /// <summary>How many of its messages may be in flight at once.</summary>
    public int Parallelism { get; }

    /// <summary>How many of its messages are not done yet.</summary>
    public long Lag { get; }

    /// <summary>Whether it takes messages but delivers none.</summary>
    public bool IsPaused { get; }

    /// <summary>When it was created.</summary>
    public DateTimeOffset? CreatedAt { get; }

    /// <summary>When it was last changed.</summary>
    public DateTimeOffset? UpdatedAt { get; }
}
