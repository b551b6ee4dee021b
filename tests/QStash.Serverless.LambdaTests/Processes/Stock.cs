using QStash.Serverless.Lambda;

namespace QStash.Serverless.LambdaTests.Processes;

/// <summary>The stock that the function asks: it answers when enough have asked, or when it is told to.</summary>
internal sealed class Stock : IAsyncDisposable
{
    private readonly TaskCompletionSource _answering = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly LambdaFunctionUrl _url;
    private int _asked;

    /// <param name="enough">How many must have asked; by default nobody is answered until <see cref="Answer"/>.</param>
    internal Stock(int enough = int.MaxValue) => _url = LambdaFunctionUrl.Start(async (_, _, _) =>
    {
        if (Interlocked.Increment(ref _asked) == enough)
        {
            Answer();
        }

        await _answering.Task;
        return new MemoryStream("{}"u8.ToArray());
    });

    internal Uri Url => _url.Url;

    internal void Answer() => _answering.TrySetResult();

    public async ValueTask DisposeAsync()
    {
        Answer();
        await _url.DisposeAsync();
    }
}
