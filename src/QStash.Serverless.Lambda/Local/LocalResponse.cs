using System.Globalization;
using System.Net;
using System.Text;

namespace QStash.Serverless.Lambda.Local;

/// <summary>What goes back to the caller, over a connection that is closed after it.</summary>
internal sealed record LocalResponse(int Status, IReadOnlyList<KeyValuePair<string, string>> Headers, ReadOnlyMemory<byte> Body)
{
    internal static LocalResponse Text(int status, string text) => new(status, [new("Content-Type", "text/plain; charset=utf-8")], Encoding.UTF8.GetBytes(text));

    internal ReadOnlyMemory<byte> ToBytes(string? method)
    {
        StringBuilder head = new();
        head.Append(CultureInfo.InvariantCulture, $"HTTP/1.1 {Status} {Reason(Status)}\r\n");
        foreach ((string name, string value) in Headers)
        {
            head.Append(name).Append(": ").Append(value).Append("\r\n");
        }

        head.Append(CultureInfo.InvariantCulture, $"Content-Length: {Body.Length}\r\nConnection: close\r\n\r\n");
        return (byte[])[.. Encoding.UTF8.GetBytes(head.ToString()), .. method == "HEAD" ? [] : Body.Span];
    }

    private static string Reason(int status) => Enum.IsDefined((HttpStatusCode)status) ? ((HttpStatusCode)status).ToString() : "";
}
