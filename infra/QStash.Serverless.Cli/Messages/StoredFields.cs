using System.Globalization;
using QStash.Serverless.Client;

namespace QStash.Serverless.Cli.Messages;

/// <summary>The fields of a message, a dead letter or a schedule, as <c>show</c> prints them.</summary>
internal static class StoredFields
{
    public static (string Name, string? Value)[] Of(ToolRun run, StoredMessage message) =>
    [
        ("id", message.MessageId),
        ("destination", message.Url),
        ("URL group", message.UrlGroup),
        ("endpoint", message.EndpointName),
        ("schedule", message.ScheduleId),
        ("created", run.At(message.CreatedAt)),
        ("not before", run.At(message.NotBefore)),
        ("retries", message.MaxRetries.ToString(CultureInfo.InvariantCulture)),
        .. Of(message),
    ];

    /// <summary>What every stored request has.</summary>
    public static (string Name, string? Value)[] Of(StoredRequest request) =>
    [
        ("method", request.Method),
        ("queue", request.Queue),
        ("retry delay", request.RetryDelay),
        ("callback", request.Callback),
        ("failure callback", request.FailureCallback),
        ("labels", string.Join(", ", request.Labels)),
        ("flow control", request.FlowControlKey is { } key ? $"{key}: {Limits(request)}" : null),
        .. request.Headers.Select(static header => ($"header {header.Key}", (string?)string.Join(", ", header.Value))),
        ("body", request.Body.IsEmpty ? null : MessageBody.Shown(request.Body)),
    ];

    private static string Limits(StoredRequest request) => string.Join(", ",
    [
        .. request.Parallelism is { } parallelism and > 0 ? [$"parallelism {parallelism}"] : Array.Empty<string>(),
        .. request.Rate is { } rate and > 0 ? [$"rate {rate} per {QStashDuration.Format(request.Period ?? TimeSpan.FromSeconds(1))}"] : Array.Empty<string>(),
    ]);
}
