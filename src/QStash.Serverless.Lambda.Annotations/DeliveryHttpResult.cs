using System.Net;
using Amazon.Lambda.Annotations.APIGateway;

namespace QStash.Serverless.Lambda;

/// <summary>A reply as the result that Amazon's generated code asks for. It writes itself, so that no serializer is needed and 489 and every byte stay as they are.</summary>
internal sealed class DeliveryHttpResult(DeliveryReply reply) : IHttpResult
{
    private readonly List<KeyValuePair<string, string>> _headers = [.. reply.Headers];
    private string? _contentType = reply.ContentType;

    public HttpStatusCode StatusCode => (HttpStatusCode)reply.Status;

    public IHttpResult AddHeader(string name, string value)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (name.Equals("Content-Type", StringComparison.OrdinalIgnoreCase))
        {
            _contentType = value;
            return this;
        }

        int known = _headers.FindIndex(header => header.Key.Equals(name, StringComparison.OrdinalIgnoreCase));
        if (known < 0)
        {
            _headers.Add(new(name, value));
        }
        else
        {
            _headers[known] = new(_headers[known].Key, $"{_headers[known].Value},{value}");
        }

        return this;
    }

    public Stream Serialize(HttpResultSerializationOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        bool isVersion1 = options.Version == HttpResultSerializationOptions.ProtocolVersion.V1;
        return LambdaReplyWriter.Write(reply with { Headers = _headers, ContentType = _contentType }, isVersion1 ? LambdaEventShape.Http1 : LambdaEventShape.Http2, usesMultiValueHeaders: isVersion1);
    }
}
