using System.Net;
using System.Text.Json.Serialization;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using QStash.Serverless;
using QStash.Serverless.AzureFunctions;

public sealed record Payment(decimal Amount);
public sealed record Mail(string To, string Text);
public sealed record Invoice(string OrderId, decimal Amount);
public sealed record CloseDay(string Region);

public sealed class PublishingFunctions
{
    [Function("order-paid")]
    [QStashOutput(UrlGroup = "mails", Delay = "%Mail:Delay%", Label = "paid, order-{id}", FlowControlKey = "mails", FlowControl = "rate=10, period=1m")]
    public IReadOnlyList<Mail> Paid([QStashTrigger("orders/{id}/paid")] Payment payment, string id) =>
    [
        new Mail("customer", $"Thank you for {payment.Amount}."),
        new Mail("warehouse", $"Send {id}."),
    ];

    [Function("order-shipped")]
    public Task<Shipped> ShippedAsync([QStashTrigger("orders/{id}/shipped")] Payment due, string id) => Task.FromResult(new Shipped
    {
        Result = QStashResult.Success($"{id} is on its way"),
        Invoice = due.Amount > 0 ? new Invoice(id, due.Amount) : null,                // null: nothing is published
        Reminder = new QStashMessage<Invoice>(Destination.UrlGroup("reminders"), new Invoice(id, due.Amount)) { Options = new() { Delay = TimeSpan.FromDays(14) } },
        Parcel = id,
    });

    [Function("close-day")]
    [QStashOutput(Url = "%PublicUrl%/api/days/close", Queue = "closing")]
    public CloseDay[] Close([TimerTrigger("0 0 2 * * *")] TimerInfo timer) => [new("EU"), new("US")];

    [Function("checkout")]
    public Checkout Checkout([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "checkout/{id}")] HttpRequestData request, string id)
    {
        HttpResponseData response = request.CreateResponse();
        response.StatusCode = HttpStatusCode.Accepted;
        return new Checkout { Response = response, Order = new Order(id, 42.5m) };
    }
}

public sealed class Shipped
{
    public QStashResult? Result { get; set; }                                         // what QStash is answered

    [QStashOutput(Url = "%Billing:Api%/invoices/{id}?of={messageId}", Method = "PUT", Connection = "Billing")]
    public Invoice? Invoice { get; set; }

    [QStashOutput(Retries = 5)]                                                       // a QStashMessage brings its own destination
    public QStashMessage<Invoice>? Reminder { get; set; }

    [QueueOutput("parcels")]                                                          // any other output binding of Azure Functions
    public string? Parcel { get; set; }
}

public sealed class Checkout
{
    [HttpResult]
    public HttpResponseData? Response { get; set; }                                   // or IActionResult, with ASP.NET Core integration

    [QStashOutput(Url = "%PublicUrl%/api/orders")]
    public Order? Order { get; set; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Order))]
[JsonSerializable(typeof(Receipt))]
[JsonSerializable(typeof(Payment))]
[JsonSerializable(typeof(Mail))]
[JsonSerializable(typeof(Invoice))]
[JsonSerializable(typeof(CloseDay))]
public sealed partial class ShopJson : JsonSerializerContext;
