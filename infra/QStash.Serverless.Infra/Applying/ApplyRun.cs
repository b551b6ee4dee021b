using System.Net;
using QStash.Serverless.Client;

namespace QStash.Serverless.Infra;

/// <summary>One application of a plan, and how far it is.</summary>
internal sealed class ApplyRun(QStashClient client, InfraPlan plan, ApplyOptions options, IProgress<InfraProgress>? progress)
{
    private const int PatienceWithSilence = 3;
    private readonly PatientCalls _calls = new(client, options.TimeProvider);
    private readonly Lock _lock = new();
    private readonly Dictionary<string, string> _missing = new(StringComparer.Ordinal);
    private readonly HashSet<InfraChange> _done = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<InfraChange, string> _failed = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<InfraChange, string> _skipped = new(ReferenceEqualityComparer.Instance);
    private string? _stopped;
    private int _silent;

    internal async Task<InfraReport> RunAsync(CancellationToken cancellationToken)
    {
        long start = options.TimeProvider.GetTimestamp();
        foreach (IGrouping<int, InfraChange> phase in plan.Changes.GroupBy(InfraPlan.Phase).OrderBy(static phase => phase.Key))
        {
            // Not told to stop by the token: every change gets its line in the report.
            await Parallel.ForEachAsync(
                phase, new ParallelOptions { MaxDegreeOfParallelism = options.Parallelism }, async (change, _) => await MakeAsync(change, cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
        }

        return new InfraReport
        {
            Done = [.. plan.Changes.Where(_done.Contains)],
            Failed = [.. plan.Changes.Where(_failed.ContainsKey).Select(change => new InfraFailure(change, _failed[change]))],
            NotAttempted = [.. plan.Changes.Where(_skipped.ContainsKey).Select(change => new InfraFailure(change, _skipped[change]))],
            IsCancelled = cancellationToken.IsCancellationRequested && _done.Count < plan.Changes.Count,
            Elapsed = options.TimeProvider.GetElapsedTime(start),
        };
    }

    private async ValueTask MakeAsync(InfraChange change, CancellationToken cancellationToken)
    {
        if (Obstacle(change, cancellationToken) is { } obstacle)
        {
            Settle(change, _skipped, obstacle);
            return;
        }

        int step = 0;
        try
        {
            for (; step < change.Steps.Count; step++)
            {
                await change.Steps[step].RunAsync(_calls, cancellationToken).ConfigureAwait(false);
            }

            Settle(change, null, null);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            Settle(change, _failed, "stopped while it was being made: it may be done, in part or wholly.");
        }
        catch (QStashApiException refused)
        {
            Watch(refused);
            Settle(change, _failed, step == 0 ? refused.Message : $"{refused.Message} (step {step + 1} of {change.Steps.Count}; those before it are done.)");
        }
        catch (Exception refused) when (refused is ArgumentException or InvalidOperationException or FormatException)
        {
            Settle(change, _failed, refused.Message);
        }
    }

    private string? Obstacle(InfraChange change, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return cancellationToken.IsCancellationRequested ? "the work was stopped."
                : _stopped ?? change.Needs.Select(need => _missing.GetValueOrDefault(need)).FirstOrDefault(static missing => missing is not null);
        }
    }

    private void Watch(QStashApiException refused)
    {
        lock (_lock)
        {
            if (refused.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
            {
                _stopped ??= "QStash refuses the token.";
            }
            else if (refused.StatusCode is null && ++_silent >= PatienceWithSilence)
            {
                _stopped ??= "QStash does not answer.";
            }
        }
    }

    private void Settle(InfraChange change, Dictionary<InfraChange, string>? where, string? error)
    {
        int finished;
        lock (_lock)
        {
            if (where is null)
            {
                _done.Add(change);
            }
            else
            {
                where.Add(change, error!);
                string missing = $"it needs the {InfraWords.Of(change.Resource)} '{change.Name}', whose change was not made.";
                _missing[InfraPlan.Key(change)] = missing;
                _missing[InfraPlan.Key(change.Resource, change.MovedFrom ?? change.PhysicalName)] = missing;
            }

            finished = _done.Count + _failed.Count + _skipped.Count;
        }

        progress?.Report(new InfraProgress(change, finished, plan.Changes.Count, error));
    }
}
