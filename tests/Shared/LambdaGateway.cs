using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace QStash.Serverless.Tests;

/// <summary>What stands between the public and a Lambda function, and makes an event of each request as AWS does.</summary>
public sealed record LambdaGateway
{
    private static readonly string[] s_texts = ["application/json", "text/", "application/xml", "application/javascript"];

    private LambdaGateway(string kind, string domain) => (Kind, Domain) = (kind, domain);

    public static LambdaGateway FunctionUrl { get; } = new("function-url", "abcdefgh12345678.lambda-url.eu-central-1.on.aws");

    public static LambdaGateway HttpApi { get; } = new("http-api", "a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com");

    public static LambdaGateway HttpApi1 { get; } = new("http-api-1", "a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com");

    public static LambdaGateway RestApi { get; } = new("rest-api", "a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com") { Stage = "prod" };

    public static LambdaGateway LoadBalancer { get; } = new("load-balancer", "shop.example");

    public string Kind { get; private init; }

    /// <summary>The host that callers use.</summary>
    public string Domain { get; init; }

    /// <summary>The stage; in the public path unless it is $default or a custom domain maps to it.</summary>
    public string Stage { get; init; } = "$default";

    /// <summary>Whether <see cref="Domain"/> is a custom one, whose paths do not show the stage.</summary>
    public bool IsCustomDomain { get; init; }

    /// <summary>Whether bodies are base64 although they are text.</summary>
    public bool IsBase64 { get; init; }

    /// <summary>Whether the event has multi-value headers; payload 2.0 never has.</summary>
    public bool IsMultiValue { get; init; }

    private bool IsVersion2 => Kind is "function-url" or "http-api";

    private string StagePath => IsCustomDomain || Stage == "$default" || Kind is "load-balancer" or "function-url" ? "" : "/" + Stage;

    /// <summary>The public URL, without a slash at its end.</summary>
    public string Url => $"https://{Domain}{StagePath}";

    /// <summary>The event of a request to <see cref="Url"/> + <paramref name="pathAndQuery"/>.</summary>
    public byte[] Event(string pathAndQuery, IEnumerable<KeyValuePair<string, string>> headers, ReadOnlySpan<byte> body, string? contentType, string method = "POST")
    {
        List<KeyValuePair<string, string>> all = [.. headers];
        void Default(string name, string value)
        {
            if (!all.Exists(header => header.Key.Equals(name, StringComparison.OrdinalIgnoreCase)))
            {
                all.Add(new(name, value));
            }
        }

        Default("Host", Domain);
        Default("X-Forwarded-Proto", "https");
        Default("X-Forwarded-Port", "443");
        Default("X-Forwarded-For", "203.0.113.7");
        Default("X-Amzn-Trace-Id", "Root=1-65f0f0f0-0123456789abcdef01234567");
        Default("Accept-Encoding", "gzip");
        Default("Content-Length", body.Length.ToString());
        if (contentType is not null)
        {
            Default("Content-Type", contentType);
        }

        int split = pathAndQuery.IndexOf('?', StringComparison.Ordinal);
        (string path, string query) = split < 0 ? (pathAndQuery, "") : (pathAndQuery[..split], pathAndQuery[(split + 1)..]);
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            if (IsVersion2)
            {
                Version2(json, path, query, all, method);
            }
            else
            {
                Version1(json, path, query, all, method);
            }

            Body(json, body, contentType);
            json.WriteEndObject();
        }

