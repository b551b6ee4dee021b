using Microsoft.AspNetCore.Builder;
using QStash.Serverless.Testing;

namespace QStash.Serverless.HostTests.FirstTenMinutes;

/// <summary>Deliveries that reach no handler.</summary>
public sealed class DeliveryMistakes : Newcomer
{
    [Fact]
    public async Task App_is_not_running()
    {
        await OrderAsync("http://127.0.0.1:1/orders");

        // The line of `dotnet qstash dev` adds what to do: see the tool's tests.
        Assert.Contains("no response: Connection refused", (await FailedAttemptAsync()).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Typo_in_the_route()
    {
        await OrderAsync(await StartAsync(MapOrders) + "/order");

        Assert.Equal(404, (await FailedAttemptAsync()).ResponseStatus);
    }

    [Fact]
    public async Task Other_method_than_the_routes()
    {
        await OrderAsync(await StartAsync(MapOrders) + "/orders", new() { Method = HttpMethod.Get });

        Assert.Equal(405, (await FailedAttemptAsync()).ResponseStatus);
    }

    [Fact]
    public async Task Redirect_to_https()
    {
        string url = await StartAsync(
            static app =>
            {
                app.UseHttpsRedirection();
                MapOrders(app);
            },
            configure: static builder => builder.Services.AddHttpsRedirection(static options => options.HttpsPort = 5001));

        await OrderAsync(url + "/orders");

        Assert.Equal(307, (await FailedAttemptAsync()).ResponseStatus);
    }

    [Fact]
    public async Task Public_base_URL_of_another_place()
    {
        string url = await StartAsync(MapOrders, new(Settings()) { ["QSTASH_PUBLIC_BASE_URL"] = "https://shop.example" });

        await OrderAsync(url + "/orders");

        Reads(Log(), "WrongUrl", $"Signed for {url}/orders", "QStash:PublicBaseUrl (QSTASH_PUBLIC_BASE_URL) is https://shop.example: it must be what the signed URL starts with");
    }

    [Fact]
    public async Task Proxy_that_changes_the_host()
    {
        string url = await StartAsync(MapOrders);
        using HttpClient proxy = new();
        using HttpRequestMessage request = new SignedDelivery("https://shop.example/orders", QStash.CurrentSigningKey).WithJson("""{"id":"o-1","quantity":1}""").ToRequest();
        request.RequestUri = new Uri(url + "/orders");

        await proxy.SendAsync(request);

        Reads(Log(), "WrongUrl", "Signed for https://shop.example/orders", "behind a proxy set QStash:PublicBaseUrl (QSTASH_PUBLIC_BASE_URL) to the public URL, or use forwarded headers");
    }

    [Fact]
    public async Task Something_rewrites_the_body()
    {
        string url = await StartAsync(MapOrders);
        using HttpClient http = new();

        await http.SendAsync(new SignedDelivery(url + "/orders", QStash.CurrentSigningKey).WithJson("""{"id":"o-1","quantity":1}""").Tampered().ToRequest());

        Reads(Log(), "BodyMismatch", "something in front of the app changed the body: let bodies pass as they are");
    }

    [Fact]
    public async Task Clock_that_is_off()
    {
        string url = await StartAsync(MapOrders);
        using HttpClient http = new();

        await http.SendAsync(new SignedDelivery(url + "/orders", QStash.CurrentSigningKey).WithJson("{}").Expired().ToRequest());

        Reads(Log(), "Expired", "compare the clocks; QStash:ClockSkew allows for up to 5 minutes");
    }

    [Fact]
    public async Task Somebody_tries_it_with_curl()
    {
        string url = await StartAsync(MapOrders);
        using HttpClient curl = new();
        using StringContent order = new("{}");

        HttpResponseMessage refused = await curl.PostAsync(new Uri(url + "/orders"), order);

        Assert.Equal(401, (int)refused.StatusCode);
        Reads(Log(), "Missing", "Only QStash can call this endpoint: publish a message to it, as with the line that `dotnet qstash dev` prints");
    }

    [Fact]
    public async Task Body_that_is_not_the_payload()
    {
        string url = await StartAsync(MapOrders);

        await Client.PublishAsync(Destination.Url(url + "/orders"), "an order, please", new() { Retries = 0 });
        await QStash.DrainAsync(TimeSpan.FromSeconds(60));

        Reads(Log(), "has an unreadable payload (DeadLetter): The payload cannot be read as Purchase, line 1, byte 1");
    }
}
