using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging;

namespace QStash.Serverless.Lambda;

/// <summary>
/// Logs to the standard output, which Lambda sends to CloudWatch: there one line an entry, exceptions included, each written before the call returns. The usual
/// console logger writes from a background thread, which Lambda freezes with the rest of the process when the reply is out.
/// </summary>
internal sealed class LambdaConsole(TextWriter output, TimeProvider timeProvider, LogLevel minimumLevel, bool isOneLine) : ILoggerProvider, ILoggerFactory
{
    private static readonly AsyncLocal<string?> s_requestId = new();
    private readonly Lock _gate = new();
    private readonly LogLevel _minimumLevel = minimumLevel;

    /// <summary>The id of the invocation that this code runs for; a part of each line when whoever runs the function sets it.</summary>
    internal static string? RequestId
    {
        get => s_requestId.Value;
        set => s_requestId.Value = value;
    }

    /// <summary>The level that the function's logging configuration asks for (<c>AWS_LAMBDA_LOG_LEVEL</c>); Information by default.</summary>
    internal static LogLevel LevelOfFunction() => Environment.GetEnvironmentVariable("AWS_LAMBDA_LOG_LEVEL")?.ToUpperInvariant() switch
    {
        "TRACE" => LogLevel.Trace,
        "DEBUG" => LogLevel.Debug,
        "WARN" => LogLevel.Warning,
        "ERROR" => LogLevel.Error,
        "FATAL" => LogLevel.Critical,
        _ => LogLevel.Information,
    };

    /// <summary>The console of this process, at the level its function asks for.</summary>
    internal static LambdaConsole OfFunction() => new(Console.Out, TimeProvider.System, LevelOfFunction(), LambdaEnvironment.IsLambda);

    public ILogger CreateLogger(string categoryName) => new CategoryLogger(this, categoryName);

    public void AddProvider(ILoggerProvider provider) =>
        throw new NotSupportedException("This function logs to its console only. For other providers, call builder.Services.AddLogging(...) before Build().");

    public void Dispose()
    {
    }

    private void Write(LogLevel level, string category, string message, Exception? exception)
    {
        StringBuilder line = new(message.Length + 96);
        line.Append(CultureInfo.InvariantCulture, $"{timeProvider.GetUtcNow():yyyy-MM-ddTHH:mm:ss.fffZ} ");
        if (RequestId is { } id)
        {
            line.Append(id).Append(' ');
        }

        line.Append(Name(level)).Append(' ').Append(category).Append(": ").Append(message);
        if (exception is not null)
        {
            line.Append(' ').Append(exception);
        }

        if (isOneLine)
        {
            // To CloudWatch a carriage return alone is no end of an entry, and yet a new line.
            line.Replace("\r\n", "\r").Replace('\n', '\r');
        }

        lock (_gate)
        {
            output.WriteLine(line);
            output.Flush();
        }
    }

    private static string Name(LogLevel level) => level switch
    {
        LogLevel.Trace => "trace",
        LogLevel.Debug => "debug",
        LogLevel.Warning => "warn",
        LogLevel.Error => "error",
        LogLevel.Critical => "fatal",
        _ => "info",
    };

    private sealed class CategoryLogger(LambdaConsole console, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None && logLevel >= console._minimumLevel;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            ArgumentNullException.ThrowIfNull(formatter);
            if (IsEnabled(logLevel))
            {
                console.Write(logLevel, category, formatter(state, exception), exception);
            }
        }
    }
}
