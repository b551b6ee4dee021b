using System.Diagnostics;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using QStash.Serverless.AzureFunctions;
using QStash.Serverless.Testing;

namespace QStash.Serverless.HostTests.FirstTenMinutes;

/// <summary>Handlers that are not reached, or not found.</summary>
public sealed class HandlerMistakes : Newcomer
{
    [Fact]
    public async Task AddQStash_is_missing() => Reads(
        (await Assert.ThrowsAnyAsync<Exception>(() => StartAsync(MapOrders, addQStash: false))).Message,
        "MapQStash(\"/orders\") needs QStash's services: call builder.AddQStash() before builder.Build().");

    [Fact]
    public async Task AddClient_is_missing()
    {
        string url = await StartAsync(static app => app.MapQStash("/orders", static (QStashDelivery<Purchase> _, CancellationToken _) =>
            Task.FromResult(QStashResult.Success(new QStashMessage<string>(Destination.UrlGroup("receipts"), "x")))));

        await OrderAsync(url + "/orders");

        Reads(Log(), "There are messages to publish, but no IQStashPublisher is registered. Call AddQStash().AddClient().");
    }

    [Fact]
    public async Task Route_is_mapped_twice() => Reads(
        (await Assert.ThrowsAnyAsync<Exception>(() => StartAsync(static app =>
        {
            MapOrders(app);
            MapOrders(app);
        }))).Message,
        "The route '/orders' is mapped twice with MapQStash for POST: give one of them another route, or other methods.");

    [Fact]
    public async Task JSON_metadata_is_missing_where_reflection_is_off()
    {
        string app = Path.Combine(AppContext.BaseDirectory, "QStash.Serverless.ReadmeApp");
        JsonNode runtime = JsonNode.Parse(await File.ReadAllTextAsync(app + ".runtimeconfig.json"))!;
        runtime["runtimeOptions"]!["configProperties"] = new JsonObject { ["System.Text.Json.JsonSerializer.IsReflectionEnabledByDefault"] = false };
        string trimmed = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.runtimeconfig.json");
        await File.WriteAllTextAsync(trimmed, runtime.ToJsonString());

        ProcessStartInfo start = new("dotnet", ["exec", "--runtimeconfig", trimmed, app + ".dll"]) { RedirectStandardError = true, RedirectStandardOutput = true };
        start.Environment["QSTASH_TOKEN"] = "t";
        start.Environment["QSTASH_CURRENT_SIGNING_KEY"] = SignedDelivery.NewSigningKey();
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        string errors = await process.StandardError.ReadToEndAsync().WaitAsync(TimeSpan.FromMinutes(2));
        await process.WaitForExitAsync();
        File.Delete(trimmed);

        Assert.NotEqual(0, process.ExitCode);
        Reads(errors + await output, "No JSON metadata for 'Order'. Add [JsonSerializable(typeof(Order))] to a JsonSerializerContext and pass it to AddQStash().AddJson(...).");
    }

    [Fact]
    public async Task Service_of_the_handler_is_not_registered()
    {
        await OrderAsync(await StartAsync(static app => app.MapQStash<Purchase, NeedyHandler>("/orders")) + "/orders");

        Reads(Log(), "the handler threw; QStash will retry.", "Unable to resolve service for type 'QStash.Serverless.HostTests.FirstTenMinutes.HandlerMistakes+Stock' while attempting to activate");
    }

    [Fact]
    public async Task Handler_returns_null()
    {
        await OrderAsync(await StartAsync(static app => app.MapQStash("/orders", static (QStashDelivery<Purchase> _, CancellationToken _) => Task.FromResult<QStashResult>(null!))) + "/orders");

        Reads(Log(), "The handler of '/orders' returned null; return a QStashResult.");
    }

    [Fact]
    public async Task UseQStash_is_missing() => Reads(
        (await Assert.ThrowsAsync<InvalidOperationException>(static () => QStashFunctionsHarness.StartAsync(static builder => builder.Services.AddQStash(builder.Configuration), typeof(Functions)))).Message,
        "UseQStash() is missing, so nothing would verify the deliveries or publish the outputs of: orders. Call it on the worker's builder");

    private static class Functions
    {
        [Function("orders")]
        public static void Orders([QStashTrigger("orders")] Purchase order)
        {
        }
    }

    private sealed class Stock;

    private sealed class NeedyHandler(Stock stock) : IQStashHandler<Purchase>
    {
        public Task<QStashResult> HandleAsync(QStashDelivery<Purchase> delivery, CancellationToken cancellationToken) => Task.FromResult(QStashResult.Success(stock.ToString()));
    }
}
