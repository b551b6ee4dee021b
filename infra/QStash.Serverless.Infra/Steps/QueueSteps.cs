using QStash.Serverless.Client;

namespace QStash.Serverless.Infra;

/// <summary>Creates a queue, or changes it.</summary>
internal sealed record PutQueue(string Queue, int Parallelism, bool? Paused) : InfraStep
{
    internal override Task RunAsync(QStashClient client, TimeProvider time, CancellationToken cancellationToken) =>
        client.Queues.UpsertAsync(Queue, Parallelism, Paused, cancellationToken);
}

/// <summary>Deletes a queue; there need not be one.</summary>
internal sealed record DeleteQueue(string Queue) : InfraStep
{
    internal override Task RunAsync(QStashClient client, TimeProvider time, CancellationToken cancellationToken) => client.Queues.DeleteAsync(Queue, cancellationToken);
}

/// <summary>Pins limits of a flow-control key.</summary>
internal sealed record PinKey(string Key, int? Parallelism, int? Rate, long? PeriodSeconds) : InfraStep
{
    internal override Task RunAsync(QStashClient client, TimeProvider time, CancellationToken cancellationToken) =>
        client.FlowControl.PinAsync(Key, Parallelism, Rate, PeriodSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null, cancellationToken);
}

/// <summary>Leaves limits of a flow-control key to its messages again.</summary>
internal sealed record UnpinKey(string Key, bool Parallelism, bool Rate) : InfraStep
{
    internal override Task RunAsync(QStashClient client, TimeProvider time, CancellationToken cancellationToken) =>
        client.FlowControl.UnpinAsync(Key, Parallelism, Rate, cancellationToken);
}
