using System.Text.Json;

namespace QStash.Serverless.Client;

/// <summary>A flow-control key and what it is doing (protocol 2.11).</summary>
public sealed record FlowControlState
{
    internal FlowControlState(JsonFields fields)
    {
        Json = fields.Json.Clone();
        Key = fields.Required("flowControlKey");
        WaitListSize = fields.Number("waitListSize") ?? 0;
        MaxParallelism = Limit(fields.Count("parallelismMax"));
        Parallelism = fields.Count("parallelismCount") ?? 0;
        MaxRate = Limit(fields.Count("rateMax"));
        Rate = fields.Count("rateCount") ?? 0;
        Period = fields.Seconds("ratePeriod");
        PeriodStart = fields.Number("ratePeriodStart") is { } start and > 0 and <= 253_402_300_799 ? DateTimeOffset.FromUnixTimeSeconds(start) : null;
        IsPaused = fields.Flag("isPaused");
        IsParallelismPinned = fields.Flag("isPinnedParallelism");
        IsRatePinned = fields.Flag("isPinnedRate");
    }

    /// <summary>The whole object as QStash sent it: fields that this version does not know are readable here.</summary>
    public JsonElement Json { get; }

    /// <summary>The key.</summary>
    public string Key { get; }

    /// <summary>How many messages wait for their turn.</summary>
    public long WaitListSize { get; }

    /// <summary>How many deliveries may be in flight at once; null without a limit.</summary>
    public int? MaxParallelism { get; }

    /// <summary>How many deliveries are in flight.</summary>
    public int Parallelism { get; }

    /// <summary>How many deliveries may start in one period; null without a limit.</summary>
    public int? MaxRate { get; }

    /// <summary>How many deliveries have started in this period.</summary>
    public int Rate { get; }

    /// <summary>The period of the rate.</summary>
    public TimeSpan? Period { get; }

    /// <summary>When this period began.</summary>
    public DateTimeOffset? PeriodStart { get; }

    /// <summary>Whether nothing is delivered.</summary>
    public bool IsPaused { get; }

    /// <summary>Whether messages' own parallelism is ignored.</summary>
    public bool IsParallelismPinned { get; }

    /// <summary>Whether messages' own rate is ignored.</summary>
    public bool IsRatePinned { get; }

    private static int? Limit(int? value) => value > 0 ? value : null;
}
