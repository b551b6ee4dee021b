using System.Collections.Frozen;

namespace QStash.Serverless.DevServer.Settings;

/// <summary>Header names on deliveries: how they are spelled and which ones a publisher cannot set (protocol 2.4.1, 4.1).</summary>
internal static class HeaderNames
{
    /// <summary>QStash's own headers: a publisher who forwards one of them would forge it.</summary>
    private static readonly FrozenSet<string> Own = new[]
    {
        "User-Agent", QStashHeaders.Signature, QStashHeaders.MessageId, QStashHeaders.Retried, QStashHeaders.CallerIp, QStashHeaders.Region,
        QStashHeaders.TopicName, QStashHeaders.ScheduleId,
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>Headers of one connection or of the request's own framing: they cannot be carried over.</summary>
    private static readonly FrozenSet<string> Framing = new[]
    {
        "Connection", "Keep-Alive", "Proxy-Authenticate", "Proxy-Authorization", "Proxy-Connection", "TE", "Trailer", "Transfer-Encoding", "Upgrade",
        "Host", "Content-Length", "Expect",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// Whether a forwarded header reaches the destination under this name. An underscore counts as a hyphen: some web servers read both
    /// as the same name, and <c>Upstash_Signature</c> must not pass for the real one.
    /// </summary>
    public static bool IsForwardable(string name)
    {
        string read = name.Replace('_', '-');
        return !Own.Contains(read) && !Framing.Contains(read);
    }

    /// <summary>The canonical form that reads show: <c>x-tenant</c> is <c>X-Tenant</c>.</summary>
    public static string Canonical(string name) => string.Create(name.Length, name, static (span, source) =>
    {
        bool upper = true;
        for (int i = 0; i < source.Length; i++)
        {
            span[i] = upper ? char.ToUpperInvariant(source[i]) : char.ToLowerInvariant(source[i]);
            upper = source[i] == '-';
        }
    });
}
