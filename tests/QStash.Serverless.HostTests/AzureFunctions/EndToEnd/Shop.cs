using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using QStash.Serverless.AzureFunctions;
using QStash.Serverless.DevServer;
using QStash.Serverless.Testing;

namespace QStash.Serverless.HostTests.AzureFunctions.EndToEnd;

public sealed record Order(string Id, decimal Total);

public sealed record Receipt(string OrderId);

/// <summary>What the functions were given, in the order in which they were.</summary>
public sealed class Seen
{
    private readonly ConcurrentQueue<string> _lines = new();

    public IReadOnlyList<string> Lines => [.. _lines];

    public void Add(string line) => _lines.Enqueue(line);
}

#pragma warning disable CA2243 // a Url with settings and tokens is no Uri yet
/// <summary>The functions under test.</summary>
public sealed class ShopFunctions(Seen seen)
{
    [Function("orders")]
    public Placed Place([QStashTrigger("orders/{region}")] QStashDelivery<Order> order, string region)
    {
        ArgumentNullException.ThrowIfNull(order);
        seen.Add($"order {order.Payload.Id} in {region}, attempt {order.Retried + 1}");
        return order.Payload switch
        {
            { Total: < 0 } => new Placed { Result = QStashResult.DeadLetter("a negative total"), Receipt = new(order.Payload.Id) },
            { Id: "passing" } when order.Retried == 0 => throw new TimeoutException("The stock service did not answer."),
            _ => new Placed { Result = QStashResult.Success(), Receipt = new(order.Payload.Id), Audit = $"{order.Payload.Id}: {order.Payload.Total}" },
        };
    }

    [Function("receipts")]
    public void Receipt([QStashTrigger("receipts/{region}")] Receipt receipt, string region) => seen.Add($"receipt {receipt?.OrderId} in {region}");

    [Function("close-day")]
    [QStashOutput(Url = "%PublicUrl%/receipts/eu")]
    public IReadOnlyList<Receipt> CloseDay([TimerTrigger("0 0 2 * * *")] TimerInfo timer) => [new("first"), new("second")];
}

/// <summary>The answer and the messages of an order.</summary>
public sealed class Placed
{
    public QStashResult? Result { get; set; }

    [QStashOutput(Url = "%PublicUrl%/receipts/{region}")]
    public Receipt? Receipt { get; set; }

    [QStashOutput(UrlGroup = "audit", Connection = "Audit")]
    public string? Audit { get; set; }
}

/// <summary>A local QStash on a clock of its own, and the functions behind real HTTP; the second account's publisher can be made to fail.</summary>
internal sealed class Shop : IAsyncDisposable
{
    private readonly DevServerClock _clock = new();
    private FunctionsFront? _front;

    internal QStashDevServer QStash { get; private set; } = null!;

    internal Seen Seen { get; } = new();

    internal FakeQStashPublisher Audit { get; } = new();

    internal CapturedLogs Logs { get; } = new();

    internal QStashFunctionsHarness Functions => _front!.Functions;

    internal static async Task<Shop> OpenAsync()
    {
        Shop shop = new();
        try
        {
            shop.QStash = await QStashDevServer.StartAsync(new() { TimeProvider = shop._clock });
            shop._front = await FunctionsFront.StartAsync(url => QStashFunctionsHarness.StartAsync(builder => shop.Configure(builder, url), typeof(ShopFunctions)));
            return shop;
        }
        catch
        {
            await shop.DisposeAsync();
            throw;
        }
    }

    /// <summary>Publishes an order as the app does, to be retried once after <paramref name="retryDelay"/>, and waits until everything due was attempted.</summary>
    internal async Task<string> OrderAsync(Order order, TimeSpan retryDelay)
    {
        PublishReceipt receipt = await Functions.Services.GetRequiredService<IQStashPublisher>().PublishAsync(
            Destination.Url($"{_front!.Url}/api/orders/eu"), order, new() { Retries = 1, RetryDelay = RetryDelayExpression.Constant(retryDelay) });
        await QStash.AdvanceAsync(TimeSpan.Zero);
        return receipt.MessageId;
    }

    /// <summary>QStash's events of some kinds, oldest first: what, where and, for errors, status.</summary>
    internal async Task<IReadOnlyList<string>> EventsAsync(params string[] states)
    {
        JsonElement answer = await GetAsync("/v2/events?order=earliestFirst");
        return [.. answer.GetProperty("events").EnumerateArray().Where(log => states.Contains(log.GetProperty("state").GetString())).Select(static log =>
            $"{log.GetProperty("state")} {new Uri(log.GetProperty("url").GetString()!).AbsolutePath}" + (log.TryGetProperty("responseStatus", out JsonElement status) && status.GetInt32() != 200 ? $" {status}" : ""))];
    }

    /// <summary>The dead letter queue: message, status and the function's word.</summary>
    internal async Task<IReadOnlyList<(string MessageId, int Status, string Reason)>> DeadLettersAsync()
    {
        JsonElement answer = await GetAsync("/v2/dlq");
        return [.. answer.GetProperty("messages").EnumerateArray().Select(static message =>
            (message.GetProperty("messageId").GetString()!, message.GetProperty("responseStatus").GetInt32(), message.TryGetProperty("responseBody", out JsonElement body) ? body.GetString()! : ""))];
    }

    public async ValueTask DisposeAsync()
    {
        if (QStash is not null)
        {
            await QStash.DisposeAsync();
        }

        if (_front is not null)
        {
            await _front.DisposeAsync();
        }
    }

    private void Configure(QStashFunctionsHarnessBuilder builder, string url)
    {
        builder.Configuration.AddInMemoryCollection(QStash.Settings!);
        builder.Configuration["PublicUrl"] = url + "/api";
        builder.Logging.AddProvider(Logs);
        builder.Services.AddSingleton<TimeProvider>(_clock).AddSingleton(Seen).AddKeyedSingleton<IQStashPublisher>("Audit", Audit);
        builder.UseQStash().AddClient();
    }

    private async Task<JsonElement> GetAsync(string path)
    {
        using HttpClient http = new() { DefaultRequestHeaders = { Authorization = new("Bearer", QStash.Token) } };
        return await http.GetFromJsonAsync<JsonElement>(new Uri(QStash.Url, path));
    }
}
