using System.Net;

namespace QStash.Serverless.Lambda.Local;

/// <summary>A request as it stood on the wire.</summary>
/// <param name="Method">The method.</param>
/// <param name="Target">Path and query, with the escapes as received.</param>
/// <param name="Protocol">HTTP/1.1 or HTTP/1.0.</param>
/// <param name="Headers">Every header line, in order.</param>
/// <param name="Body">The body, whole.</param>
/// <param name="Caller">Who sent it.</param>
internal sealed record LocalRequest(string Method, string Target, string Protocol, IReadOnlyList<KeyValuePair<string, string>> Headers, byte[] Body, IPEndPoint Caller);
