namespace QStash.Serverless.DevServer;

/// <summary>Whose limits a local QStash has: those of the hosted service's public plans, so that what is refused there is refused here (protocol 8.5).</summary>
public enum DevServerQuota
{
    /// <summary>Pay as you go: messages up to 10 MB, a year ahead, 5 retries, 2 hours an attempt, 100 deliveries at once, 100 queues, 100 URL groups, 1,000 schedules.</summary>
    PayAsYouGo,

    /// <summary>A fixed plan: messages up to 50 MB, any time ahead, 20 retries, 6 hours an attempt, 200 deliveries at once, 1,000 queues, 1,000 URL groups, 10,000 schedules, 1,000,000 messages a day.</summary>
    Pro,

    /// <summary>The free plan: messages up to 1 MB, 7 days ahead, 5 retries, 15 minutes an attempt, 10 deliveries at once, 10 queues, 1 URL group, 10 schedules, 1,000 messages a day.</summary>
    Free,
}
