using QStash.Serverless.DevServer.Faults;
using QStash.Serverless.DevServer.Store;

namespace QStash.Serverless.DevServer.Delivery;

/// <summary>An attempt in progress; its end completes when the outcome is in the store.</summary>
internal sealed class Attempt(StoredMessage message, Nap nap, Task end)
{
    public StoredMessage Message { get; } = message;

    public Nap Nap { get; } = nap;

    public Task End { get; } = end;

    /// <summary>Completes with the end, or as soon as the attempt sleeps on the clock.</summary>
    public Task EndOrNap { get; } = Task.WhenAny(end, nap.FellAsleep);
}
