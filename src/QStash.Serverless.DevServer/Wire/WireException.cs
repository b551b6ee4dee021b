using System.Diagnostics.CodeAnalysis;

namespace QStash.Serverless.DevServer;

/// <summary>A request that is refused: becomes the status and the body <c>{"error":"..."}</c> (protocol 1.3) and rolls its transaction back.</summary>
[SuppressMessage("Design", "CA1064:Exceptions should be public", Justification = "It never leaves the server: the router turns it into a reply.")]
internal sealed class WireException(int status, string error, IReadOnlyDictionary<string, string>? headers = null) : Exception(error)
{
    public int Status { get; } = status;

    public IReadOnlyDictionary<string, string> Headers { get; } = headers ?? Wire.WireReply.NoHeaders;

    public static WireException BadRequest(string error) => new(400, error);

    public static WireException NotFound(string error) => new(404, error);

    /// <summary>A known part of QStash that this server does not have yet: refusing it loudly beats doing half of it.</summary>
    public static WireException NotBuilt(string what) => new(501, $"{what} is not built yet in this local QStash");
}
