namespace QStash.Serverless.Lambda;

/// <summary>One invocation as the Runtime API handed it out.</summary>
/// <param name="response">Its answer, of which the event is the body.</param>
/// <param name="requestId">Lambda's id of the invocation.</param>
/// <param name="deadline">When the invocation ends, if Lambda has said so.</param>
/// <param name="traceId">The X-Ray trace header, if there is one.</param>
internal sealed class Invocation(HttpResponseMessage response, string requestId, DateTimeOffset? deadline, string? traceId) : IDisposable
{
    internal string RequestId => requestId;

    internal string? TraceId => traceId;

    /// <summary>How much time is left; infinite without a deadline, never negative.</summary>
    internal TimeSpan Remaining(TimeProvider time) => deadline is not { } end ? Timeout.InfiniteTimeSpan
        : end - time.GetUtcNow() is var left && left > TimeSpan.Zero ? left : TimeSpan.Zero;

    /// <summary>The event, to be read once.</summary>
    /// <exception cref="IOException">While reading: the connection broke.</exception>
    internal Task<Stream> OpenEventAsync(CancellationToken cancellationToken) => response.Content.ReadAsStreamAsync(cancellationToken);

    public void Dispose() => response.Dispose();
}
