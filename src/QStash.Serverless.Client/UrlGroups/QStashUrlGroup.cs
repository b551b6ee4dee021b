using System.Text.Json;

namespace QStash.Serverless.Client;

/// <summary>A URL group and its endpoints, in the order they were added (protocol 2.8).</summary>
public sealed record QStashUrlGroup
{
    internal QStashUrlGroup(JsonFields fields)
    {
        Json = fields.Json.Clone();
        Name = fields.Required("name");
        Endpoints = [.. fields.Objects("endpoints").Select(static endpoint => new UrlGroupEndpoint(endpoint.Required("url"), endpoint.Text("name") is { Length: > 0 } name ? name : null))];
        CreatedAt = fields.Instant("createdAt");
        UpdatedAt = fields.Instant("updatedAt");
    }

    /// <summary>The whole object as QStash sent it: fields that this version does not know are readable here.</summary>
    public JsonElement Json { get; }

    /// <summary>The name.</summary>
    public string Name { get; }

    /// <summary>Where messages to the group go.</summary>
    public IReadOnlyList<UrlGroupEndpoint> Endpoints { get; }

    /// <summary>When it was created.</summary>
    public DateTimeOffset? CreatedAt { get; }

    /// <summary>When it was last changed.</summary>
    public DateTimeOffset? UpdatedAt { get; }
}
