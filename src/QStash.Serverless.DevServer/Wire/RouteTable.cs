namespace QStash.Serverless.DevServer.Wire;

/// <summary>The routes under one prefix, such as <c>/v2/</c>.</summary>
internal sealed record RouteTable(string Prefix, IReadOnlyList<Route> Routes);
