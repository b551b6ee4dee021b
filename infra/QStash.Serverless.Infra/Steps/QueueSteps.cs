namespace QStash.Serverless.Infra;

/// <summary>Creates a queue, or changes it.</summary>
internal sealed record PutQueue(string Queue, int Parallelism, bool? Paused) : InfraStep
{
    internal override Task RunAsync(PatientCalls calls, CancellationToken cancellationToken) =>
        calls.MakeAsync(client => client.Queues.UpsertAsync(Queue, Parallelism, Paused, cancellationToken), cancellationToken);
}

/// <summary>Deletes a queue; there need not be one. Messages that wait in it are lost, so there must be none unless the plan said so.</summary>
internal sealed record DeleteQueue(string Queue, bool LosesMessages) : InfraStep
{
    internal override async Task RunAsync(PatientCalls calls, CancellationToken cancellationToken)
    {
        if (!LosesMessages && await calls.MakeAsync(client => client.Queues.GetAsync(Queue, cancellationToken), cancellationToken).ConfigureAwait(false) is { Lag: > 0 } queue)
        {
            throw new InvalidOperationException(
                $"{queue.Lag} messages wait in the queue {Queue}, which was empty when the plan was made, and would be lost with it: let them be delivered, or make a new plan, which says so.");
        }

        await calls.MakeAsync(client => client.Queues.DeleteAsync(Queue, cancellationToken), cancellationToken).ConfigureAwait(false);
    }
}

/// <summary>Pins limits of a flow-control key.</summary>
internal sealed record PinKey(string Key, int? Parallelism, int? Rate, long? PeriodSeconds) : InfraStep
{
    internal override Task RunAsync(PatientCalls calls, CancellationToken cancellationToken) =>
        calls.MakeAsync(client => client.FlowControl.PinAsync(Key, Parallelism, Rate, PeriodSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null, cancellationToken), cancellationToken);
}

/// <summary>Leaves limits of a flow-control key to its messages again.</summary>
internal sealed record UnpinKey(string Key, bool Parallelism, bool Rate) : InfraStep
{
    internal override Task RunAsync(PatientCalls calls, CancellationToken cancellationToken) =>
        calls.MakeAsync(client => client.FlowControl.UnpinAsync(Key, Parallelism, Rate, cancellationToken), cancellationToken);
}
