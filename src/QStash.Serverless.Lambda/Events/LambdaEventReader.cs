using System.Text.Json;

namespace QStash.Serverless.Lambda;

/// <summary>
/// Reads an event in one pass, keys in any order: it remembers where each text stands, and only when the form of the event is known, makes of them what is needed.
/// Keys it does not know are skipped; of a key that comes twice the last counts.
/// </summary>
internal ref struct LambdaEventReader
{
    private const string Expected = "This function takes HTTP requests: through a Function URL, an API Gateway HTTP or REST API, or an Application Load Balancer.";

    private readonly ReadOnlySpan<byte> _json;
    private Utf8JsonReader _reader;
    private TextSlice _path = TextSlice.None;
    private TextSlice _rawPath = TextSlice.None;
    private TextSlice _rawQuery = TextSlice.None;
    private TextSlice _httpMethod = TextSlice.None;
    private TextSlice _domainName = TextSlice.None;
    private TextSlice _stage = TextSlice.None;
    private TextSlice _contextPath = TextSlice.None;
    private bool _isVersion2;
    private bool _isLoadBalancer;
    private string? _otherSource;
    private SliceList _headers;
    private SliceList _multiHeaders;
    private SliceList _query;
    private SliceList _multiQuery;
    private SliceList _cookies;
    private BodyText _body;

    private LambdaEventReader(ReadOnlySpan<byte> json)
    {
        _json = json;
        _reader = new Utf8JsonReader(json);
    }

    /// <exception cref="InvalidDataException">The event is no JSON, or no HTTP request; the message says what it is.</exception>
    internal static LambdaEvent Read(ReadOnlySpan<byte> json)
    {
        LambdaEventReader reader = new(json);
        try
        {
            reader.ReadEvent();
            return reader.ToEvent();
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // The second is the reader's word for half a surrogate pair in a name.
            throw new InvalidDataException($"The event is not JSON that can be read: {exception.Message} {Expected}", exception);
        }
        finally
        {
            reader.Release();
        }
    }

    private void ReadEvent()
    {
        _reader.Read();
        if (_reader.TokenType != JsonTokenType.StartObject)
        {
            throw new InvalidDataException($"The event is {Name(_reader.TokenType)}, not an object. {Expected}");
        }

        while (_reader.Read() && _reader.TokenType == JsonTokenType.PropertyName)
        {
            ReadMember();
        }

        // Nothing may follow; the reader throws if something does.
        _reader.Read();
    }

    // The length first: most names differ in it.
    private void ReadMember()
    {
        switch (_reader.ValueSpan.Length)
        {
            case 4 when _reader.ValueTextEquals("body"u8):
                _reader.Read();
                _body.Take(ref _reader);
                break;
            case 4 when _reader.ValueTextEquals("path"u8):
                _path = ReadText("path");
                break;
            case 7 when _reader.ValueTextEquals("headers"u8):
                ReadObject(ref _headers, "headers", multiple: false);
                break;
            case 7 when _reader.ValueTextEquals("rawPath"u8):
                _rawPath = ReadText("rawPath");
                break;
            case 7 when _reader.ValueTextEquals("version"u8):
                // Other events have versions too, in types of their own.
                _reader.Read();
                _isVersion2 = _reader.TokenType == JsonTokenType.String && _reader.ValueTextEquals("2.0"u8);
                _reader.Skip();
                break;
            case 7 when _reader.ValueTextEquals("cookies"u8):
                ReadCookies();
                break;
            case 10 when _reader.ValueTextEquals("httpMethod"u8):
                _httpMethod = ReadText("httpMethod");
                break;
            case 14 when _reader.ValueTextEquals("rawQueryString"u8):
                _rawQuery = ReadText("rawQueryString");
                break;
            case 14 when _reader.ValueTextEquals("requestContext"u8):
                ReadContext();
                break;
            case 15 when _reader.ValueTextEquals("isBase64Encoded"u8):
                _body.IsBase64 = ReadFlag("isBase64Encoded");
                break;
            case 17 when _reader.ValueTextEquals("multiValueHeaders"u8):
                ReadObject(ref _multiHeaders, "multiValueHeaders", multiple: true);
                break;
            case 21 when _reader.ValueTextEquals("queryStringParameters"u8):
                ReadObject(ref _query, "queryStringParameters", multiple: false);
                break;
            case 31 when _reader.ValueTextEquals("multiValueQueryStringParameters"u8):
                ReadObject(ref _multiQuery, "multiValueQueryStringParameters", multiple: true);
                break;
            default:
                _otherSource ??= _reader.ValueTextEquals("Records"u8) ? "it has Records, as those of SQS, SNS, S3 and DynamoDB do"
                    : _reader.ValueTextEquals("detail-type"u8) ? "it has a detail-type, as those of EventBridge do"
                    : null;
                _reader.Read();
                _reader.Skip();
                break;
        }
    }

    private bool ReadFlag(string name)
    {
        _reader.Read();
        return _reader.TokenType switch
        {
            JsonTokenType.True => true,
            JsonTokenType.False or JsonTokenType.Null => false,
            _ => throw Wrong(name, "true or false"),
        };
    }

    private void ReadContext()
    {
        if (!EnterObject("requestContext"))
        {
            return;
        }

        while (_reader.Read() && _reader.TokenType == JsonTokenType.PropertyName)
        {
            switch (_reader.ValueSpan.Length)
            {
                case 10 when _reader.ValueTextEquals("domainName"u8):
                    _domainName = ReadText("requestContext.domainName");
                    break;
                case 5 when _reader.ValueTextEquals("stage"u8):
                    _stage = ReadText("requestContext.stage");
                    break;
                case 4 when _reader.ValueTextEquals("path"u8):
                    _contextPath = ReadText("requestContext.path");
                    break;
                default:
                    bool isElb = _reader.ValueTextEquals("elb"u8);
                    _reader.Read();
                    _isLoadBalancer |= isElb && _reader.TokenType == JsonTokenType.StartObject;
                    _reader.Skip();
                    break;
            }
        }
    }

    private void ReadObject(ref SliceList list, string name, bool multiple)
    {
        list.Clear();
        if (!EnterObject(name))
        {
            return;
        }

        list.IsPresent = true;
        while (_reader.Read() && _reader.TokenType == JsonTokenType.PropertyName)
        {
            TextSlice key = TextSlice.Of(ref _reader);
            _reader.Read();
            switch (_reader.TokenType)
            {
                case JsonTokenType.String when !multiple:
                    list.Add(key, TextSlice.Of(ref _reader));
                    break;
                case JsonTokenType.StartArray when multiple:
                    while (_reader.Read() && _reader.TokenType != JsonTokenType.EndArray)
                    {
                        list.Add(key, _reader.TokenType == JsonTokenType.String ? TextSlice.Of(ref _reader) : throw Wrong(name, "lists of texts"));
                    }

                    break;
                case JsonTokenType.Null:
                    break;
                default:
                    throw Wrong(name, multiple ? "lists of texts" : "texts");
            }
        }
    }

    private void ReadCookies()
    {
        _cookies.Clear();
        _reader.Read();
        if (_reader.TokenType == JsonTokenType.Null)
        {
            return;
        }

        if (_reader.TokenType != JsonTokenType.StartArray)
        {
            throw Wrong("cookies", "a list of texts");
        }

        while (_reader.Read() && _reader.TokenType != JsonTokenType.EndArray)
        {
            _cookies.Add(TextSlice.None, _reader.TokenType == JsonTokenType.String ? TextSlice.Of(ref _reader) : throw Wrong("cookies", "a list of texts"));
        }
    }

    private bool EnterObject(string name)
    {
        _reader.Read();
        return _reader.TokenType switch
        {
            JsonTokenType.StartObject => true,
            JsonTokenType.Null => false,
            _ => throw Wrong(name, "an object"),
        };
    }

    private TextSlice ReadText(string name)
    {
        _reader.Read();
        return _reader.TokenType switch
        {
            JsonTokenType.String => TextSlice.Of(ref _reader),
            JsonTokenType.Null => TextSlice.None,
            _ => throw Wrong(name, "a text"),
        };
    }

    private readonly LambdaEvent ToEvent()
    {
        if (_isLoadBalancer)
        {
            return ToEvent(LambdaEventShape.LoadBalancer, _path, ToQuery(LambdaEventShape.LoadBalancer));
        }

        if (_isVersion2 && _rawPath.Exists)
        {
            return ToEvent(LambdaEventShape.Http2, _rawPath, Text(_rawQuery) ?? "");
        }

        return _httpMethod.Exists && _path.Exists
            ? ToEvent(LambdaEventShape.Http1, _path, ToQuery(LambdaEventShape.Http1))
            : throw new InvalidDataException($"The event is no HTTP request: {_otherSource ?? "it has neither a rawPath of payload 2.0, nor an httpMethod and a path of payload 1.0, nor requestContext.elb"}. {Expected}");
    }

    private readonly LambdaEvent ToEvent(LambdaEventShape shape, TextSlice path, string query) => new()
    {
        Shape = shape,
        Path = Text(path) ?? "/",
        ContextPath = shape == LambdaEventShape.Http1 ? Text(_contextPath) : null,
        Query = query,
        DomainName = Text(_domainName),
        Stage = Text(_stage),
        Headers = ToHeaders(),
        Body = _body.ToBytes(_json),
        UsesMultiValueHeaders = _multiHeaders.IsPresent,
    };

    private readonly DeliveryHeaders ToHeaders()
    {
        ReadOnlySpan<(TextSlice Name, TextSlice Value)> items = (_multiHeaders.Items.IsEmpty ? _headers : _multiHeaders).Items;
        DeliveryHeaders headers = new(items.Length);
        foreach ((TextSlice name, TextSlice value) in items)
        {
            if (name.Length > 0)
            {
                headers.Add(name.ToText(_json), value.ToText(_json));
            }
        }

        if (!_cookies.Items.IsEmpty)
        {
            List<string> cookies = [];
            foreach ((_, TextSlice cookie) in _cookies.Items)
            {
                cookies.Add(cookie.ToText(_json));
            }

            headers.Add("Cookie", string.Join("; ", cookies));
        }

        return headers;
    }

    private readonly string ToQuery(LambdaEventShape shape)
    {
        ReadOnlySpan<(TextSlice Name, TextSlice Value)> parameters = (_multiQuery.Items.IsEmpty ? _query : _multiQuery).Items;
        if (parameters.IsEmpty)
        {
            return "";
        }

        LambdaQuery query = new(shape);
        foreach ((TextSlice name, TextSlice value) in parameters)
        {
            query.Add(name.ToText(_json), value.ToText(_json));
        }

        return query.ToString();
    }

    private readonly string? Text(TextSlice slice) => slice.Exists ? slice.ToText(_json) : null;

    private readonly InvalidDataException Wrong(string name, string expected) =>
        new($"The event's '{name}' holds {Name(_reader.TokenType)} where {expected} must be. {Expected}");

    private static string Name(JsonTokenType type) => type switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "a list",
        JsonTokenType.String => "a text",
        JsonTokenType.Number => "a number",
        JsonTokenType.True or JsonTokenType.False => "true or false",
        _ => "null",
    };

    private void Release()
    {
        _headers.Release();
        _multiHeaders.Release();
        _query.Release();
        _multiQuery.Release();
        _cookies.Release();
        _body.Release();
    }
}
