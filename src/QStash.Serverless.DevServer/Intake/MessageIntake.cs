using QStash.Serverless.DevServer.Delivery;
using QStash.Serverless.DevServer.Settings;
using QStash.Serverless.DevServer.Store;

namespace QStash.Serverless.DevServer.Intake;

/// <summary>What a publisher sent: one publish, enqueue, batch item or DLQ retry.</summary>
internal sealed record Submission(long Account, string Destination, SettingsBag Settings, byte[] Body, string? CallerIp);

/// <summary>A submission that passed every check.</summary>
internal sealed record CheckedSubmission(Submission Submission, PublishSettings Settings);

/// <summary>The answer to a submission: a new message, or the earlier one it repeats.</summary>
internal sealed record Accepted(string MessageId, string Url, bool Deduplicated);

/// <summary>Accepts messages: checks first, then one transaction that stores them (protocol, Appendix C).</summary>
internal sealed class MessageIntake(HostMap hosts, TimeProvider time)
{
    /// <summary>How far ahead a message may be due (protocol 8.5, pay-as-you-go).</summary>
    private static readonly TimeSpan LongestDelay = TimeSpan.FromDays(365);

    /// <summary>Checks everything about a submission without the store.</summary>
    /// <exception cref="WireException">It is refused; the text names the header.</exception>
    public CheckedSubmission Check(Submission submission)
    {
        Destinations.Check(submission.Destination, hosts);
        PublishSettings settings = PublishSettings.Parse(submission.Settings);
        long now = time.GetUtcNow().ToUnixTimeMilliseconds();
        if (settings.FirstAttempt(now) - now > (long)LongestDelay.TotalMilliseconds)
        {
            throw new WireException(412, $"quota maxDelay exceeded, current limit: {LongestDelay.TotalSeconds:0}");
        }

        CheckCallback(settings, settings.Callback, QStashHeaders.Callback);
        CheckCallback(settings, settings.FailureCallback, QStashHeaders.FailureCallback);
        return new(submission, settings);
    }

    /// <summary>Stores a checked submission, unless it repeats an earlier one. Runs inside a transaction.</summary>
    public Accepted Accept(StoreSession session, CheckedSubmission checkedSubmission)
    {
        (Submission submission, PublishSettings settings) = checkedSubmission;
        long now = time.GetUtcNow().ToUnixTimeMilliseconds();
        string? key = DeduplicationKey.Of(settings, submission);
        if (key is not null && session.FindDuplicate(submission.Account, key, now) is { } earlier)
        {
            return new(earlier, submission.Destination, Deduplicated: true);
        }

        if (settings.Queue is { } queue)
        {
            session.EnsureQueue(submission.Account, queue, now);
        }

        long notBefore = settings.FirstAttempt(now);
        StoredMessage message = session.InsertMessage(
            new()
            {
                Id = MessageIds.New(),
                Account = submission.Account,
                Url = submission.Destination,
                Settings = settings,
                CallerIp = submission.CallerIp,
                Queue = settings.Queue,
                CreatedAt = now,
                NotBefore = notBefore,
                Body = submission.Body,
            },
            ready: settings.Queue is null);
        session.Record(message, "CREATED", now, nextDelivery: notBefore > now ? notBefore : null);
        if (key is not null)
        {
            session.RememberKey(submission.Account, key, message.Id, now);
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
