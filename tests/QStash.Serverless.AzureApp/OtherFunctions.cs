using System.Net;
using System.Text;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using QStash.Serverless.AzureFunctions;

namespace QStash.Serverless.AzureApp;

/// <summary>Functions with other triggers: some publish to QStash, some have nothing to do with it.</summary>
public sealed class OtherFunctions
{
    /// <summary>A timer that publishes one message for each region.</summary>
    [Function("close-day")]
    [QStashOutput(Url = "%PublicUrl%/api/days/close")]
    public IReadOnlyList<CloseDay> CloseDay([TimerTrigger("0 0 2 * * *")] TimerInfo timer)
    {
        ArgumentNullException.ThrowIfNull(timer);
        return timer.IsPastDue ? throw new InvalidOperationException("Too late to close the day.") : [new("EU"), new("US")];
    }

    /// <summary>Closes a region's day.</summary>
    [Function("day-closed")]
    public string DayClosed([QStashTrigger("days/close")] CloseDay day) => $"closed {day?.Region}";

    /// <summary>An HTTP function that publishes and answers.</summary>
    [Function("checkout")]
    public async Task<Checkout> CheckoutAsync([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "checkout/{id}")] HttpRequestData request, string id)
    {
        ArgumentNullException.ThrowIfNull(request);
        HttpResponseData response = request.CreateResponse(HttpStatusCode.Accepted);
        await response.Body.WriteAsync(Encoding.UTF8.GetBytes($"order {id}"));
        return new Checkout { Response = response, Placed = new(id, 12.5m) };
    }

    /// <summary>A plain HTTP function, which must stay as it is.</summary>
    [Function("health")]
    public async Task<HttpResponseData> HealthAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", "post", Route = "health")] HttpRequestData request)
    {
        ArgumentNullException.ThrowIfNull(request);
        using StreamReader body = new(request.Body);
        string text = await body.ReadToEndAsync();
        HttpResponseData response = request.CreateResponse(HttpStatusCode.OK);
        await response.Body.WriteAsync(Encoding.UTF8.GetBytes($"healthy {text}".TrimEnd()));
        return response;
    }

    /// <summary>A timer with another output, which must stay as it is.</summary>
    [Function("heartbeat")]
    [QueueOutput("heartbeats")]
    public string Heartbeat([TimerTrigger("0 */5 * * * *")] TimerInfo timer) => timer is { IsPastDue: true } ? "late" : "alive";
}

/// <summary>The reply and the message of a checkout.</summary>
public sealed class Checkout
{
    /// <summary>The reply.</summary>
    [HttpResult]
    public HttpResponseData? Response { get; set; }

    /// <summary>The message.</summary>
    [QStashOutput(Url = "%PublicUrl%/api/orders/placed", Label = "checkout")]
    public Order? Placed { get; set; }
}
