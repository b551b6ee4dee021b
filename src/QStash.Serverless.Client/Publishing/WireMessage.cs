using System.Diagnostics;

namespace QStash.Serverless.Client;

/// <summary>One message as QStash gets it: what a publish request and a batch item have in common.</summary>
/// <param name="Destination">The destination, sent raw.</param>
/// <param name="Queue">The queue, or null.</param>
/// <param name="Headers">The content type and every <c>Upstash-</c> header, in order; no name repeats.</param>
/// <param name="Body">The body, sent untouched.</param>
internal sealed record WireMessage(Destination Destination, string? Queue, IReadOnlyList<KeyValuePair<string, string>> Headers, ReadOnlyMemory<byte> Body)
{
    // Named here they would override the token or break the framing of the request.
    private static readonly string[] s_connectionHeaders = ["Authorization", "Host", "Content-Length", "Transfer-Encoding", "Connection"];

    /// <summary>Whether QStash recognises this message when it arrives twice, so that sending it again cannot duplicate it (protocol 8.1).</summary>
    internal bool IsRepeatable => IsContentBased(Headers) || DeduplicationId is { Length: > 0 };

    internal string? DeduplicationId => Value(Headers, QStashHeaders.DeduplicationId);

    /// <summary>Encodes and validates a message.</summary>
    /// <exception cref="ArgumentException">An option breaks a rule; the text names both.</exception>
    internal static WireMessage Of(QStashMessage message, PublishSettings settings, string name)
    {
        PublishOptions options = message.Options ?? throw new ArgumentException($"{name}: Options is null.");
        List<KeyValuePair<string, string>> headers = OptionHeaders.Of(options, message.Queue, name);
        RequireReachable(message.Destination, "Destination", settings, name);
        RequireReachable(options.Callback, "Callback", settings, name);
        RequireReachable(options.FailureCallback, "FailureCallback", settings, name);
        RequireWholeQuery(message.Destination, name);

        EncodedPayload payload = message.Encode(settings.Json);
        if (payload.ContentType is { } contentType)
        {
            AddUnlessSet(headers, "Content-Type", contentType);
        }

        ReplaceWithRaw(headers, options.RawHeaders, $"{name}: PublishOptions.");
        foreach ((string header, string value) in settings.DefaultHeaders)
        {
            AddUnlessSet(headers, QStashHeaders.ForwardPrefix + header, value);
        }

        if (!IsContentBased(headers))
        {
            AddTrace(headers, settings.Trace);
            if (settings.NewId is { } newId)
            {
                AddUnlessSet(headers, QStashHeaders.DeduplicationId, newId());
            }
        }

        return new WireMessage(message.Destination, message.Queue, Joined(headers), payload.Body);
    }

    /// <summary>The headers of options that stand alone: overrides and defaults, without a message.</summary>
    /// <param name="options">The options.</param>
    /// <param name="name">Names them in error texts; null for texts that say the option and the rule alone.</param>
    /// <param name="queue">The queue that the messages will go through, or null.</param>
    /// <exception cref="ArgumentException">An option breaks a rule; the text names both.</exception>
    internal static List<KeyValuePair<string, string>> OptionsOf(PublishOptions options, string? name, string? queue = null)
    {
        List<KeyValuePair<string, string>> headers = OptionHeaders.Of(options, queue, name);
        ReplaceWithRaw(headers, options.RawHeaders, name is null ? "" : $"{name}: PublishOptions.");
        return Joined(headers);
    }

    // HttpClient and batch items carry one line a name; joining is what HTTP allows for repeated headers (RFC 9110, 5.3; RFC 6265, 5.4 for cookies).
    private static List<KeyValuePair<string, string>> Joined(List<KeyValuePair<string, string>> headers) =>
    [
        .. headers.GroupBy(static header => header.Key, StringComparer.OrdinalIgnoreCase).Select(static header => new KeyValuePair<string, string>(
            header.Key,
            string.Join(header.Key.EndsWith("-Forward-Cookie", StringComparison.OrdinalIgnoreCase) ? "; " : ", ", header.Select(static pair => pair.Value)))),
    ];

