using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Options;
using QStash.Serverless.Client;
using QStash.Serverless.Testing;

namespace QStash.Serverless.HostTests.FirstTenMinutes;

/// <summary>What is not set, or set wrongly.</summary>
public sealed class SettingsMistakes : Newcomer
{
    [Fact]
    public async Task No_keys() => Reads(
        (await Assert.ThrowsAnyAsync<Exception>(() => StartAsync(MapOrders, settings: []))).Message,
        "No QStash signing keys.", "QSTASH_CURRENT_SIGNING_KEY", "to the two keys of the QStash console; locally, to those that 'dotnet qstash dev' prints");

    [Fact]
    public async Task Keys_of_another_account()
    {
        Dictionary<string, string?> settings = Settings();
        settings["QSTASH_CURRENT_SIGNING_KEY"] = SignedDelivery.NewSigningKey();
        settings["QSTASH_NEXT_SIGNING_KEY"] = SignedDelivery.NewSigningKey();

        await OrderAsync(await StartAsync(MapOrders, settings) + "/orders");

        Reads(Log(), "WrongKey; 2 signing keys tried", "compare QStash:CurrentSigningKey and QStash:NextSigningKey (QSTASH_CURRENT_SIGNING_KEY, QSTASH_NEXT_SIGNING_KEY) with what its console, or `dotnet qstash dev`, shows");
    }

    [Fact]
    public async Task Keys_of_another_region()
    {
        string url = await StartAsync(MapOrders, new() { ["US_EAST_1_QSTASH_CURRENT_SIGNING_KEY"] = SignedDelivery.NewSigningKey() });
        using HttpClient http = new();

        await http.SendAsync(new SignedDelivery(url + "/orders", SignedDelivery.NewSigningKey()).WithJson("{}").ToRequest());

        Reads(Log(), "WrongKey", "its account or region (EU_CENTRAL_1) has other keys");
    }

    [Fact]
    public async Task Keys_cut_short_or_with_white_space()
    {
        Reads((await Assert.ThrowsAnyAsync<Exception>(() => StartAsync(MapOrders, new() { ["QSTASH_CURRENT_SIGNING_KEY"] = "sig_7kYjw" }))).Message, "Copy the whole key, with its sig_ prefix");
        Reads((await Assert.ThrowsAnyAsync<Exception>(() => StartAsync(MapOrders, new() { ["QSTASH_CURRENT_SIGNING_KEY"] = QStash.CurrentSigningKey + "\n" }))).Message, "white space around it", "Copy it without");
        Reads((await Assert.ThrowsAnyAsync<Exception>(() => StartAsync(MapOrders, new() { ["QSTASH_CURRENT_SIGNING_KEY"] = "" }))).Message, "empty or blank", "Remove the setting or fill in the key");
    }

    [Fact]
    public async Task Development_keys_in_production() => Reads(
        (await Assert.ThrowsAnyAsync<Exception>(() => StartAsync(MapOrders, environment: "Production"))).Message,
        "one of the published development keys", "Use the keys of your QStash account; on your own machine set DOTNET_ENVIRONMENT");

    [Fact]
    public async Task No_token() => Reads(
        (await Assert.ThrowsAsync<OptionsValidationException>(() => StartAsync(MapOrders, settings: [], configure: static builder => builder.AddQStash().AddClient()))).Message,
        "No QStash token. Set QStash:Token (or the variable QSTASH_TOKEN) to the token that the QStash console, or `dotnet qstash dev`, shows");

    [Theory]
    [InlineData("\"eyJVc2VySUQi\"")]
    [InlineData("eyJVc2VySUQi\n")]
    public async Task Token_with_a_quote_or_a_line_break(string token) => Reads(
        (await Assert.ThrowsAsync<OptionsValidationException>(() => StartAsync(MapOrders, new() { ["QSTASH_TOKEN"] = token }, configure: static builder => builder.AddQStash().AddClient()))).Message,
        "QSTASH_TOKEN", "has a character no bearer token has, such as white space or a quote: copy it again, without anything around it");

    [Fact]
    public async Task Wrong_token()
    {
        QStashClient stranger = new(new QStashClientOptions { Url = QStash.Url.ToString(), Token = "stranger" });

        Reads(
            (await Assert.ThrowsAsync<QStashApiException>(() => stranger.PublishAsync(Destination.Url("http://127.0.0.1:5000/orders"), "x"))).Message,
            "Check the token (QStash:Token or QSTASH_TOKEN) and the URL", "accepts only the token of its own region and account");
    }

    [Fact]
    public async Task Token_that_may_only_read()
    {
        QStashClient reader = new(new QStashClientOptions { Url = QStash.Url.ToString(), Token = QStash.Accounts[0].ReadOnlyToken! });

        Reads((await Assert.ThrowsAsync<QStashApiException>(() => reader.PublishAsync(Destination.Url("http://127.0.0.1:5000/orders"), "x"))).Message, "A read-only token can only read: use the account's full token");
    }

    [Fact]
    public async Task App_without_environment() => Reads(
        (await Assert.ThrowsAsync<OptionsValidationException>(() => StartAsync(MapOrders, new(Settings()) { ["QStash:App"] = "shop" }, configure: static builder => builder.AddQStash().AddClient()))).Message,
        "QStash:App (or the variable QSTASH_APP) is set and QStash:Env (or the variable QSTASH_ENV) is not. Set both");

    [Fact]
    public async Task Wrong_port_of_QStash()
    {
        QStashClient client = new(new QStashClientOptions { Url = "http://127.0.0.1:1", Token = "t", TransportRetries = { MaxAttempts = 1 } });

        Reads(
            (await Assert.ThrowsAsync<QStashApiException>(() => client.PublishAsync(Destination.Url("http://127.0.0.1:5000/orders"), "x"))).Message,
            "No answer from http://127.0.0.1:1", "Is QStash there? Check QStash:Url (or QSTASH_URL); the local one is started with `dotnet qstash dev`.");
    }

    [Fact]
    public void Url_without_its_scheme() => Reads(
        Assert.Throws<ArgumentException>(static () => new QStashClient(new QStashClientOptions { Url = "qstash.upstash.io", Token = "t" })).Message,
        "it must be an absolute http or https URL, such as https://qstash.upstash.io");
}
