using System.Collections.Frozen;

namespace QStash.Serverless.DevServer.Settings;

/// <summary>Which header names configure a message. Everything else, unknown <c>Upstash-*</c> names included, is ignored (protocol 3).</summary>
internal static class SettingNames
{
    public const string ContentType = "Content-Type";

    private static readonly FrozenSet<string> Known = new[]
    {
        ContentType, QStashHeaders.Method, QStashHeaders.HeaderForward, QStashHeaders.Delay, QStashHeaders.NotBefore, QStashHeaders.Timeout,
        QStashHeaders.Retries, QStashHeaders.RetryDelay, QStashHeaders.Callback, QStashHeaders.FailureCallback,
        QStashHeaders.DeduplicationId, QStashHeaders.ContentBasedDeduplication, QStashHeaders.Label, QStashHeaders.FlowControlKey,
        QStashHeaders.FlowControlValue, QStashHeaders.RedactFields, QStashHeaders.Cron, QStashHeaders.ScheduleId, QStashHeaders.QueueName,
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    public static bool IsSetting(string name)
        => Known.Contains(name)
            || name.StartsWith(QStashHeaders.ForwardPrefix, StringComparison.OrdinalIgnoreCase)
            || name.StartsWith(QStashHeaders.CallbackPrefix, StringComparison.OrdinalIgnoreCase)
            || name.StartsWith(QStashHeaders.FailureCallbackPrefix, StringComparison.OrdinalIgnoreCase);
}
