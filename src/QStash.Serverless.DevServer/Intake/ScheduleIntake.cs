using System.Security.Cryptography;
using QStash.Serverless.DevServer.Delivery;
using QStash.Serverless.DevServer.Quotas;
using QStash.Serverless.DevServer.Settings;
using QStash.Serverless.DevServer.Store;

namespace QStash.Serverless.DevServer.Intake;

/// <summary>Creates schedules and publishes what they trigger, each inside one transaction (protocol 8.4, Appendix C).</summary>
internal sealed class ScheduleIntake(MessageIntake messages, Limits limits, Timing timing, TimeProvider time)
{
    /// <summary>Creates a schedule, or replaces the one with the id it names. Everything a trigger would refuse is refused here.</summary>
    /// <returns>Its id, and whether the request repeats an earlier one, which it then leaves as it is.</returns>
    /// <exception cref="WireException">It is refused; the text names the header.</exception>
    public (string Id, bool Duplicate) Accept(StoreSession session, Submission submission)
    {
        CronSchedule cron = Setting.Cron(submission.Settings) ?? throw WireException.BadRequest("a schedule needs the header Upstash-Cron");
        string? chosen = Setting.ScheduleId(submission.Settings);
        if (submission.Settings.Has(QStashHeaders.NotBefore))
        {
            throw Setting.Bad(QStashHeaders.NotBefore, "a schedule has no single time to wait for, use Upstash-Delay");
        }

        SettingsBag settings = new SettingsBag().OverriddenBy(submission.Settings);
        settings.Remove(QStashHeaders.Cron, QStashHeaders.ScheduleId);
        CheckedSubmission trigger = messages.Check(session, submission with { Settings = settings });
        long now = time.GetUtcNow().ToUnixTimeMilliseconds();
        string? key = DeduplicationKey.Of(trigger.Settings, submission, new(submission.Destination)) is { } own ? $"schedule {cron} {own}" : null;
        if (key is not null && session.FindDuplicate(submission.Account, key, now) is { } earlier)
        {
            return (earlier, true);
        }

        HeaderForward.Apply(settings, submission.Incoming);
        settings.Remove(QStashHeaders.DeduplicationId, QStashHeaders.ContentBasedDeduplication);
        string id = chosen ?? "scd_" + RandomNumberGenerator.GetString(MessageIds.Alphabet, 28);
        session.PutSchedule(new()
        {
            Id = id,
            Account = submission.Account,
            Cron = cron,
            Destination = submission.Destination,
            Settings = PublishSettings.Parse(settings),
            Body = submission.Body,
            CallerIp = submission.CallerIp,
            CreatedAt = now,
            NextTime = After(cron, now),
        });
        if (session.CountSchedules(submission.Account) > limits.Schedules)
        {
            throw Limits.Exceeded("maxSchedules", limits.Schedules);
        }

        if (key is not null)
        {
            session.RememberKey(submission.Account, key, id, now, timing.DeduplicationWindow);
        }

        return (id, false);
    }

    /// <summary>Publishes every schedule that is due. Triggers missed while the server did not run are made up for by one.</summary>
    public void TriggerDue(StoreSession session, long now)
    {
        foreach (StoredSchedule schedule in session.DueSchedules(now))
        {
            long? next = After(schedule.Cron, now);
            if (schedule.IsPaused)
            {
                session.SkipTrigger(schedule, next);
                continue;
            }

            (IReadOnlyList<string> created, string? error) = Publish(session, schedule);
            session.RecordTrigger(schedule, now, next, created, error);
        }
    }

    private (IReadOnlyList<string> Created, string? Error) Publish(StoreSession session, StoredSchedule schedule)
    {
        try
        {
            Submission submission = new(schedule.Account, schedule.Destination, schedule.Settings.Raw, schedule.Body, schedule.CallerIp) { Schedule = schedule.Id };
            Receipt receipt = messages.Accept(session, messages.Check(session, submission));
            return ([.. receipt.Messages.Select(m => m.MessageId)], null);
        }
        catch (WireException e)
        {
            // Its URL group is gone, or its host no longer mapped: nothing was written, and reads of the schedule tell why.
            return ([], e.Message);
        }
    }

    private static long? After(CronSchedule cron, long time)
        => cron.NextAfter(DateTimeOffset.FromUnixTimeMilliseconds(time))?.ToUnixTimeMilliseconds();
}
