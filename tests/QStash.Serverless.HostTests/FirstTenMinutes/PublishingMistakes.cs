using QStash.Serverless.Client;

namespace QStash.Serverless.HostTests.FirstTenMinutes;

/// <summary>Messages that are not accepted.</summary>
public sealed class PublishingMistakes : Newcomer
{
    [Fact]
    public async Task This_machine_for_the_hosted_QStash()
    {
        QStashClient hosted = new(new QStashClientOptions { Token = "t" });

        Reads(
            (await Assert.ThrowsAsync<ArgumentException>(() => hosted.PublishAsync(Destination.Url("http://localhost:5000/orders"), "x"))).Message,
            "is on this machine or a private network, which the hosted QStash cannot reach. For local work run `dotnet qstash dev` and set QSTASH_URL and QSTASH_TOKEN to what it prints");
    }

    [Fact]
    public async Task The_internet_for_the_local_QStash() => Reads(
        (await Assert.ThrowsAsync<QStashApiException>(() => Client.PublishAsync(Destination.Url("https://shop.example/orders"), "x"))).Message,
        "shop.example is not on this machine", "map the host to your app (--map, MapHost), or allow external destinations (--allow-external, AllowExternal)");

    [Fact]
    public void Destination_without_its_scheme() => Reads(
        Assert.Throws<ArgumentException>(static () => Destination.Url("localhost:5000/orders")).Message,
        "must start with http:// or https://. A URL group is not a URL: name it with UrlGroup.");

    [Fact]
    public async Task Url_group_that_has_no_endpoint() => Reads(
        (await Assert.ThrowsAsync<QStashApiException>(() => Client.PublishAsync(Destination.UrlGroup("receipts"), "x"))).Message,
        "topic receipts not found", "A URL group exists once it has an endpoint, and only in its own region: add an endpoint to it, or correct the name.");

    [Fact]
    public void Queue_with_a_character_that_names_lack() => Reads(
        Assert.Throws<ArgumentException>(static () => new QStashMessage<string>(Destination.UrlGroup("g"), "x") { Queue = "my orders" }).Message,
        "'my orders' is not a QStash name: use letters, digits, '_', '.' and '-' only, at least one.");

    [Fact]
    public async Task Null_for_a_payload() => Reads(
        (await Assert.ThrowsAsync<ArgumentNullException>(() => Client.PublishAsync(Destination.UrlGroup("g"), (string?)null))).Message,
        "A message carries a payload; for one without a body publish an empty byte array.");

    [Fact]
    public async Task Options_that_exclude_each_other() => Reads(
        (await Assert.ThrowsAsync<ArgumentException>(() => Client.PublishAsync(Destination.UrlGroup("g"), "x", new() { DeduplicationId = "a", ContentBasedDeduplication = true }))).Message,
        "it excludes ContentBasedDeduplication; set one of them.");
}
