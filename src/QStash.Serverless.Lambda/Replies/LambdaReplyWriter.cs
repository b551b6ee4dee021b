using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Unicode;

namespace QStash.Serverless.Lambda;

/// <summary>
/// Writes a reply in the form the caller understands. A body goes out as text when it is UTF-8 without control characters, else as base64: either way it takes up
/// to twice its length at most.
/// </summary>
internal static class LambdaReplyWriter
{
    private static readonly SearchValues<byte> s_escaped = SearchValues.Create([.. Enumerable.Range(0, 0x20).Select(static c => (byte)c), (byte)'"', (byte)'\\', 0x7F]);

    // Controls that JSON has a short escape for; the others would take six bytes each.
    private static readonly SearchValues<byte> s_notText = SearchValues.Create([.. Enumerable.Range(0, 0x20).Where(static c => c is not ('\t' or '\n' or '\r' or '\b' or '\f')).Select(static c => (byte)c), 0x7F]);

    /// <summary>Whether a body goes out as text.</summary>
    internal static bool IsText(ReadOnlySpan<byte> body) => Utf8.IsValid(body) && !body.ContainsAny(s_notText);

    /// <summary>The reply as the JSON that Lambda hands to the caller.</summary>
    internal static MemoryStream Write(DeliveryReply reply, LambdaEventShape shape, bool usesMultiValueHeaders)
    {
        bool isText = IsText(reply.Body.Span);
        ArrayBufferWriter<byte> json = new(256 + (2 * reply.Body.Length));
        json.Write("{\"statusCode\":"u8);
        Write(json, reply.Status);
        if (shape == LambdaEventShape.LoadBalancer)
        {
            json.Write(",\"statusDescription\":\""u8);
            Write(json, reply.Status);
            json.Write(" "u8);
            WriteEscaped(json, Encoding.UTF8.GetBytes(Reason(reply.Status)));
            json.Write("\""u8);
        }

        json.Write(usesMultiValueHeaders ? ",\"multiValueHeaders\":{"u8 : ",\"headers\":{"u8);
        bool isFirst = true;
        foreach ((string name, string value) in reply.Headers)
        {
            WriteHeader(json, name, value, usesMultiValueHeaders, ref isFirst);
        }

        if (reply.ContentType is { } contentType)
        {
            WriteHeader(json, "Content-Type", contentType, usesMultiValueHeaders, ref isFirst);
        }

        json.Write("},\"body\":\""u8);
        if (isText)
        {
            WriteEscaped(json, reply.Body.Span);
        }
        else
        {
            Span<byte> target = json.GetSpan(Base64.GetMaxEncodedToUtf8Length(reply.Body.Length));
            Base64.EncodeToUtf8(reply.Body.Span, target, out _, out int written);
            json.Advance(written);
        }

        json.Write(isText ? "\",\"isBase64Encoded\":false}"u8 : "\",\"isBase64Encoded\":true}"u8);
        return new MemoryStream(json.WrittenMemory.ToArray());
    }

    private static void WriteHeader(ArrayBufferWriter<byte> json, string name, string value, bool inList, ref bool isFirst)
    {
        json.Write(isFirst ? "\""u8 : ",\""u8);
        isFirst = false;
        WriteEscaped(json, Encoding.UTF8.GetBytes(name));
        json.Write(inList ? "\":[\""u8 : "\":\""u8);
        WriteEscaped(json, Encoding.UTF8.GetBytes(value));
        json.Write(inList ? "\"]"u8 : "\""u8);
    }

    private static void Write(ArrayBufferWriter<byte> json, int number)
    {
        number.TryFormat(json.GetSpan(11), out int written, default, CultureInfo.InvariantCulture);
        json.Advance(written);
    }

    private static void WriteEscaped(ArrayBufferWriter<byte> json, ReadOnlySpan<byte> text)
    {
        while (text.IndexOfAny(s_escaped) is var at and >= 0)
        {
            json.Write(text[..at]);
            json.Write(text[at] switch
            {
                (byte)'"' => "\\\""u8,
                (byte)'\\' => "\\\\"u8,
                (byte)'\n' => "\\n"u8,
                (byte)'\r' => "\\r"u8,
                (byte)'\t' => "\\t"u8,
                (byte)'\b' => "\\b"u8,
                (byte)'\f' => "\\f"u8,
                var control => Encoding.ASCII.GetBytes($"\\u{control:x4}"),
            });
            text = text[(at + 1)..];
        }

        json.Write(text);
    }

    // Load balancers want one; the status that dead-letters has none of its own.
    internal static string Reason(int status) => status switch
    {
        200 => "OK",
        401 => "Unauthorized",
        404 => "Not Found",
        489 => "Not Retryable",
        500 => "Internal Server Error",
        503 => "Service Unavailable",
        _ => ((HttpStatusCode)status).ToString(),
    };
}
