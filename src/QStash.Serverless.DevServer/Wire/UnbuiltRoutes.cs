namespace QStash.Serverless.DevServer.Wire;

/// <summary>Rows of the endpoint index whose room does not exist yet: flow control (protocol 2.0.1).</summary>
internal static class UnbuiltRoutes
{
    public static IEnumerable<Route> All =>
    [
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
