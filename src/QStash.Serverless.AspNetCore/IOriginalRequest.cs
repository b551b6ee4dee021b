using Microsoft.AspNetCore.Http;

namespace QStash.Serverless.AspNetCore;

/// <summary>
/// A request feature of hosts that make an HTTP request of something else and lose what the signature covers on the way: it tells QStash's endpoints what the request
/// was, and until when it must be answered.
/// </summary>
internal interface IOriginalRequest
{
    /// <summary>The request as the host got it, its body included.</summary>
    /// <param name="context">The request that was made of it.</param>
    /// <param name="routeValues">The values of the route template's parameters.</param>
    RawDelivery Read(HttpContext context, IReadOnlyDictionary<string, string> routeValues);
}
