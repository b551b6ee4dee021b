using System.Net.Http.Headers;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using QStash.Serverless.DevServer.Accounts;

namespace QStash.Serverless.DevServer.Wire;

/// <summary>Finds the route of a raw request target, authenticates, and turns refusals into QStash's error bodies.</summary>
internal sealed class Router(IReadOnlyList<RouteTable> tables, AccountBook accounts, ILogger logger)
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
            reply = WireReply.Error(e.Status, e.Message);
        }
        catch (BadHttpRequestException e) when (e.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            reply = WireReply.Error(e.StatusCode, $"quota maxMessageSize exceeded, current limit: {HttpFront.LargestRequest}");
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
            Log.RequestFailed(logger, http.Request.Method, http.Request.Path, e);
            reply = WireReply.Error(500, "this local QStash failed; its log says why");
        }

        http.Response.StatusCode = reply.Status;
        http.Response.ContentType = reply.Body.IsEmpty ? null : "application/json";
        http.Response.ContentLength = reply.Body.Length;
        await http.Response.Body.WriteAsync(reply.Body, http.RequestAborted).ConfigureAwait(false);
    }

    private Task<WireReply> AnswerAsync(HttpContext http)
    {
        RefuseForeignOrigin(http);
        (string path, string queryText) = Split(http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget);
        RouteTable table = tables.FirstOrDefault(t => path.StartsWith(t.Prefix, StringComparison.OrdinalIgnoreCase))
            ?? throw WireException.NotFound($"{Shown(path)} is not a route of QStash: its routes start with {tables[0].Prefix}");
        (Route route, Dictionary<string, string> parts) = Find(table, http.Request.Method, path[table.Prefix.Length..]);
        RawQuery query = new(queryText);
        Account account = Authenticate(http, query);
        return route.Handler is { } handler
            ? handler(new(http, account, query, parts))
            : throw WireException.NotBuilt($"{route.Method} {table.Prefix}{route.Pattern}");
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
    private Account Authenticate(HttpContext http, RawQuery query)
    {
        string? token = AuthenticationHeaderValue.TryParse(http.Request.Headers.Authorization, out AuthenticationHeaderValue? header)
            && header.Scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase)
                ? header.Parameter
                : query.First("qstash_token");
        return token is null
            ? throw new WireException(401, "unauthorized: send the header 'Authorization: Bearer <QSTASH_TOKEN>'")
            : accounts.Authenticate(token) ?? throw new WireException(401, "unauthorized: invalid token");
    }

    /// <summary>A web page the developer happens to visit must not reach this server through the browser.</summary>
    private static void RefuseForeignOrigin(HttpContext http)
    {
        string origin = http.Request.Headers.Origin.ToString();
        if (origin.Length > 0 && !origin.Equals($"{http.Request.Scheme}://{http.Request.Host}", StringComparison.OrdinalIgnoreCase))
        {
            throw new WireException(403, "requests from web pages of another origin are refused");
        }
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

    private static string Shown(string path) => path.Length <= 100 ? path : path[..100] + "...";
}