        return stream.ToArray();
    }

    private void Version2(Utf8JsonWriter json, string path, string query, List<KeyValuePair<string, string>> headers, string method)
    {
        // An HTTP API decodes the path, whatever the member's name says.
        string raw = StagePath + (Kind == "http-api" ? Uri.UnescapeDataString(path) : path);
        json.WriteString("version", "2.0");
        json.WriteString("routeKey", "$default");
        json.WriteString("rawPath", raw);
        json.WriteString("rawQueryString", query);
        Headers(json, "headers", headers, name => name.ToLowerInvariant(), values => string.Join(",", values));
        json.WriteStartObject("requestContext");
        json.WriteString("accountId", "123456789012");
        json.WriteString("apiId", Domain.Split('.')[0]);
        json.WriteString("domainName", Domain);
        json.WriteStartObject("http");
        json.WriteString("method", method);
        json.WriteString("path", raw);
        json.WriteString("protocol", "HTTP/1.1");
        json.WriteString("sourceIp", "203.0.113.7");
        json.WriteEndObject();
        json.WriteString("requestId", "a1b2c3d4-0000");
        json.WriteString("stage", Stage);
        json.WriteNumber("timeEpoch", 1_900_000_000_000);
        json.WriteEndObject();
    }

    private void Version1(Utf8JsonWriter json, string path, string query, List<KeyValuePair<string, string>> headers, string method)
    {
        bool isLoadBalancer = Kind == "load-balancer";
        if (Kind == "http-api-1")
        {
            json.WriteString("version", "1.0");
        }

        json.WriteString("resource", "/{proxy+}");
        json.WriteString("path", path);
        json.WriteString("httpMethod", method);
        Func<string, string> name = isLoadBalancer ? static name => name.ToLowerInvariant() : static name => name;
        if (IsMultiValue)
        {
            MultiValues(json, "multiValueHeaders", headers, name);
        }

        if (!IsMultiValue || !isLoadBalancer)
        {
            Headers(json, "headers", headers, name, isLoadBalancer ? static values => values[^1] : static values => string.Join(",", values));
        }

        Func<string, string> decode = isLoadBalancer ? static text => text : static text => Uri.UnescapeDataString(text.Replace('+', ' '));
        KeyValuePair<string, string>[] pairs = [.. query.Split('&', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=', 2)).Select(pair => KeyValuePair.Create(decode(pair[0]), decode(pair.Length > 1 ? pair[1] : "")))];
        if (pairs.Length > 0)
        {
            if (IsMultiValue)
            {
                MultiValues(json, "multiValueQueryStringParameters", pairs, static name => name);
            }

            if (!IsMultiValue || !isLoadBalancer)
            {
                Headers(json, "queryStringParameters", pairs, static name => name, static values => values[^1]);
            }
        }
        else
        {
            json.WriteNull("queryStringParameters");
        }

        json.WriteStartObject("requestContext");
        if (isLoadBalancer)
        {
            json.WriteStartObject("elb");
            json.WriteString("targetGroupArn", "arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/shop/0123456789abcdef");
            json.WriteEndObject();
        }
        else
        {
            json.WriteString("accountId", "123456789012");
            json.WriteString("path", StagePath + path);
            json.WriteString("stage", Stage);
            json.WriteString("domainName", Domain);
            json.WriteString("httpMethod", method);
            json.WriteString("requestId", "a1b2c3d4-0000");
            json.WriteStartObject("identity");
            json.WriteString("sourceIp", "203.0.113.7");
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private void Body(Utf8JsonWriter json, ReadOnlySpan<byte> body, string? contentType)
    {
        bool isText = !IsBase64 && (contentType is null || s_texts.Any(text => contentType.StartsWith(text, StringComparison.Ordinal)));
        if (body.IsEmpty)
        {
            json.WriteNull("body");
        }
        else if (isText)
        {
            // What is no UTF-8 is damaged here, as by a gateway that takes it for text.
            json.WriteString("body", Encoding.UTF8.GetString(body));
        }
        else
        {
            json.WriteBase64String("body", body);
        }

        json.WriteBoolean("isBase64Encoded", !isText && !body.IsEmpty);
    }

    private static void Headers(Utf8JsonWriter json, string member, IEnumerable<KeyValuePair<string, string>> headers, Func<string, string> name, Func<string[], string> join)
    {
        json.WriteStartObject(member);
        foreach (IGrouping<string, string> header in headers.GroupBy(header => name(header.Key), header => header.Value))
        {
            json.WriteString(header.Key, join([.. header]));
        }

        json.WriteEndObject();
    }

    private static void MultiValues(Utf8JsonWriter json, string member, IEnumerable<KeyValuePair<string, string>> headers, Func<string, string> name)
    {
        json.WriteStartObject(member);
        foreach (IGrouping<string, string> header in headers.GroupBy(header => name(header.Key), header => header.Value))
        {
            json.WriteStartArray(header.Key);
            foreach (string value in header)
            {
                json.WriteStringValue(value);
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }
}
