using System.Runtime.CompilerServices;

namespace QStash.Serverless;

/// <summary>
/// Declares a schedule that calls a handler or function (protocol 2.9): <c>dotnet qstash plan</c> reads it, <c>apply</c> makes it so. Nothing happens at run
/// time. Options left unset are not sent, and QStash's own defaults apply; what an attribute cannot say is declared in <c>IQStashInfra</c>.
/// </summary>
/// <param name="name">The schedule's name, unique within the app: letters, digits, <c>_</c>, <c>.</c> and <c>-</c>. Its id is <c>{app}.{env}.{name}</c>.</param>
/// <param name="cron">When it makes messages: five fields (protocol 8.4).</param>
/// <param name="file">Filled in by the compiler.</param>
/// <param name="line">Filled in by the compiler.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method, Inherited = false, AllowMultiple = true)]
public sealed class QStashScheduleAttribute(string name, string cron, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0) : Attribute
{
    /// <summary>The schedule's name.</summary>
    public string Name { get; } = name;

    /// <summary>The cron expression.</summary>
    public string Cron { get; } = cron;

    /// <summary>The IANA time zone of <see cref="Cron"/>, such as <c>Europe/Berlin</c>; unset for UTC.</summary>
    public string? TimeZone { get; set; }

    /// <summary>The destination's path below the base URL, where no attribute states a route, as in <c>/close-day</c>.</summary>
    public string? Path { get; set; }

    /// <summary>The body, sent as it is; unset for none.</summary>
    public string? Body { get; set; }

    /// <summary>The body's content type. Unset with a body: <c>application/json</c>.</summary>
    public string? ContentType { get; set; }

    /// <summary>The HTTP method of the delivery: GET, POST, PUT, PATCH or DELETE. QStash's default is POST.</summary>
    public string? Method { get; set; }

    /// <summary>How many retries follow a failed first attempt, 0 or more; -1, the default, leaves it to QStash, whose default is 3.</summary>
    public int Retries { get; set; } = -1;

    /// <summary>The wait before each retry in milliseconds, as in <c>min(pow(2, retried) * 1000, 60000)</c> (protocol 7.2).</summary>
    public string? RetryDelay { get; set; }

    /// <summary>How long QStash waits before the first attempt, as in <c>1h30m</c> (protocol 3.1).</summary>
    public string? Delay { get; set; }

    /// <summary>How long one attempt may take, at least <c>1s</c>, as in <c>30s</c> (protocol 3.1).</summary>
    public string? Timeout { get; set; }

    /// <summary>The FIFO queue to go through, by the name the code uses.</summary>
    public string? Queue { get; set; }

    /// <summary>The key whose messages share the limits of <see cref="FlowControl"/> (protocol 8.3), by the name the code uses.</summary>
    public string? FlowControlKey { get; set; }

    /// <summary>The limits of <see cref="FlowControlKey"/>, as in <c>parallelism=3, rate=5, period=1m</c> (protocol 3.2).</summary>
    public string? FlowControl { get; set; }

    /// <summary>A label to filter logs and the dead letter queue by, or several with commas between them.</summary>
    public string? Label { get; set; }

    /// <summary>The URL, or the path below the base URL, where QStash reports every attempt (protocol 6).</summary>
    public string? Callback { get; set; }

    /// <summary>The URL, or the path below the base URL, where QStash reports a message that has failed for good (protocol 6).</summary>
    public string? FailureCallback { get; set; }

    /// <summary>The source file of this declaration.</summary>
    public string File { get; } = file;

    /// <summary>The line of this declaration, from 1.</summary>
    public int Line { get; } = line;
}
