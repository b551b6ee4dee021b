using Microsoft.Extensions.Logging;

namespace QStash.Serverless.AzureFunctions;

internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Critical, "The QStash functions ({Functions}) answer 503 until signing keys can be had: {Reason}")]
    internal static partial void NoKeys(ILogger logger, string functions, string reason);

    [LoggerMessage(2, LogLevel.Information, "QStash functions: {Functions}.")]
    internal static partial void Indexed(ILogger logger, string functions);
}
