using System.Text;

namespace QStash.Serverless.Lambda;

/// <summary>The names of the headers that most deliveries have, so that they need not be made anew for each.</summary>
internal static class HeaderNames
{
    private static readonly string[] s_usual =
    [
        QStashHeaders.Signature, QStashHeaders.MessageId, QStashHeaders.Retried, QStashHeaders.CallerIp, QStashHeaders.Region, QStashHeaders.ScheduleId, QStashHeaders.TopicName,
        "Accept", "Accept-Encoding", "Cache-Control", "Connection", "Content-Length", "Content-Type", "Cookie", "Forwarded", "Host", "Traceparent", "Tracestate", "Transfer-Encoding", "User-Agent", "Via",
        "X-Amz-Cf-Id", "X-Amzn-Trace-Id", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Port", "X-Forwarded-Proto",
    ];

    private static readonly string[][] s_byLength = [.. Enumerable.Range(0, s_usual.Max(static name => name.Length) + 1).Select(static length => Array.FindAll(s_usual, name => name.Length == length))];

    internal static string Get(TextSlice name, ReadOnlySpan<byte> json)
    {
        if (name.Length < s_byLength.Length && !name.IsEscaped)
        {
            ReadOnlySpan<byte> text = name.Of(json);
            foreach (string usual in s_byLength[name.Length])
            {
                if (Ascii.EqualsIgnoreCase(text, usual))
                {
                    return usual;
                }
            }
        }

        return name.ToText(json);
    }
}
