namespace QStash.Serverless.Client;

/// <summary>One receiver of a URL group.</summary>
/// <param name="Url">An absolute http or https URL.</param>
/// <param name="Name">A name to tell it by, free text; or null.</param>
public sealed record UrlGroupEndpoint(string Url, string? Name = null);
