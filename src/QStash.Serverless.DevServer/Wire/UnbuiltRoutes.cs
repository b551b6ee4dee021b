namespace QStash.Serverless.DevServer.Wire;

/// <summary>Rows of the endpoint index whose room does not exist yet: schedules, URL groups and flow control (protocol 2.0.1).</summary>
internal static class UnbuiltRoutes
{
    public static IEnumerable<Route> All =>
    [
        new("GET", "schedules"),
        new("GET", "schedules/{id}"),
        new("DELETE", "schedules/{id}"),
        new("PATCH", "schedules/{id}/pause"),
        new("POST", "schedules/{id}/pause"),
        new("PATCH", "schedules/{id}/resume"),
        new("POST", "schedules/{id}/resume"),
        new("POST", "schedules/{*destination}"),
        new("GET", "topics"),
        new("GET", "topics/{name}"),
        new("PATCH", "topics/{name}"),
        new("DELETE", "topics/{name}"),
        new("POST", "topics/{name}/endpoints"),
        new("DELETE", "topics/{name}/endpoints"),
        new("GET", "flowControl"),
        new("GET", "flowControl/{key}"),
        new("POST", "flowControl/{key}/pause"),
        new("POST", "flowControl/{key}/resume"),
        new("POST", "flowControl/{key}/pin"),
        new("POST", "flowControl/{key}/unpin"),
        new("POST", "flowControl/{key}/resetRate"),
        new("GET", "globalParallelism"),
    ];
}
