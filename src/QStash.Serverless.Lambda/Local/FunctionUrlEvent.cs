using System.Buffers;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;

namespace QStash.Serverless.Lambda.Local;

/// <summary>Writes the event that a Function URL makes of a request (payload format 2.0).</summary>
internal static class FunctionUrlEvent
{
    private static readonly string[] s_textTypes = ["application/json", "application/xml", "application/javascript"];

    internal static MemoryStream Write(LocalRequest request, int port, DateTimeOffset now)
    {
        Dictionary<string, string> headers = Headers(request, port, out string[] cookies);
        int question = request.Target.IndexOf('?', StringComparison.Ordinal);
        string path = question < 0 ? request.Target : request.Target[..question];
        string query = question < 0 ? "" : request.Target[(question + 1)..];

        ArrayBufferWriter<byte> json = new(request.Body.Length + 2048);
        using (Utf8JsonWriter writer = new(json))
        {
            writer.WriteStartObject();
            writer.WriteString("version"u8, "2.0"u8);
            writer.WriteString("routeKey"u8, "$default"u8);
            writer.WriteString("rawPath"u8, path);
            writer.WriteString("rawQueryString"u8, query);
            if (cookies.Length > 0)
            {
                writer.WriteStartArray("cookies"u8);
                foreach (string cookie in cookies)
                {
                    writer.WriteStringValue(cookie);
                }

                writer.WriteEndArray();
            }

            WriteMap(writer, "headers"u8, headers);
            if (query.Length > 0)
            {
                WriteMap(writer, "queryStringParameters"u8, Parameters(query));
            }

            WriteContext(writer, request, path, headers, now);
            WriteBody(writer, request.Body, headers.GetValueOrDefault("content-type"));
            writer.WriteEndObject();
        }

        return new MemoryStream(json.WrittenSpan.ToArray(), writable: false);
    }

    private static void WriteContext(Utf8JsonWriter writer, LocalRequest request, string path, Dictionary<string, string> headers, DateTimeOffset now)
    {
        writer.WriteStartObject("requestContext"u8);
        writer.WriteString("accountId"u8, "anonymous"u8);
        writer.WriteString("apiId"u8, "local"u8);
        writer.WriteString("domainName"u8, headers["host"]);
        writer.WriteString("domainPrefix"u8, headers["host"].Split('.')[0]);
        writer.WriteStartObject("http"u8);
        writer.WriteString("method"u8, request.Method);
        writer.WriteString("path"u8, path);
        writer.WriteString("protocol"u8, request.Protocol);
        writer.WriteString("sourceIp"u8, request.Caller.Address.ToString());
        writer.WriteString("userAgent"u8, headers.GetValueOrDefault("user-agent"));
        writer.WriteEndObject();
        writer.WriteString("requestId"u8, Guid.NewGuid());
        writer.WriteString("routeKey"u8, "$default"u8);
        writer.WriteString("stage"u8, "$default"u8);
        writer.WriteString("time"u8, now.ToString("dd/MMM/yyyy:HH:mm:ss +0000", CultureInfo.InvariantCulture));
        writer.WriteNumber("timeEpoch"u8, now.ToUnixTimeMilliseconds());
        writer.WriteEndObject();
    }

    private static void WriteBody(Utf8JsonWriter writer, byte[] body, string? contentType)
    {
        bool isText = IsText(contentType);
        if (body.Length > 0 && isText)
        {
            // What is not UTF-8 is damaged here as it is there.
            writer.WriteString("body"u8, Encoding.UTF8.GetString(body));
        }
        else if (body.Length > 0)
        {
            writer.WriteBase64String("body"u8, body);
        }

        writer.WriteBoolean("isBase64Encoded"u8, body.Length > 0 && !isText);
    }

    private static void WriteMap(Utf8JsonWriter writer, ReadOnlySpan<byte> name, Dictionary<string, string> map)
    {
        writer.WriteStartObject(name);
        foreach ((string key, string value) in map)
        {
            writer.WriteString(key, value);
        }

        writer.WriteEndObject();
    }

    /// <summary>Names in lower case, several values of a name joined with commas; cookies apart; and what Lambda's front adds about the caller's connection.</summary>
    private static Dictionary<string, string> Headers(LocalRequest request, int port, out string[] cookies)
    {
        Dictionary<string, string> headers = new(StringComparer.Ordinal);
        List<string> found = [];
        foreach ((string header, string value) in request.Headers)
        {
            string name = header.ToLowerInvariant();
            if (name == "cookie")
            {
                found.AddRange(value.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
            }
            else
            {
                headers[name] = headers.TryGetValue(name, out string? before) ? $"{before},{value}" : value;
            }
        }

        headers.TryAdd("host", string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}"));

        // A tunnel or the local QStash in front of this one says itself what its caller used.
        headers.TryAdd("x-forwarded-proto", "http");
        headers.TryAdd("x-forwarded-port", port.ToString(CultureInfo.InvariantCulture));
        headers.TryAdd("x-forwarded-for", request.Caller.Address.ToString());
        cookies = [.. found];
        return headers;
    }

    private static Dictionary<string, string> Parameters(string query)
    {
        Dictionary<string, string> parameters = new(StringComparer.Ordinal);
        foreach (string pair in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] parts = pair.Split('=', 2);
            string name = WebUtility.UrlDecode(parts[0]);
            string value = WebUtility.UrlDecode(parts.ElementAtOrDefault(1) ?? "");
            parameters[name] = parameters.TryGetValue(name, out string? before) ? $"{before},{value}" : value;
        }

        return parameters;
    }

    private static bool IsText(string? contentType)
    {
        string type = contentType?.Split(';')[0].Trim() ?? "";
        return type.StartsWith("text/", StringComparison.OrdinalIgnoreCase) || s_textTypes.Contains(type, StringComparer.OrdinalIgnoreCase);
    }
}
