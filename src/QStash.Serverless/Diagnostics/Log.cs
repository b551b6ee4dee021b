using Microsoft.Extensions.Logging;

namespace QStash.Serverless;

/// <summary>Every log line of the core. Never a body, a token, a key or a URL's query.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Warning, "Refused a request to {Route}: {Failure}; {KeysTried} signing keys tried. {Hint}")]
    internal static partial void Refused(ILogger logger, string route, SignatureFailure failure, int keysTried, string hint);

    [LoggerMessage(2, LogLevel.Error, "Delivery {MessageId} to {Route} is genuine but over the body limit of {Limit} bytes (QStash:MaxBodyBytes); it is dead-lettered.")]
    internal static partial void TooLarge(ILogger logger, string messageId, string route, long limit);

    [LoggerMessage(3, LogLevel.Error, "Delivery {MessageId} to {Route} has an unreadable payload ({Policy}): {Reason}")]
    internal static partial void Unreadable(ILogger logger, string messageId, string route, UnreadablePayloadPolicy policy, string reason);

    [LoggerMessage(4, LogLevel.Error, "Delivery {MessageId} to {Route} (retried {Retried}): the handler threw; QStash will retry.")]
    internal static partial void HandlerThrew(ILogger logger, string messageId, string route, int retried, Exception exception);

    [LoggerMessage(5, LogLevel.Warning, "Delivery {MessageId} to {Route} (retried {Retried}): the handler threw, which is mapped to {Result}.")]
    internal static partial void HandlerThrewMapped(ILogger logger, string messageId, string route, int retried, QStashOutcome result, Exception exception);

    [LoggerMessage(6, LogLevel.Error, "Delivery {MessageId} to {Route}: message {Ordinal} of {Count} to {Destination} could not be published; QStash will retry the delivery.")]
    internal static partial void OutputFailed(ILogger logger, string messageId, string route, int ordinal, int count, string destination, Exception exception);

    [LoggerMessage(7, LogLevel.Information, "Delivery {MessageId} to {Route} (retried {Retried}): {Result}.")]
    internal static partial void Handled(ILogger logger, string messageId, string route, int retried, string result);

    [LoggerMessage(8, LogLevel.Critical, "A request to {Route} cannot be verified: {Reason}")]
    internal static partial void NoKeys(ILogger logger, string route, string reason);

    [LoggerMessage(9, LogLevel.Information, "No known signing key fitted a signature; {Count} keys were read again.")]
    internal static partial void SigningKeysRefreshed(ILogger logger, int count);

    [LoggerMessage(10, LogLevel.Error, "The signing keys could not be read again; the known ones stay in force.")]
    internal static partial void SigningKeyRefreshFailed(ILogger logger, Exception exception);

    [LoggerMessage(11, LogLevel.Warning, "QStash:PublicBaseUrl (QSTASH_PUBLIC_BASE_URL) is not set: the signed URL is compared with the Host header, which the caller chooses. Set it to the public URL of this app.")]
    internal static partial void NoPublicBaseUrl(ILogger logger);

    [LoggerMessage(12, LogLevel.Error, "Delivery {MessageId} to {Route} is genuine, but nothing handles that route.")]
    internal static partial void NoHandler(ILogger logger, string messageId, string route);

    [LoggerMessage(13, LogLevel.Error, "Delivery {MessageId} to {Route}: its response or messages could not be encoded; QStash will retry.")]
    internal static partial void EncodingFailed(ILogger logger, string messageId, string route, Exception exception);

    [LoggerMessage(14, LogLevel.Error, "An exception mapping threw; the delivery is retried.")]
    internal static partial void ExceptionMappingFailed(ILogger logger, Exception exception);

    [LoggerMessage(15, LogLevel.Error, "Delivery {MessageId} to {Route}: the handler's response of {Bytes} bytes is over the {Limit} bytes that this host can send; the delivery is dead-lettered, and nothing of it is published.")]
    internal static partial void ReplyTooLarge(ILogger logger, string messageId, string route, int bytes, int limit);
}
