namespace QStash.Serverless.Tests.Signature;

/// <summary>A key source as an app might write one, with the test in the place of the vault.</summary>
internal sealed class DrivenKeys : ISigningKeySource
{
    private int _reads;

    /// <summary>What the vault holds now.</summary>
    internal IReadOnlyList<string> Keys { get; set; } = [];

    /// <summary>What the vault does instead of answering.</summary>
    internal Exception? Failure { get; set; }

    /// <summary>When set, an answer waits for it.</summary>
    internal TaskCompletionSource? Gate { get; set; }

    internal int Reads => Volatile.Read(ref _reads);

    public async ValueTask<IReadOnlyList<string>> GetSigningKeysAsync(string? region, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _reads);
        if (Gate is { } gate)
        {
            await gate.Task.WaitAsync(cancellationToken);
        }

        return Failure is { } failure ? throw failure : Keys;
    }
}
