using System.Buffers;
using System.Buffers.Text;
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
    // Everything that is neither a header nor the body.
    private const int FrameLength = 80;
    private const int StatusDescriptionLength = 80;
    private const int MaxEscapeLength = 6;

    // Controls that JSON has a short escape for may stand in a text; the others would take six bytes each.
    private static readonly SearchValues<byte> s_notText = SearchValues.Create([.. Enumerable.Range(0, 0x20).Where(static c => c is not ('\t' or '\n' or '\r' or '\b' or '\f')).Select(static c => (byte)c), 0x7F]);

    /// <summary>Whether a body goes out as text.</summary>
    internal static bool IsText(ReadOnlySpan<byte> body) => Utf8.IsValid(body) && !body.ContainsAny(s_notText);

    /// <summary>The reply as the JSON that Lambda hands to the caller.</summary>
    internal static MemoryStream Write(DeliveryReply reply, LambdaEventShape shape, bool usesMultiValueHeaders)
    {
        ReadOnlySpan<byte> body = reply.Body.Span;
        bool isText = IsText(body);
        JsonText json = new(FrameLength + (shape == LambdaEventShape.LoadBalancer ? StatusDescriptionLength : 0) + MaxLength(reply.Headers) + (isText ? 2 * body.Length : Base64.GetMaxEncodedToUtf8Length(body.Length))
            + (reply.ContentType is { } type ? MaxLength("Content-Type", type) : 0));
        json.Append("{\"statusCode\":"u8);
        json.Append(reply.Status);
        if (shape == LambdaEventShape.LoadBalancer)
        {
            json.Append(",\"statusDescription\":\""u8);
            json.Append(reply.Status);
            json.Append(" "u8);
            json.AppendEscaped(Reason(reply.Status));
            json.Append("\""u8);
        }

        json.Append(usesMultiValueHeaders ? ",\"multiValueHeaders\":{"u8 : ",\"headers\":{"u8);
        bool isFirst = true;
        foreach ((string name, string value) in reply.Headers)
        {
            AppendHeader(ref json, name, value, usesMultiValueHeaders, isFirst);
            isFirst = false;
        }

        if (reply.ContentType is { } contentType)
        {
            AppendHeader(ref json, "Content-Type", contentType, usesMultiValueHeaders, isFirst);
        }

        json.Append("},\"body\":\""u8);
        if (isText)
        {
            json.AppendEscaped(body);
            json.Append("\",\"isBase64Encoded\":false}"u8);
        }
        else
        {
            json.AppendBase64(body);
            json.Append("\",\"isBase64Encoded\":true}"u8);
        }

        return json.ToStream();
    }

    private static void AppendHeader(ref JsonText json, string name, string value, bool inList, bool isFirst)
    {
        json.Append(isFirst ? "\""u8 : ",\""u8);
        json.AppendEscaped(name);
        json.Append(inList ? "\":[\""u8 : "\":\""u8);
        json.AppendEscaped(value);
        json.Append(inList ? "\"]"u8 : "\""u8);
    }

    private static int MaxLength(IReadOnlyList<KeyValuePair<string, string>> headers)
    {
        int length = 0;
        for (int i = 0; i < headers.Count; i++)
        {
            length += MaxLength(headers[i].Key, headers[i].Value);
        }

        return length;
    }

    private static int MaxLength(string name, string value) => 8 + (MaxEscapeLength * (Encoding.UTF8.GetByteCount(name) + Encoding.UTF8.GetByteCount(value)));

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
