using Microsoft.Extensions.Logging;

namespace QStash.Serverless.HostTests;

/// <summary>What a host under contract is started with: every host maps these routes with its own means and changes nothing else.</summary>
public sealed class ContractSetup
{
    public Dictionary<string, DeliveryRoute> Routes { get; } = [];

    public Dictionary<string, string?> Settings { get; } = [];

    public string Environment { get; set; } = "Production";

    public Action<QStashBuilder> Configure { get; set; } = static _ => { };

    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    public CapturedLogs Logs { get; } = new();
}

/// <summary>A running host under contract.</summary>
public interface IContractHost : IAsyncDisposable
{
    /// <summary>The public URL of the host, without a trailing slash.</summary>
    string Url { get; }

    /// <summary>Sends a request to <paramref name="pathAndQuery"/>, headers and body exactly as given.</summary>
    Task<HostReply> SendAsync(string pathAndQuery, IReadOnlyList<KeyValuePair<string, string>> headers, ReadOnlyMemory<byte> body, string? contentType);

    /// <summary>Sends a request at a moment when the host has been told to stop.</summary>
    Task<HostReply> WhileStoppingAsync(Func<Task<HostReply>> send);
}

public sealed record HostReply(int Status, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    public string Text => System.Text.Encoding.UTF8.GetString(Body);
}

/// <summary>Every log line of a host.</summary>
public sealed class CapturedLogs : ILoggerProvider
{
    private readonly List<(EventId Id, LogLevel Level, string Text)> _lines = [];

    public IReadOnlyList<(EventId Id, LogLevel Level, string Text)> Lines
    {
        get
        {
            lock (_lines)
            {
                return [.. _lines];
            }
        }
    }

    public ILogger CreateLogger(string categoryName) => new Logger(this);

    public void Dispose()
    {
    }

    private sealed class Logger(CapturedLogs logs) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (logs._lines)
            {
                logs._lines.Add((eventId, logLevel, $"{formatter(state, exception)} {exception}"));
            }
        }
    }
}
