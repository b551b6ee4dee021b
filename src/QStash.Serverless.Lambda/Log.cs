using Microsoft.Extensions.Logging;

namespace QStash.Serverless.Lambda;

/// <summary>Every log line of the Lambda skin. Never a body, a token, a key or a URL's query.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Error, "The handler of {Route} did not end when its token fired, and was abandoned: Lambda's deadline is near. QStash will retry. Give the function more time, or pass the token on.")]
    internal static partial void Abandoned(ILogger logger, string route);

    [LoggerMessage(2, LogLevel.Error, "The services of a delivery could not be disposed of; its reply stands.")]
    internal static partial void ScopeFailed(ILogger logger, Exception exception);

    private static readonly Func<ILogger, string, string?, IDisposable?> s_invocation =
        LoggerMessage.DefineScope<string, string?>("RequestId: {AwsRequestId} TraceId: {XRayTraceId}");

    /// <summary>Everything logged until it is disposed is about this invocation.</summary>
    internal static IDisposable? Invocation(ILogger logger, string requestId, string? traceId) => s_invocation(logger, requestId, traceId);

    [LoggerMessage(50, LogLevel.Error, "The invocation failed; whoever invoked the function is told so.")]
    internal static partial void InvocationFailed(ILogger logger, Exception exception);

    [LoggerMessage(51, LogLevel.Error, "The reply of {Bytes} bytes is larger than Lambda takes; it is reported as an error.")]
    internal static partial void ReplyTooLarge(ILogger logger, long bytes);

    [LoggerMessage(52, LogLevel.Warning, "Lambda did not take what the invocation came to: it no longer waits for it, for example because the function's timeout was over.")]
    internal static partial void NobodyWaits(ILogger logger);

    [LoggerMessage(53, LogLevel.Warning, "The process was told to stop, and ends although an invocation is still in progress; QStash will retry its delivery.")]
    internal static partial void StoppedWithoutReply(ILogger logger);

    [LoggerMessage(54, LogLevel.Error, "The function did not answer within its timeout of {Timeout}.")]
    internal static partial void LocalTimeout(ILogger logger, TimeSpan timeout);
}
