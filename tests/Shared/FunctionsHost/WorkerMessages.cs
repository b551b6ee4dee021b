namespace QStash.Serverless.Tests.FunctionsHost;

/// <summary>What the host says to a worker. Field numbers are those of the worker's protocol; only what a worker of .NET reads is written.</summary>
internal static class WorkerMessages
{
    private const int Success = 1;

    internal static ProtobufWriter Init(string requestId, string applicationDirectory) => Request(requestId, 17, new ProtobufWriter()
        .Add(1, "4.1000.0")
        .Add(4, applicationDirectory)
        .Add(5, applicationDirectory));

    internal static ProtobufWriter AskForMetadata(string requestId, string applicationDirectory) =>
        Request(requestId, 29, new ProtobufWriter().Add(1, applicationDirectory));

    /// <summary>The metadata goes back as it came.</summary>
    internal static ProtobufWriter Load(string requestId, IndexedFunction function) => Request(requestId, 8, new ProtobufWriter()
        .Add(1, function.Id)
        .Add(2, function.Metadata.Span));

    internal static ProtobufWriter Invoke(string invocationId, IndexedFunction function, ProtobufWriter triggerData, IReadOnlyDictionary<string, string> triggerMetadata)
    {
        ProtobufWriter invocation = new ProtobufWriter()
            .Add(1, invocationId)
            .Add(2, function.Id)
            .Add(3, new ProtobufWriter().Add(1, function.Trigger.Name).Add(2, triggerData))
            .Add(5, new ProtobufWriter().Add(1, $"00-{Guid.NewGuid():N}-{Guid.NewGuid().ToString("N")[..16]}-00"));
        foreach ((string name, string value) in triggerMetadata)
        {
            invocation.AddEntry(4, name, Text(value));
        }

        return Request(invocationId, 4, invocation);
    }

    internal static ProtobufWriter Terminate() => Request("terminate", 14, new());

    internal static ProtobufWriter Text(string text) => new ProtobufWriter().Add(1, text);

    internal static ProtobufWriter Json(string json) => new ProtobufWriter().Add(2, json);

    /// <summary>An HTTP request, as the host gives it to workers that take bodies as bytes and headers as values that may be null.</summary>
    internal static ProtobufWriter Http(HttpCall call)
    {
        ProtobufWriter http = new ProtobufWriter().Add(1, call.Method).Add(2, call.Url);
        if (!call.Body.IsEmpty)
        {
            http.Add(4, new ProtobufWriter().Add(3, call.Body.Span));
        }

        foreach ((string name, string value) in call.Headers)
        {
            http.AddEntry(20, name, Text(value));
        }

        foreach ((string name, string value) in call.RouteValues)
        {
            http.AddEntry(21, name, Text(value));
        }

        return new ProtobufWriter().Add(5, http);
    }

    /// <summary>What stands in for a request that reaches the worker over HTTP.</summary>
    internal static ProtobufWriter NoHttp() => new ProtobufWriter().Add(5, new ProtobufWriter());

    /// <summary>Null when the worker said that all went well, else why not.</summary>
    internal static string? FailureOf(ProtobufMessage? result)
    {
        if (result is null || result.Number(4) == Success)
        {
            return null;
        }

        ProtobufMessage? exception = result.Message(2);
        return exception is null ? "failed without an exception" : $"{exception.Text(5)} {exception.Text(2)} {exception.Text(1)}".Trim();
    }

    private static ProtobufWriter Request(string requestId, int field, ProtobufWriter content) => new ProtobufWriter().Add(1, requestId).Add(field, content);
}
