using QStash.Serverless.Client;

namespace QStash.Serverless.Infra;

/// <summary>A URL group as the code wants it (protocol 2.8).</summary>
public sealed record DeclaredUrlGroup
{
    /// <summary>The group, as the code uses it.</summary>
    public required UrlGroup Group { get; init; }

    /// <summary>The name that QStash knows.</summary>
    public required string PhysicalName { get; init; }

    /// <summary>Its endpoints, at least one, with absolute URLs. A shared group may have others besides.</summary>
    public required IReadOnlyList<UrlGroupEndpoint> Endpoints { get; init; }

    /// <summary>The options of messages that do not set them themselves; null for none, and leaves alone what was never declared, or is another app's in a shared group. QStash does not show them.</summary>
    public PublishOptions? Defaults { get; init; }

    /// <summary>Where it is first declared.</summary>
    public required DeclaredAt At { get; init; }
}
