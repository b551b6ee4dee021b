using QStash.Serverless.Client;

namespace QStash.Serverless.Infra;

/// <summary>What an account holds: everything a plan compares declarations with.</summary>
public sealed record InfraState
{
    private InfraState(string url, DateTimeOffset readAt, AccountSeal seal)
    {
        Url = url;
        ReadAt = readAt;
        Seal = seal;
    }

    /// <summary>The QStash it was read from: base URL, no trailing slash.</summary>
    public string Url { get; }

    /// <summary>When it was read. Plans count runs from here.</summary>
    public DateTimeOffset ReadAt { get; }

    /// <summary>Every schedule of the account.</summary>
    public required IReadOnlyList<QStashSchedule> Schedules { get; init; }

    /// <summary>Every URL group of the account.</summary>
    public required IReadOnlyList<QStashUrlGroup> UrlGroups { get; init; }

    /// <summary>Every queue of the account.</summary>
    public required IReadOnlyList<QStashQueue> Queues { get; init; }

    /// <summary>Every flow-control key of the account.</summary>
    public required IReadOnlyList<FlowControlState> FlowControlKeys { get; init; }

    internal AccountSeal Seal { get; }

    /// <summary>
    /// Reads an account in five calls, whatever it holds and whatever is declared: schedules, URL groups, queues, flow-control keys (protocol 2.7, 2.8, 2.9,
    /// 2.11), and the signing keys (2.10), which seal plan files. A read-only token is enough. A call over the burst limit (429) is made again when QStash says.
    /// </summary>
    /// <param name="client">The account.</param>
    /// <param name="timeProvider">Says when it was read, and is the clock of waits; the system's when null.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="QStashApiException">QStash refused a read, or no answer arrived.</exception>
    public static async Task<InfraState> ReadAsync(QStashClient client, TimeProvider? timeProvider = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        PatientCalls calls = new(client, timeProvider ?? TimeProvider.System);
        Task<IReadOnlyList<QStashSchedule>> schedules = calls.MakeAsync(client => client.Schedules.ListAsync(cancellationToken), cancellationToken);
        Task<IReadOnlyList<QStashUrlGroup>> groups = calls.MakeAsync(client => client.UrlGroups.ListAsync(cancellationToken), cancellationToken);
        Task<IReadOnlyList<QStashQueue>> queues = calls.MakeAsync(client => client.Queues.ListAsync(cancellationToken), cancellationToken);
        Task<IReadOnlyList<FlowControlState>> keys = calls.MakeAsync(client => client.FlowControl.ListAsync(cancellationToken: cancellationToken), cancellationToken);
        Task<SigningKeys> signing = calls.MakeAsync(client => client.SigningKeys.GetAsync(cancellationToken), cancellationToken);

        // Waits for all of them, so that none fails unseen.
        await Task.WhenAll(schedules, groups, queues, keys, signing).ConfigureAwait(false);
        return new InfraState(client.Url, calls.Time.GetUtcNow(), new AccountSeal(await signing.ConfigureAwait(false)))
        {
            Schedules = await schedules.ConfigureAwait(false),
            UrlGroups = await groups.ConfigureAwait(false),
            Queues = await queues.ConfigureAwait(false),
            FlowControlKeys = await keys.ConfigureAwait(false),
        };
    }
}
