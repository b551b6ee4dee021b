namespace QStash.Serverless.DevServer.Wire;

/// <summary>The routes under one prefix, such as <c>/v2/</c>.</summary>
/// <param name="Prefix">How their paths begin.</param>
/// <param name="Routes">The routes.</param>
/// <param name="LocalOnly">Whether only this machine may use them, and no web page.</param>
internal sealed record RouteTable(string Prefix, IReadOnlyList<Route> Routes, bool LocalOnly = false);
