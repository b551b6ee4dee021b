using Microsoft.Extensions.Logging;

namespace QStash.Serverless.Client;

internal static partial class Log
{
    [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "No answer from QStash to {Request} (attempt {Attempt} of {MaxAttempts}); trying again in {Wait}.")]
    internal static partial void NoAnswer(ILogger logger, Exception? exception, string request, int attempt, int maxAttempts, TimeSpan wait);

    [LoggerMessage(EventId = 2, Level = LogLevel.Debug, Message = "QStash answered {Request} with HTTP {Status}.")]
    internal static partial void Answered(ILogger logger, string request, int status);
}
