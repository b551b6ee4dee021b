namespace QStash.Serverless.Client;

/// <summary>Schedules: messages made by the clock (protocol 2.9, 8.4).</summary>
public sealed class QStashSchedules
{
    private readonly QStashCalls _calls;
    private readonly PublishSettings _settings;

    internal QStashSchedules(QStashCalls calls, PublishSettings settings)
    {
        _calls = calls;

        // A schedule's messages have no trace to continue, and an id would make every run a duplicate of the first.
        _settings = settings with { Trace = null, NewId = null };
    }

    /// <summary>
    /// Creates a schedule, or replaces the one with this id altogether: options that are not given again are gone. Without an id each call makes
    /// another schedule.
    /// </summary>
    /// <param name="cron">When it makes messages: five fields, with a <c>CRON_TZ=</c> prefix for a time zone other than UTC.</param>
    /// <param name="message">What it makes: destination, body, options and queue. <see cref="PublishOptions.NotBefore"/> has no meaning here.</param>
    /// <param name="scheduleId">Letters, digits, <c>_</c>, <c>.</c> and <c>-</c>; null for an id of QStash's making.</param>
    /// <param name="cancellationToken">Stops waiting for the answer. The schedule may have been made all the same.</param>
    /// <returns>The schedule's id.</returns>
    /// <exception cref="ArgumentException">The id or an option breaks a rule; the text names it. Nothing was sent.</exception>
    /// <exception cref="QStashApiException">QStash refused the schedule, or no answer arrived.</exception>
    public Task<string> CreateAsync(CronSchedule cron, QStashMessage message, string? scheduleId = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(cron);
        ArgumentNullException.ThrowIfNull(message);
        if (scheduleId is not null)
        {
            QStashName.ThrowIfInvalid(scheduleId);
        }

        if (message.Options.NotBefore is not null)
        {
            throw new ArgumentException("message: PublishOptions.NotBefore: a schedule's messages take a Delay, not an instant.", nameof(message));
        }

        return CreateAsync(cron.ToString(), WireMessage.Of(message, _settings, nameof(message)), scheduleId, cancellationToken);
    }

    /// <inheritdoc cref="CreateAsync(CronSchedule, QStashMessage, string?, CancellationToken)"/>
    /// <exception cref="FormatException">The cron expression is none; the text says where and why. Nothing was sent.</exception>
    public Task<string> CreateAsync(string cron, QStashMessage message, string? scheduleId = null, CancellationToken cancellationToken = default) =>
        CreateAsync(CronSchedule.Parse(cron), message, scheduleId, cancellationToken);

    /// <summary>Reads a schedule.</summary>
    /// <param name="scheduleId">The id.</param>
    /// <param name="cancellationToken">Stops waiting for the answer.</param>
    /// <returns>The schedule, or null when there is none with this id.</returns>
    /// <exception cref="QStashApiException">QStash refused the call, or no answer arrived.</exception>
    public Task<QStashSchedule?> GetAsync(string scheduleId, CancellationToken cancellationToken = default) =>
        _calls.FindAsync(QStashCalls.Get(Path(scheduleId)), static json => new QStashSchedule(new JsonFields(json)), cancellationToken);

    /// <summary>Reads every schedule of the account.</summary>
    /// <param name="cancellationToken">Stops waiting for the answer.</param>
    /// <exception cref="QStashApiException">QStash refused the call, or no answer arrived.</exception>
    public async Task<IReadOnlyList<QStashSchedule>> ListAsync(CancellationToken cancellationToken = default) =>
        await _calls.ListAsync("/v2/schedules", static fields => new QStashSchedule(fields), cancellationToken).ConfigureAwait(false);

    /// <summary>Deletes a schedule. Messages it has made are delivered all the same.</summary>
    /// <param name="scheduleId">The id.</param>
    /// <param name="cancellationToken">Stops waiting for the answer.</param>
    /// <returns>False when QStash says that there was none.</returns>
    /// <exception cref="QStashApiException">QStash refused the call, or no answer arrived.</exception>
    public Task<bool> DeleteAsync(string scheduleId, CancellationToken cancellationToken = default) =>
        _calls.TrySendAsync(QStashCalls.Put(HttpMethod.Delete, Path(scheduleId)), cancellationToken);

    /// <summary>Lets a schedule make no messages. What falls due meanwhile is skipped, not made up for.</summary>
    /// <param name="scheduleId">The id.</param>
    /// <param name="cancellationToken">Stops waiting for the answer.</param>
    /// <exception cref="QStashApiException">QStash refused the call, or no answer arrived.</exception>
    public Task PauseAsync(string scheduleId, CancellationToken cancellationToken = default) =>
        _calls.SendAsync(QStashCalls.Put(HttpMethod.Patch, Path(scheduleId) + "/pause"), cancellationToken);

    /// <summary>Lets a paused schedule make messages again.</summary>
    /// <param name="scheduleId">The id.</param>
    /// <param name="cancellationToken">Stops waiting for the answer.</param>
    /// <exception cref="QStashApiException">QStash refused the call, or no answer arrived.</exception>
    public Task ResumeAsync(string scheduleId, CancellationToken cancellationToken = default) =>
        _calls.SendAsync(QStashCalls.Put(HttpMethod.Patch, Path(scheduleId) + "/resume"), cancellationToken);

    /// <summary>Creates or replaces a schedule from exactly these headers and this body.</summary>
    internal Task<string> CreateAsync(string cron, WireMessage message, string? scheduleId, CancellationToken cancellationToken) => _calls.ReadAsync(
        OutgoingRequest.Schedule(message, cron, scheduleId), static json => new JsonFields(json).Required("scheduleId"), cancellationToken);

    private static string Path(string scheduleId) => "/v2/schedules/" + QStashCalls.Segment(scheduleId);
}
