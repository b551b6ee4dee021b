using System.Net.Http.Headers;
using QStash.Serverless.DevServer.Accounts;
using QStash.Serverless.DevServer.Faults;
using QStash.Serverless.DevServer.Quotas;
using QStash.Serverless.DevServer.Settings;
using QStash.Serverless.DevServer.Store;

namespace QStash.Serverless.DevServer.Delivery;

/// <summary>Makes one attempt: a freshly signed request, exactly as published, and what came back (protocol 4).</summary>
internal sealed class AttemptSender : IDisposable
{
    /// <summary>How much of a response body is kept; the rest is not read.</summary>
    public const int LargestResponse = 1024 * 1024;

    private const string ForwardedProto = "X-Forwarded-Proto";

    private static readonly UriCreationOptions Untouched = new() { DangerousDisablePathAndQueryCanonicalization = true };

    private readonly AccountBook _accounts;
    private readonly HostMap _hosts;
    private readonly FaultList _faults;
    private readonly TimeProvider _time;
    private readonly TimeProvider _signatureTime;
    private readonly string _region;
    private readonly Limits _limits;
    private readonly SocketsHttpHandler _network;

    public AttemptSender(AccountBook accounts, HostMap hosts, FaultList faults, QStashDevServerOptions options, Limits limits)
    {
        _accounts = accounts;
        _hosts = hosts;
        _faults = faults;
        _time = options.TimeProvider;
        _signatureTime = options.SignatureTimeProvider ?? options.TimeProvider;
        _region = options.Region;
        _limits = limits;
        _network = Network.Create(hosts);
    }

