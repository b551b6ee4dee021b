using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
#if !PLAIN
using QStash.Serverless.AzureFunctions;
#endif

namespace QStash.Serverless.Benchmarks.AzureApp;

/// <summary>Functions that do nothing, and one that says how much the process has allocated.</summary>
public sealed class Functions
{
    /// <summary>The floor.</summary>
    [Function("http")]
    public HttpResponseData Http([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "http")] HttpRequestData request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return request.CreateResponse(HttpStatusCode.OK);
    }

#if !PLAIN
    /// <summary>The subject: the signature is verified and the payload read.</summary>
    [Function("qstash")]
    public void QStash([QStashTrigger("qstash")] QStashDelivery<Order> order)
    {
    }
#endif

    /// <summary>The bytes that the process has allocated since it started.</summary>
    [Function("allocated")]
    public async Task<HttpResponseData> AllocatedAsync([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "allocated")] HttpRequestData request)
    {
        ArgumentNullException.ThrowIfNull(request);
        HttpResponseData response = request.CreateResponse(HttpStatusCode.OK);
        await response.Body.WriteAsync(Encoding.ASCII.GetBytes(GC.GetTotalAllocatedBytes(precise: true).ToString(CultureInfo.InvariantCulture)));
        return response;
    }
}

/// <summary>The payload.</summary>
public sealed record Order(string Id, decimal Total, string Note);

/// <summary>Its metadata.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(Order))]
public sealed partial class OrderJson : JsonSerializerContext;
