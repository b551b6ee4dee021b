using Microsoft.Extensions.Logging;

namespace QStash.Serverless.Lambda;

/// <summary>How a local Function URL behaves.</summary>
public sealed class LambdaFunctionUrlOptions
{
    /// <summary>The port on 127.0.0.1 to listen on; 0 takes a free one. Default 0.</summary>
    public int Port { get; set; }

    /// <summary>
    /// The function's timeout, as it is set on Lambda: the function sees that much time remaining, and when it is over the caller gets 502. Default 15 minutes,
    /// Lambda's longest.
    /// </summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>The clock of the timeout and of the events. The system's by default.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>Where it is logged what a function threw; nowhere by default.</summary>
    public ILoggerFactory? LoggerFactory { get; set; }
}