    /// <summary>Sends the message once. Every failure to get a response is an outcome, not an exception.</summary>
    /// <exception cref="OperationCanceledException">The server stops: nobody knows how the attempt would have ended.</exception>
    public async Task<Outcome> SendAsync(StoredMessage message, Nap nap, CancellationToken stopping)
    {
        TimeSpan limit = message.Settings.Timeout is { } own && own < _limits.Attempt ? own : _limits.Attempt;
        using CancellationTokenSource timeout = new(limit, _time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, stopping);
        try
        {
            return _faults.Draw(message.Account, message.Url) is { } fault
                ? await SendWithFaultAsync(message, fault, nap, limit, either.Token).ConfigureAwait(false)
                : await SendOnceAsync(message, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception) when (timeout.IsCancellationRequested)
        {
            return TimedOut(limit);
        }
        catch (Exception e)
        {
            // A mapped handler runs the user's whole app, so anything may be thrown: to the publisher it is an attempt without a response.
            return Outcome.NoResponse($"no response: {e.GetBaseException().Message}");
        }
    }

    public void Dispose() => _network.Dispose();

    private static Outcome TimedOut(TimeSpan limit) => Outcome.NoResponse($"no complete response within the timeout of {limit.TotalSeconds:0.###} s");

    private async Task<Outcome> SendWithFaultAsync(StoredMessage message, DevServerFault fault, Nap nap, TimeSpan limit, CancellationToken ct)
    {
        if (fault.Kind is DevServerFaultKind.Duplicate or DevServerFaultKind.Drop)
        {
            await SendOnceAsync(message, ct).ConfigureAwait(false);
        }

        await nap.SleepAsync(fault.Delay, _time, ct).ConfigureAwait(false);
        return fault.Kind switch
        {
            DevServerFaultKind.Status => new(
                fault.Status, new Dictionary<string, string[]>(), [], fault.Status is >= 200 and <= 299 ? null : $"destination answered {fault.Status} (injected fault)"),
            DevServerFaultKind.Timeout => TimedOut(limit),
            DevServerFaultKind.Drop => Outcome.NoResponse("no response: the answer was lost (injected fault)"),
            _ => await SendOnceAsync(message, ct).ConfigureAwait(false),
        };
    }

    private async Task<Outcome> SendOnceAsync(StoredMessage message, CancellationToken ct)
    {
        using HttpRequestMessage request = Build(message);
        if (!_hosts.Allows(request.RequestUri!))
        {
            // It was accepted when the host was mapped; without the mapping it must not go out to the real one.
            return Outcome.NoResponse($"not sent: {request.RequestUri!.IdnHost} is neither on this machine nor mapped");
        }

        HttpMessageHandler? mapped = Route(request, message.Url);
        using HttpMessageInvoker invoker = new(mapped ?? _network, disposeHandler: false);
        using HttpResponseMessage response = await invoker.SendAsync(request, ct).ConfigureAwait(false);
        byte[] body = await ReadAsync(response.Content, ct).ConfigureAwait(false);
        int status = (int)response.StatusCode;
        return new(status, Headers(response), body, status is >= 200 and <= 299 ? null : $"destination answered {status}");
    }

    /// <summary>Directs a request to where its host is mapped. What the destination sees of the URL is the public one, as behind a proxy.</summary>
    /// <returns>The handler that takes it; null for the network.</returns>
    private HttpMessageHandler? Route(HttpRequestMessage request, string url)
    {
        Uri asPublished = request.RequestUri!;
        HostMapping? mapping = _hosts.Find(asPublished);
        if (mapping?.Handler is not null)
        {
            // Handlers such as that of an in-process test server take URLs apart, which an untouched one refuses.
            request.RequestUri = new Uri(url);
        }
        else if (mapping?.Target is { } target)
        {
            string tail = asPublished.OriginalString[asPublished.OriginalString.IndexOf('/', asPublished.OriginalString.IndexOf("://", StringComparison.Ordinal) + 3)..];
            request.RequestUri = new Uri(target.GetLeftPart(UriPartial.Authority) + tail, Untouched);
            request.Headers.Host = asPublished.IsDefaultPort ? asPublished.IdnHost : $"{asPublished.IdnHost}:{asPublished.Port}";
            request.Headers.Remove(ForwardedProto);
            request.Headers.TryAddWithoutValidation(ForwardedProto, asPublished.Scheme);
        }

        return mapping?.Handler;
    }

    private HttpRequestMessage Build(StoredMessage message)
    {
        HttpRequestMessage request = new(HttpMethod.Parse(message.Settings.Method), new Uri(WithPath(message.Url), Untouched)) { Content = new ByteArrayContent(message.Body) };
        foreach ((string name, string[] values) in message.Settings.Headers)
        {
            if (!request.Headers.TryAddWithoutValidation(name, values))
            {
                request.Content.Headers.TryAddWithoutValidation(name, values);
            }
        }

        Own("User-Agent", "Upstash-QStash");
        Own(QStashHeaders.MessageId, message.Id);
        Own(QStashHeaders.Retried, message.Retried.ToString(System.Globalization.CultureInfo.InvariantCulture));
        Own(QStashHeaders.Region, _region);
        Own(QStashHeaders.CallerIp, message.CallerIp ?? "");
        Own(QStashHeaders.TopicName, message.Topic);
        Own(QStashHeaders.ScheduleId, message.Schedule);
        Own(QStashHeaders.Signature, new DeliverySigner(_accounts[message.Account].Keys.Current).Sign(message.Url, message.Body, _signatureTime.GetUtcNow()));
        return request;

        void Own(string name, string? value)
        {
            request.Headers.Remove(name);
            if (value is not null)
            {
                request.Headers.TryAddWithoutValidation(name, value);
            }
        }
    }

    /// <summary>The URL with the <c>/</c> that a request line needs where it has no path; the signature covers it as published.</summary>
    private static string WithPath(string url)
    {
        int authority = url.IndexOf("://", StringComparison.Ordinal) + 3;
        int length = url.AsSpan(authority).IndexOfAny('/', '?');
        int end = length < 0 ? url.Length : authority + length;
        return end < url.Length && url[end] == '/' ? url : url.Insert(end, "/");
    }

    private static async Task<byte[]> ReadAsync(HttpContent content, CancellationToken ct)
    {
        Stream stream = await content.ReadAsStreamAsync(ct).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            using MemoryStream kept = new();
            byte[] buffer = new byte[16 * 1024];
            while (kept.Length < LargestResponse)
            {
                int read = await stream.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, LargestResponse - kept.Length)), ct).ConfigureAwait(false);
                if (read == 0)
                {
                    break;
                }

                await kept.WriteAsync(buffer.AsMemory(0, read), ct).ConfigureAwait(false);
            }

            return kept.ToArray();
        }
    }

    private static Dictionary<string, string[]> Headers(HttpResponseMessage response)
    {
        Dictionary<string, string[]> headers = new(StringComparer.OrdinalIgnoreCase);
        foreach (HttpHeadersNonValidated part in new[] { response.Headers.NonValidated, response.Content.Headers.NonValidated })
        {
            foreach ((string name, HeaderStringValues values) in part)
            {
                headers[HeaderNames.Canonical(name)] = [.. values];
            }
        }

        return headers;
    }
}
