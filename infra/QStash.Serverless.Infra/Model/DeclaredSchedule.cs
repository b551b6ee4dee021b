namespace QStash.Serverless.Infra;

/// <summary>A schedule as the code wants it (protocol 2.9): every name is the one QStash knows, every URL is absolute.</summary>
public sealed record DeclaredSchedule
{
    /// <summary>The name that the code uses.</summary>
    public required string Name { get; init; }

    /// <summary>The schedule's id: <c>{app}.{env}.{name}</c>.</summary>
    public required string ScheduleId { get; init; }

    /// <summary>When it makes messages.</summary>
    public required CronSchedule Cron { get; init; }

    /// <summary>What it makes. Its names are final: publishing it resolves nothing.</summary>
    public required QStashMessage Message { get; init; }

    /// <summary>Whether it is paused; null leaves that as it is.</summary>
    public bool? Paused { get; init; }

    /// <summary>Where it is declared.</summary>
    public required DeclaredAt At { get; init; }
}
