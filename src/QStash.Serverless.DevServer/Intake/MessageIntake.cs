using QStash.Serverless.DevServer.Delivery;
using QStash.Serverless.DevServer.Quotas;
using QStash.Serverless.DevServer.Settings;
using QStash.Serverless.DevServer.Store;

namespace QStash.Serverless.DevServer.Intake;

/// <summary>Accepts messages inside one transaction: every check comes before the first write (protocol, Appendix C).</summary>
internal sealed class MessageIntake(HostMap hosts, MessageQuota quota, Limits limits, Timing timing, TimeProvider time)
{
    /// <summary>Resolves the destination, merges a URL group's default settings under the submission's own, and checks all of it. Writes nothing.</summary>
    /// <exception cref="WireException">It is refused; the text names the header.</exception>
    public CheckedSubmission Check(StoreSession session, Submission submission)
    {
        (IReadOnlyList<Target> targets, SettingsBag? defaults) = submission.Again is { } again
            ? ([again], null)
            : Destinations.Resolve(session, submission.Account, submission.Destination);
        SettingsBag bag = (defaults ?? new()).OverriddenBy(submission.Settings);
        HeaderForward.Apply(bag, submission.Incoming);
        PublishSettings settings = PublishSettings.Parse(bag);
        foreach (Target target in targets)
        {
            Destinations.CheckUrl(target.Url, hosts, "invalid destination url");
        }

        long now = time.GetUtcNow().ToUnixTimeMilliseconds();
        quota.Check(settings, submission.Body.Length, now);
        quota.CheckDay(session, submission.Account, targets.Count, now);
        if (settings.Queue is { } queue)
        {
            session.CheckQueueCount(submission.Account, queue, limits);
        }

        CheckCallback(settings, settings.Callback, QStashHeaders.Callback);
        CheckCallback(settings, settings.FailureCallback, QStashHeaders.FailureCallback);
        return new(submission, settings, targets, defaults is not null);
    }

    /// <summary>Stores a checked submission: one message a target, unless it repeats an earlier one.</summary>
    public Receipt Accept(StoreSession session, CheckedSubmission submission)
    {
        string first = MessageIds.New();
        return new(
            [.. submission.Targets.Select((target, i) => AcceptOne(session, submission, target, i == 0 ? first : MessageIds.New(), submission.IsGroup ? first : null))],
            submission.IsGroup);
    }

    private Accepted AcceptOne(StoreSession session, CheckedSubmission checkedSubmission, Target target, string id, string? fanOut)
    {
        Submission submission = checkedSubmission.Submission;
        PublishSettings settings = checkedSubmission.Settings;
        long now = time.GetUtcNow().ToUnixTimeMilliseconds();
        string? key = DeduplicationKey.Of(settings, submission, target);
        if (key is not null && session.FindDuplicate(submission.Account, key, now) is { } earlier)
        {
            return new(earlier, target.Url, Deduplicated: true);
        }

        if (settings.Queue is { } queue)
        {
            session.EnsureQueue(submission.Account, queue, now);
        }

        long notBefore = settings.FirstAttempt(now);
        StoredMessage message = session.InsertMessage(
            new()
            {
                Id = id,
                Account = submission.Account,
                Url = target.Url,
                Settings = settings,
                CallerIp = submission.CallerIp,
                Queue = settings.Queue,
                Topic = target.Topic,
                Endpoint = target.Endpoint,
                Schedule = submission.Schedule,
                FanOut = fanOut,
                FlowKey = settings.FlowKey,
                CreatedAt = now,
                NotBefore = notBefore,
                Body = submission.Body,
            },
            ready: settings.Queue is null);
        quota.Count(session, submission.Account, now);
        session.Record(message, "CREATED", now, nextDelivery: notBefore > now ? notBefore : null);
        if (key is not null)
        {
            session.RememberKey(submission.Account, key, message.Id, now, timing.DeduplicationWindow);
        }

        if (settings.FlowControl is { } limits)
        {
            session.Configure(submission.Account, settings.FlowKey!, limits, now);
        }

        if (settings.Queue is not null)
        {
            session.Promote(submission.Account, settings.Queue);
        }

        return new(message.Id, message.Url, Deduplicated: false);
    }

    private void CheckCallback(PublishSettings settings, CallbackSettings? callback, string header)
    {
        if (callback is null)
        {
            return;
        }

        Destinations.CheckUrl(callback.Url, hosts, $"invalid {header}");
        if (settings.Queue is not null && callback.IsDelayed)
        {
            throw WireException.BadRequest($"invalid {header}-Delay: a callback of a queued message cannot be delayed, it would hold the queue");
        }
    }
}
