using System.Net;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using QStash.Serverless.AzureFunctions;

namespace QStash.Serverless.Tests.AzureFunctions.Outputs;

#pragma warning disable CA2243 // a UrlGroup or Url with tokens is no Uri yet

/// <summary>Functions that publish, with every kind of trigger, and with other outputs beside.</summary>
public sealed class PublishingFunctions
{
    [Function("timer")]
    [QStashOutput(UrlGroup = "days")]
    public async ValueTask<string[]> Timer([TimerTrigger("0 0 2 * * *")] TimerInfo timer)
    {
        await Task.Yield();
        return timer is { IsPastDue: true } ? throw new TimeoutException("too late") : ["EU", "US"];
    }

    [Function("queue")]
    public Task<Parcel> Queue([QueueTrigger("orders")] string order) => Task.FromResult(Parcel.Of(order));

    [Function("http")]
    public Checkout Http([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "checkout/{id}")] HttpRequestData request, string id)
    {
        ArgumentNullException.ThrowIfNull(request);
        HttpResponseData response = request.CreateResponse();
        response.StatusCode = HttpStatusCode.Accepted;
        response.Body.Write("thank you"u8);
        return new Checkout { Response = response, Order = id == "none" ? null : new Order(id, 1) };
    }

    [Function("http-value")]
    [QStashOutput(Url = "https://shop.example/orders/{id}")]
    public Order HttpValue([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "orders/{id}")] HttpRequestData request, string id) => new(id, 1);

    [Function("delivery")]
    public Shipment Delivery([QStashTrigger("parcels/{id}")] string order, string id) => new()
    {
        Result = order switch
        {
            "refused" => QStashResult.DeadLetter("refused"),
            "later" => QStashResult.Retry(),
            _ => QStashResult.Success($"shipped {id}"),
        },
        Label = order,
        Note = new QStashMessage<string>(Destination.UrlGroup("notes"), order),
    };
}

public sealed class Parcel
{
    [QStashOutput(UrlGroup = "receipts")]
    public Receipt? Receipt { get; set; }

    [QueueOutput("labels")]
    public string? Label { get; set; }

    internal static Parcel Of(string order) => order == "broken" ? throw new InvalidOperationException("broken") : new Parcel { Receipt = new(order), Label = order };
}

public sealed class Checkout
{
    [HttpResult]
    public HttpResponseData? Response { get; set; }

    [QStashOutput(Url = "https://shop.example/orders/{id}")]
    public Order? Order { get; set; }
}

public sealed class Shipment
{
    public QStashResult? Result { get; set; }

    [QueueOutput("labels")]
    public string? Label { get; set; }

    [QStashOutput]
    public QStashMessage<string>? Note { get; set; }
}
