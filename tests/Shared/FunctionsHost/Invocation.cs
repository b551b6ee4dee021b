namespace QStash.Serverless.Tests.FunctionsHost;

/// <summary>An HTTP request for a function.</summary>
internal sealed record HttpCall(string Method, string Url, IReadOnlyList<KeyValuePair<string, string>> Headers, ReadOnlyMemory<byte> Body)
{
    internal IReadOnlyDictionary<string, string> RouteValues { get; init; } = new Dictionary<string, string>();
}

/// <summary>An HTTP reply of a function.</summary>
internal sealed record HttpAnswer(int Status, IReadOnlyDictionary<string, string> Headers, ReadOnlyMemory<byte> Body);

/// <summary>How an invocation ended.</summary>
internal sealed class Invocation
{
    private const int TypedString = 1;
    private const int TypedJson = 2;
    private const int TypedHttp = 5;

    internal Invocation(ProtobufMessage response)
    {
        Failure = WorkerMessages.FailureOf(response.Message(3));
        Dictionary<string, string> outputs = [];
        foreach (ProtobufMessage output in response.Messages(2))
        {
            Read(output.Text(1), output.Message(2), outputs);
        }

        Read("$return", response.Message(4), outputs);
        Outputs = outputs;
    }

    /// <summary>Null when the function succeeded, else its exception.</summary>
    internal string? Failure { get; }

    /// <summary>The reply that came with the invocation; in the ASP.NET Core mode it goes over HTTP instead.</summary>
    internal HttpAnswer? Http { get; private set; }

    /// <summary>What the host is asked to give to output bindings, without HTTP; the host does so only when <see cref="Failure"/> is null.</summary>
    internal IReadOnlyDictionary<string, string> Outputs { get; }

    private void Read(string name, ProtobufMessage? data, Dictionary<string, string> outputs)
    {
        if (data?.Message(TypedHttp) is { } http)
        {
            Http = new(
                int.Parse(http.Text(12), System.Globalization.CultureInfo.InvariantCulture),
                http.Map(3),
                http.Message(4) is { } body ? body.Content(3) : default);
        }
        else if (data is not null)
        {
            outputs[name] = data.Has(TypedString) ? data.Text(TypedString) : data.Has(TypedJson) ? data.Text(TypedJson) : Convert.ToHexString(data.Bytes.Span);
        }
    }
}
