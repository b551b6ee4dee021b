using Microsoft.Extensions.Logging;

namespace QStash.Serverless.DevServer;

/// <summary>What the local QStash logs: ids and statuses, never a body, token or key.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "Local QStash listens on {Url}; {Requeued} interrupted attempts will be made again")]
    public static partial void Started(ILogger logger, Uri url, int requeued);

    [LoggerMessage(2, LogLevel.Debug, "Message {MessageId}: attempt {Retried} ended with status {Status}")]
    public static partial void AttemptEnded(ILogger logger, string messageId, int retried, int status);

    [LoggerMessage(3, LogLevel.Warning, "Message {MessageId}: the server stopped before its attempt ended; it will be attempted again")]
    public static partial void AttemptAbandoned(ILogger logger, string messageId);

    [LoggerMessage(4, LogLevel.Error, "The store could not commit; every request of this batch was refused")]
    public static partial void CommitFailed(ILogger logger, Exception exception);

    [LoggerMessage(5, LogLevel.Warning, "The store could not roll back")]
    public static partial void RollbackFailed(ILogger logger, Exception exception);

    [LoggerMessage(6, LogLevel.Error, "Due messages could not be taken from the store; trying again")]
    public static partial void DispatchFailed(ILogger logger, Exception exception);

    [LoggerMessage(7, LogLevel.Error, "Message {MessageId}: the end of its attempt could not be stored; trying again")]
    public static partial void ConcludeFailed(ILogger logger, string messageId, Exception exception);

    [LoggerMessage(8, LogLevel.Error, "{Method} {Path} failed")]
    public static partial void RequestFailed(ILogger logger, string method, string path, Exception exception);
}