    private static void ReplaceWithRaw(List<KeyValuePair<string, string>> headers, IReadOnlyList<KeyValuePair<string, string>> raw, string subject)
    {
        foreach ((string header, string value) in raw)
        {
            if (!QStashHeaders.IsValidName(header) || !OptionHeaders.IsSendable(value))
            {
                throw new ArgumentException($"{subject}RawHeaders: '{header}' or its value has a character that a header cannot carry.");
            }

            if (s_connectionHeaders.Contains(header, StringComparer.OrdinalIgnoreCase))
            {
                throw new ArgumentException($"{subject}RawHeaders: '{header}' belongs to the connection with QStash and is set by the client. To deliver it, put it into PublishOptions.Headers.");
            }
        }

        headers.RemoveAll(typed => raw.Any(header => Same(header.Key, typed.Key)));
        headers.AddRange(raw);
    }

    private static void AddTrace(List<KeyValuePair<string, string>> headers, Activity? trace)
    {
        const string traceParent = QStashHeaders.ForwardPrefix + "traceparent";
        const string traceState = QStashHeaders.ForwardPrefix + "tracestate";
        if (trace is not { IdFormat: ActivityIdFormat.W3C, Id: { } id } || Has(headers, traceParent) || Has(headers, traceState))
        {
            return;
        }

        headers.Add(new(traceParent, id));
        if (!string.IsNullOrEmpty(trace.TraceStateString) && OptionHeaders.IsSendable(trace.TraceStateString))
        {
            headers.Add(new(traceState, trace.TraceStateString));
        }
    }

    private static void RequireReachable(CallbackOptions? callback, string option, PublishSettings settings, string name)
    {
        if (callback is not null)
        {
            RequireReachable(Destination.Url(callback.Url), $"PublishOptions.{option}.Url", settings, name);
        }
    }

    internal static void RequireReachable(Destination destination, string option, PublishSettings settings, string name)
    {
        if (settings.IsHosted && !destination.IsUrlGroup && PrivateHost.Is(destination.Value))
        {
            throw new ArgumentException(
                $"{name}: {option} '{destination}' is on this machine or a private network, which the hosted QStash cannot reach. For local work run `dotnet qstash dev` and set QSTASH_URL and QSTASH_TOKEN to what it prints; else publish to a public URL.");
        }
    }

    // QStash takes these out of the query of a publish request and reads them as settings (protocol 2.0, 3.4).
    private static void RequireWholeQuery(Destination destination, string name)
    {
        int query = destination.IsUrlGroup ? -1 : destination.Value.IndexOf('?', StringComparison.Ordinal);
        foreach (string pair in query < 0 ? [] : destination.Value[(query + 1)..].Split('&'))
        {
            if (pair.StartsWith("upstash-", StringComparison.OrdinalIgnoreCase) || pair.StartsWith("qstash_token", StringComparison.OrdinalIgnoreCase))
            {
                throw new ArgumentException(
                    $"{name}: Destination: QStash would take the query parameter '{pair.Split('=')[0]}' for itself instead of delivering it. Set the option through PublishOptions, or rename the parameter.");
            }
        }
    }

    private static void AddUnlessSet(List<KeyValuePair<string, string>> headers, string name, string value)
    {
        if (!Has(headers, name))
        {
            headers.Add(new(name, value));
        }
    }

    private static bool IsContentBased(IReadOnlyList<KeyValuePair<string, string>> headers) => Same(Value(headers, QStashHeaders.ContentBasedDeduplication), "true");

    private static bool Has(IReadOnlyList<KeyValuePair<string, string>> headers, string name) => headers.Any(header => Same(header.Key, name));

    private static string? Value(IReadOnlyList<KeyValuePair<string, string>> headers, string name) => headers.FirstOrDefault(header => Same(header.Key, name)).Value;

    private static bool Same(string? left, string? right) => string.Equals(left, right, StringComparison.OrdinalIgnoreCase);
}
