using QStash.Serverless.Client;

namespace QStash.Serverless.Infra;

/// <summary>Creates a schedule, or replaces the one with this id.</summary>
internal sealed record PutSchedule : InfraStep
{
    /// <summary>Further from a run than this, a few calls in a row are sure to be on one side of it.</summary>
    private static readonly TimeSpan s_quiet = TimeSpan.FromSeconds(5);

    public required string Id { get; init; }

    public required string Cron { get; init; }

    public required string Destination { get; init; }

    public bool IsUrlGroup { get; init; }

    public string? Queue { get; init; }

    public required IReadOnlyList<HeaderLine> Headers { get; init; }

    public required byte[] Body { get; init; }

    /// <summary>Whether to pause or to resume it afterwards; null for neither.</summary>
    public bool? Paused { get; init; }

    /// <summary>The schedule that this one takes the place of, and that is deleted afterwards.</summary>
    public string? Replaces { get; init; }

    internal override async Task RunAsync(PatientCalls calls, CancellationToken cancellationToken)
    {
        WireMessage message = new(
            IsUrlGroup ? QStash.Serverless.Destination.UrlGroup(Destination) : QStash.Serverless.Destination.Url(Destination),
            Queue,
            [.. Headers.Select(static header => KeyValuePair.Create(header.Name, header.Value))],
            Body);
        bool isGuarded = Paused == true || Replaces is not null;

        // Stopped between these calls, what shall be paused would run, and what shall run once would run twice: once begun, they are all made.
        CancellationToken begun = isGuarded ? CancellationToken.None : cancellationToken;
        await calls.MakeAsync(
            async client =>
            {
                if (isGuarded)
                {
                    await QuietMomentAsync(calls.Time, cancellationToken).ConfigureAwait(false);
                    cancellationToken.ThrowIfCancellationRequested();
                }

                return await client.Schedules.CreateAsync(Cron, message, Id, begun).ConfigureAwait(false);
            },
            cancellationToken).ConfigureAwait(false);

        // Whether a pause outlives a replacement is undocumented (protocol 2.9).
        if (Paused == true)
        {
            await PauseAsync(calls, begun).ConfigureAwait(false);
        }
        else if (Paused == false)
        {
            await calls.MakeAsync(client => client.Schedules.ResumeAsync(Id, begun), begun).ConfigureAwait(false);
        }

        if (Replaces is { } old)
        {
            await calls.MakeAsync(client => client.Schedules.DeleteAsync(old, begun), begun).ConfigureAwait(false);
        }
    }

    private async Task PauseAsync(PatientCalls calls, CancellationToken cancellationToken)
    {
        try
        {
            await calls.MakeAsync(client => client.Schedules.PauseAsync(Id, cancellationToken), cancellationToken).ConfigureAwait(false);
        }
        catch (QStashApiException refused)
        {
            // A pause that is nowhere declared is only known to the account, and the account may just have lost it.
            throw new QStashApiException(
                $"{refused.Message} The schedule shall be paused, and may be running now: pause it with `dotnet qstash schedules pause {Id}`.", refused.StatusCode, refused);
        }
    }

    /// <summary>Between these calls there are moments when the schedule is active though it shall be paused, or when there are two: no run may fall into them.</summary>
    private async Task QuietMomentAsync(TimeProvider time, CancellationToken cancellationToken)
    {
        DateTimeOffset now = time.GetUtcNow();
        if (CronSchedule.Parse(Cron).NextAfter(now - s_quiet) is { } run && run <= now + s_quiet)
        {
            await Task.Delay(run + s_quiet - now, time, cancellationToken).ConfigureAwait(false);
        }
    }
}

/// <summary>Pauses or resumes a schedule and leaves it otherwise as it is.</summary>
internal sealed record PauseSchedule(string Id, bool Paused) : InfraStep
{
    internal override Task RunAsync(PatientCalls calls, CancellationToken cancellationToken) =>
        calls.MakeAsync(client => Paused ? client.Schedules.PauseAsync(Id, cancellationToken) : client.Schedules.ResumeAsync(Id, cancellationToken), cancellationToken);
}

/// <summary>Deletes a schedule; there need not be one.</summary>
internal sealed record DeleteSchedule(string Id) : InfraStep
{
    internal override Task RunAsync(PatientCalls calls, CancellationToken cancellationToken) =>
        calls.MakeAsync(client => client.Schedules.DeleteAsync(Id, cancellationToken), cancellationToken);
}
