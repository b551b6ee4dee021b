using System.Net.Http.Headers;
using System.Text;
using QStash.Serverless.DevServer.Accounts;
using QStash.Serverless.DevServer.Quotas;
using QStash.Serverless.DevServer.Settings;
using QStash.Serverless.DevServer.Store;

namespace QStash.Serverless.DevServer.Delivery;

/// <summary>Makes one attempt: a freshly signed request, exactly as published, and what came back (protocol 4).</summary>
internal sealed class AttemptSender : IDisposable
{
    /// <summary>How much of a response body is kept; the rest is not read.</summary>
    public const int LargestResponse = 1024 * 1024;

    private static readonly UriCreationOptions Untouched = new() { DangerousDisablePathAndQueryCanonicalization = true };

    private readonly AccountBook _accounts;
    private readonly HostMap _hosts;
    private readonly TimeProvider _time;
    private readonly string _region;
    private readonly Limits _limits;
    private readonly SocketsHttpHandler _network = new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        ActivityHeadersPropagator = null,
        RequestHeaderEncodingSelector = static (_, _) => Encoding.UTF8,
        ResponseHeaderEncodingSelector = static (_, _) => Encoding.UTF8,
    };

    public AttemptSender(AccountBook accounts, HostMap hosts, TimeProvider time, string region, Limits limits)
    {
        _accounts = accounts;
        _hosts = hosts;
        _time = time;
        _region = region;
        _limits = limits;
    }

    /// <summary>Sends the message once. Every failure to get a response is an outcome, not an exception.</summary>
    /// <exception cref="OperationCanceledException">The server stops: nobody knows how the attempt would have ended.</exception>
    public async Task<Outcome> SendAsync(StoredMessage message, CancellationToken stopping)
    {
        TimeSpan limit = message.Settings.Timeout is { } own && own < _limits.Attempt ? own : _limits.Attempt;
        using CancellationTokenSource timeout = new(limit, _time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, stopping);
        try
        {
            using HttpRequestMessage request = Build(message);
            if (!_hosts.Allows(request.RequestUri!))
            {
                // It was accepted when the host was mapped; without the mapping it must not go out to the real one.
                return Outcome.NoResponse($"not sent: {request.RequestUri!.IdnHost} is neither on this machine nor mapped");
            }

            HttpMessageHandler? mapped = _hosts.Find(request.RequestUri!);
            if (mapped is not null)
            {
                // Handlers such as that of an in-process test server take URLs apart, which an untouched one refuses.
                request.RequestUri = new Uri(message.Url);
            }

            using HttpMessageInvoker invoker = new(mapped ?? _network, disposeHandler: false);
            using HttpResponseMessage response = await invoker.SendAsync(request, either.Token).ConfigureAwait(false);
            byte[] body = await ReadAsync(response.Content, either.Token).ConfigureAwait(false);
            int status = (int)response.StatusCode;
            return new(status, Headers(response), body, status is >= 200 and <= 299 ? null : $"destination answered {status}");
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception) when (timeout.IsCancellationRequested)
        {
            return Outcome.NoResponse($"no complete response within the timeout of {limit.TotalSeconds:0.###} s");
        }
        catch (Exception e)
        {
            // A mapped handler runs the user's whole app, so anything may be thrown: to the publisher it is an attempt without a response.
            return Outcome.NoResponse($"no response: {e.GetBaseException().Message}");
        }
    }

    public void Dispose() => _network.Dispose();

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
        Own(QStashHeaders.Signature, new DeliverySigner(_accounts[message.Account].Keys.Current).Sign(message.Url, message.Body, _time.GetUtcNow()));
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
