using Microsoft.Extensions.Logging;

namespace QStash.Serverless.Lambda;

/// <summary>Every log line of the Lambda skin. Never a body, a token, a key or a URL's query.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Error, "The handler of {Route} did not end when its token fired, and was abandoned: Lambda's deadline is near. QStash will retry. Give the function more time, or pass the token on.")]
    internal static partial void Abandoned(ILogger logger, string route);

    [LoggerMessage(2, LogLevel.Error, "The services of a delivery could not be disposed of; its reply stands.")]
    internal static partial void ScopeFailed(ILogger logger, Exception exception);
}
