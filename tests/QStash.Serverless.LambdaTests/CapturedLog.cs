using Microsoft.Extensions.Logging;

namespace QStash.Serverless.LambdaTests;

/// <summary>Every line that was logged, with the scopes it was logged in.</summary>
internal sealed class CapturedLog : ILogger
{
    private readonly AsyncLocal<string> _scopes = new();
    private readonly List<string> _lines = [];

    internal IReadOnlyList<string> Lines
    {
        get
        {
            lock (_lines)
            {
                return [.. _lines];
            }
        }
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull
    {
        _scopes.Value = state.ToString()!;
        return null;
    }

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (_lines)
        {
            _lines.Add($"[{_scopes.Value}] {logLevel} {formatter(state, exception)} {exception?.Message}");
        }
    }
}
