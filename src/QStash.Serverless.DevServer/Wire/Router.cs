using System.Net.Http.Headers;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using QStash.Serverless.DevServer.Accounts;
using QStash.Serverless.DevServer.Quotas;

namespace QStash.Serverless.DevServer.Wire;

/// <summary>Finds the route of a raw request target, authenticates, and turns refusals into QStash's error bodies.</summary>
internal sealed class Router(IReadOnlyList<RouteTable> tables, AccountBook accounts, OriginPolicy origins, BurstLimit burst, ILogger logger)
{
    public async Task HandleAsync(HttpContext http)
    {
        WireReply reply;
        try
        {
            reply = await AnswerAsync(http).ConfigureAwait(false);
        }
        catch (WireException e)
        {
            reply = WireReply.Error(e.Status, e.Message) with { Headers = e.Headers };
        }
        catch (BadHttpRequestException e) when (e.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            reply = WireReply.Error(e.StatusCode, MessageQuota.TooLarge.Message);
        }
        catch (BadHttpRequestException e)
        {
            reply = WireReply.Error(e.StatusCode, e.Message);
        }
        catch (ObjectDisposedException)
        {
            reply = WireReply.Error(503, "this local QStash is stopping; nothing was accepted");
        }
        catch (Exception e) when (!http.RequestAborted.IsCancellationRequested)
        {
            // The last boundary: the publisher must get an error body, and nothing was accepted.
            Log.RequestFailed(logger, http.Request.Method, WithoutDestination(http.Request.Path), e);
            reply = WireReply.Error(500, "this local QStash failed; its log says why");
        }

        http.Response.StatusCode = reply.Status;
        foreach ((string name, string value) in reply.Headers)
        {
            http.Response.Headers[name] = value;
        }

        if (reply.Status != StatusCodes.Status204NoContent)
        {
            http.Response.ContentType = reply.Body.IsEmpty ? null : "application/json";
            http.Response.ContentLength = reply.Body.Length;
            await http.Response.Body.WriteAsync(reply.Body, http.RequestAborted).ConfigureAwait(false);
        }
    }

    private async Task<WireReply> AnswerAsync(HttpContext http)
    {
        (string path, string queryText) = Split(http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget);
        RouteTable? table = tables.FirstOrDefault(t => path.StartsWith(t.Prefix, StringComparison.OrdinalIgnoreCase));
        if (table?.LocalOnly == true)
        {
            RefuseStrangers(http);
        }
        else
        {
            origins.Apply(http);
            if (OriginPolicy.IsPreflight(http))
            {
                return WireReply.Empty with { Status = StatusCodes.Status204NoContent };
            }
        }

        if (table is null)
        {
            throw WireException.NotFound($"{Shown(path)} is not a route of QStash: its routes start with {tables[0].Prefix}");
        }

        (Route route, Dictionary<string, string> parts) = Find(table, http.Request.Method, path[table.Prefix.Length..]);
        RawQuery query = new(queryText);
        Access access = Authenticate(http, query);
        if (access.ReadOnly && !HttpMethods.IsGet(http.Request.Method))
        {
            throw new WireException(403, "forbidden: this token may only read");
        }

        IReadOnlyDictionary<string, string> headers = route.CreatesMessages || table.LocalOnly ? WireReply.NoHeaders : burst.Count(access.Account.Id);
        if (route.Handler is not { } handler)
        {
            throw WireException.NotBuilt($"{route.Method} {table.Prefix}{route.Pattern}");
        }

        WireReply reply = await handler(new(http, access.Account, query, parts)).ConfigureAwait(false);
        return headers.Count > 0 ? reply with { Headers = headers } : reply;
    }

    /// <summary>Control routes are for this machine: neither a web page nor a foreign name that was made to point here may use them.</summary>
    private static void RefuseStrangers(HttpContext http)
    {
        OriginPolicy.RefuseForeign(http);
        if (!OriginPolicy.IsLoopbackHost(http))
        {
            throw new WireException(403, "control routes are reached through a loopback address only, such as http://127.0.0.1");
        }
    }

    private static (Route Route, Dictionary<string, string> Parts) Find(RouteTable table, string method, string path)
    {
        bool pathExists = false;
        foreach (Route route in table.Routes)
        {
            if (route.Matches(path, out Dictionary<string, string>? parts))
            {
                pathExists = true;
                if (route.Method.Equals(method, StringComparison.OrdinalIgnoreCase))
                {
                    return (route, parts);
                }
            }
        }

        throw pathExists
            ? new WireException(405, $"{method} is not a method of {Shown(table.Prefix + path)}")
            : WireException.NotFound($"{Shown(table.Prefix + path)} is not a route of QStash");
    }

    /// <summary>The token in the header wins over the one in the query (protocol 1.1).</summary>
    private Access Authenticate(HttpContext http, RawQuery query)
    {
        string? token = AuthenticationHeaderValue.TryParse(http.Request.Headers.Authorization, out AuthenticationHeaderValue? header)
            && header.Scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase)
                ? header.Parameter
                : query.First("qstash_token");
        return token is null
            ? throw new WireException(401, "unauthorized: send the header 'Authorization: Bearer <QSTASH_TOKEN>'")
            : accounts.Authenticate(token) ?? throw new WireException(401, "unauthorized: invalid token");
    }

    /// <summary>Cuts the target as it was sent: nothing is decoded, double slashes stay (protocol 2.0, rule 1).</summary>
    private static (string Path, string Query) Split(string target)
    {
        if (!target.StartsWith('/') && target.IndexOf("://", StringComparison.Ordinal) is > 0 and int scheme)
        {
            int slash = target.IndexOf('/', scheme + 3);
            target = slash < 0 ? "/" : target[slash..];
        }

        int question = target.IndexOf('?', StringComparison.Ordinal);
        return question < 0 ? (target, "") : (target[..question], target[(question + 1)..]);
    }

    /// <summary>The path for the log: a destination may carry user information.</summary>
    private static string WithoutDestination(string path)
    {
        int scheme = path.IndexOf("://", StringComparison.Ordinal);
        return scheme < 0 ? path : path[..scheme] + "://...";
    }

    private static string Shown(string path) => path.Length <= 100 ? path : path[..100] + "...";
}
