using System.Text.Json;
using QStash.Serverless.DevServer.Delivery;
using QStash.Serverless.DevServer.Intake;
using QStash.Serverless.DevServer.Quotas;
using QStash.Serverless.DevServer.Settings;
using QStash.Serverless.DevServer.Store;

namespace QStash.Serverless.DevServer.Wire;

/// <summary>URL groups, which the wire calls topics (protocol 2.8).</summary>
internal sealed class UrlGroupRoutes(QStashStore store, HostMap hosts, Limits limits, TimeProvider time)
{
    public IEnumerable<Route> All =>
    [
        new("GET", "topics", ListAsync),
        new("GET", "topics/{name}", GetAsync),
        new("PATCH", "topics/{name}", SetDefaultsAsync),
        new("DELETE", "topics/{name}", DeleteAsync),
        new("POST", "topics/{name}/endpoints", AddEndpointsAsync),
        new("DELETE", "topics/{name}/endpoints", RemoveEndpointsAsync),
    ];

    private async Task<WireReply> ListAsync(WireCall call)
    {
        List<StoredUrlGroup> groups = await store.RunAsync(session => session.FindUrlGroups(call.Account.Id)).ConfigureAwait(false);
        return WireReply.Json(200, json =>
        {
            json.WriteStartArray();
            groups.ForEach(group => Write(json, group));
            json.WriteEndArray();
        });
    }

    private async Task<WireReply> GetAsync(WireCall call)
    {
        StoredUrlGroup group = await store.RunAsync(session => Find(session, call)).ConfigureAwait(false);
        return WireReply.Json(200, json => Write(json, group));
    }

    private async Task<WireReply> AddEndpointsAsync(WireCall call)
    {
        string name = call["name"];
        if (!QStashName.IsValid(name))
        {
            throw WireException.BadRequest($"invalid topic name '{name}': use letters, digits, '_', '.' and '-' only");
        }

        List<(string? Name, string? Url)> given = ReadEndpoints(await call.ReadBodyAsync().ConfigureAwait(false));
        foreach ((_, string? url) in given)
        {
            Destinations.CheckUrl(url ?? throw WireException.BadRequest("an endpoint needs a url"), hosts, "invalid endpoint url");
        }

        return await store.RunAsync(session =>
        {
            long now = time.GetUtcNow().ToUnixTimeMilliseconds();
            session.EnsureUrlGroup(call.Account.Id, name, now);
            given.ForEach(endpoint => Put(session, Find(session, call), endpoint.Name, endpoint.Url!, now));

            // What goes over a limit is rolled back with everything else of this command.
            return session.CountUrlGroups(call.Account.Id) > limits.UrlGroups ? throw Limits.Exceeded("maxTopics", limits.UrlGroups)
                : Find(session, call).Endpoints.Count > limits.Endpoints ? throw Limits.Exceeded("maxEndpointsPerTopic", limits.Endpoints)
                : WireReply.Empty;
        }).ConfigureAwait(false);
    }

    /// <summary>An endpoint is known by its name, else by its URL; an unknown one is added.</summary>
    private static void Put(StoreSession session, StoredUrlGroup group, string? name, string url, long now)
    {
        StoredEndpoint? named = name is null ? null : group.Endpoints.FirstOrDefault(e => e.Name == name);
        StoredEndpoint? atUrl = group.Endpoints.FirstOrDefault(e => e.Url == url);
        if (named is not null && atUrl is not null && named != atUrl)
        {
            throw WireException.BadRequest($"the topic {group.Name} has another endpoint with the url {url}: remove it first, or every message would go there twice");
        }

        if ((named ?? atUrl) is { } known)
        {
            session.UpdateEndpoint(known, name ?? known.Name, url, now);
        }
        else
        {
            session.InsertEndpoint(group, name, url, now);
        }
    }

    private async Task<WireReply> RemoveEndpointsAsync(WireCall call)
    {
        List<(string? Name, string? Url)> given = ReadEndpoints(await call.ReadBodyAsync().ConfigureAwait(false));
        if (given.Exists(e => e.Name is null && e.Url is null))
        {
            throw WireException.BadRequest("an endpoint to remove needs its name or its url");
        }

        return await store.RunAsync(session =>
        {
            StoredUrlGroup group = Find(session, call);
            foreach (StoredEndpoint endpoint in group.Endpoints)
            {
                if (given.Exists(g => (g.Name is null || g.Name == endpoint.Name) && (g.Url is null || g.Url == endpoint.Url)))
                {
                    session.DeleteEndpoint(endpoint, time.GetUtcNow().ToUnixTimeMilliseconds());
                }
            }

            if (Find(session, call).Endpoints.Count == 0)
            {
                session.DeleteUrlGroup(group);
            }

            return WireReply.Empty;
        }).ConfigureAwait(false);
    }

    /// <summary>Replaces the group's default settings. Each must be one a publish could have, so that no later publish fails because of them.</summary>
    private async Task<WireReply> SetDefaultsAsync(WireCall call)
    {
        SettingsBag defaults = new();
        foreach ((string name, string?[] values) in JsonBody.Read(await call.ReadBodyAsync().ConfigureAwait(false), JsonBody.Headers))
        {
            defaults.Set(name, values);
        }

        _ = Setting.Flag(defaults, QStashHeaders.HeaderForward);
        _ = PublishSettings.Parse(defaults);
        return await store.RunAsync(session =>
        {
            session.SetDefaults(Find(session, call), defaults, time.GetUtcNow().ToUnixTimeMilliseconds());
            return WireReply.Empty;
        }).ConfigureAwait(false);
    }

    private Task<WireReply> DeleteAsync(WireCall call) => store.RunAsync(session =>
    {
        if (session.FindUrlGroup(call.Account.Id, call["name"]) is { } group)
        {
            session.DeleteUrlGroup(group);
        }

        return WireReply.Empty;
    });

    private static StoredUrlGroup Find(StoreSession session, WireCall call)
        => session.FindUrlGroup(call.Account.Id, call["name"]) ?? throw WireException.NotFound($"topic {call["name"]} not found");

    private static List<(string? Name, string? Url)> ReadEndpoints(byte[] body) => JsonBody.Read(body, root =>
    {
        if (!root.TryGetProperty("endpoints", out JsonElement endpoints) || endpoints.ValueKind != JsonValueKind.Array || endpoints.GetArrayLength() == 0)
        {
            throw WireException.BadRequest("the body must have the list endpoints with at least one endpoint");
        }

        return endpoints.EnumerateArray().Select(e => e.ValueKind == JsonValueKind.Object
            ? (JsonBody.Text(e, "name"), JsonBody.Text(e, "url"))
            : throw WireException.BadRequest("an endpoint must be a JSON object")).ToList();
    });

    private static void Write(Utf8JsonWriter json, StoredUrlGroup group)
    {
        json.WriteStartObject();
        json.WriteString("name", group.Name);
        json.WriteNumber("createdAt", group.CreatedAt);
        json.WriteNumber("updatedAt", group.UpdatedAt);
        json.WriteStartArray("endpoints");
        foreach (StoredEndpoint endpoint in group.Endpoints)
        {
            json.WriteStartObject();
            MessageJson.WriteText(json, "name", endpoint.Name);
            json.WriteString("url", endpoint.Url);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
