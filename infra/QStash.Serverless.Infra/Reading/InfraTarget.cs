namespace QStash.Serverless.Infra;

/// <summary>What a declaration is read for: one app in one environment, reached under one URL.</summary>
/// <param name="Scope">The app and the environment.</param>
/// <param name="BaseUrl">The absolute URL that routes and paths are below, such as <c>https://shop.example.com</c>; a slash at its end does not matter.</param>
public sealed record InfraTarget(ResourceScope Scope, string BaseUrl)
{
    /// <summary>What stands before the route of a function with a <c>[QStashTrigger]</c>: <c>extensions.http.routePrefix</c> of host.json, which is <c>api</c> unless set; may be empty.</summary>
    public string RoutePrefix { get; init; } = "api";

    /// <summary>A folder: places in source files below it are told relative to it. Empty tells them as the compiler knew them.</summary>
    public string SourceRoot { get; init; } = "";
}
