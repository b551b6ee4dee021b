using Microsoft.Azure.Functions.Worker;
using QStash.Serverless.AzureFunctions;

namespace QStash.Serverless.HostTests.AzureFunctions;

public sealed class RoutePrefixTests : FunctionsTest
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("qstash-functions-");

    [Theory]
    [InlineData(null, "/api/orders")]
    [InlineData("""{"version":"2.0"}""", "/api/orders")]
    [InlineData("""{"extensions":{"http":{"routePrefix":""}}}""", "/orders")]
    [InlineData("""{"extensions":{"http":{"routePrefix":"v1/hooks"}}}""", "/v1/hooks/orders")]
    [InlineData("""
        // comments and commas at the end are allowed
        {"Extensions":{"HTTP":{"routeprefix":"/hooks/",}}}
        """, "/hooks/orders")]
    public async Task Prefix_of_host_json_stands_before_every_route(string? hostJson, string path)
    {
        await StartAsync(hostJson);

        Assert.Equal(200, (await DeliverAsync(Delivery(path))).Status);
    }

    [Fact]
    public async Task App_setting_overrides_host_json()
    {
        await StartAsync("""{"extensions":{"http":{"routePrefix":"hooks"}}}""", ("AzureFunctionsJobHost:extensions:http:routePrefix", "set"));

        Assert.Equal(200, (await DeliverAsync(Delivery("/set/orders"))).Status);
    }

    [Fact]
    public async Task Host_json_cannot_be_read_the_app_does_not_start_and_the_text_names_the_file()
    {
        InvalidOperationException exception = await Assert.ThrowsAsync<InvalidOperationException>(() => StartAsync("{"));

        Assert.Contains("host.json is not valid JSON", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://shop.example", "https://shop.example/api/orders", 200)]
    [InlineData("https://shop.example", "https://shop.example/orders", 200)]
    [InlineData("https://shop.example/api", "https://shop.example/api/orders", 200)]
    [InlineData("https://shop.example/hooks", "https://shop.example/hooks/orders", 200)]
    [InlineData("https://shop.example/hooks", "https://shop.example/hooks/api/orders", 200)]
    [InlineData("https://shop.example/hooks", "https://shop.example/api/orders", 401)]
    [InlineData("https://shop.example", "https://shop.example/api/api/orders", 401)]
    [InlineData("https://shop.example", "https://shop.azurewebsites.net/api/orders", 401)]
    public async Task Signed_URL_may_be_without_the_prefix_that_a_proxy_puts_before_it(string publicBaseUrl, string signedUrl, int status)
    {
        await StartAsync(null, ("QStash:PublicBaseUrl", publicBaseUrl));
        using HttpRequestMessage request = (Delivery("/api/orders") with { Url = signedUrl }).ToRequest();
        request.RequestUri = new Uri(Site + "/api/orders");

        Assert.Equal(status, (await App.SendAsync(request)).Status);
    }

    private async Task StartAsync(string? hostJson, params (string Name, string Value)[] settings)
    {
        if (hostJson is not null)
        {
            await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "host.json"), hostJson);
        }

        try
        {
            await StartAsync(
                builder =>
                {
                    builder.Configuration["FUNCTIONS_APPLICATION_DIRECTORY"] = _folder.FullName;
                    foreach ((string name, string value) in settings)
                    {
                        builder.Configuration[name] = value;
                    }
                },
                static (_, _) => { },
                typeof(Orders));
        }
        finally
        {
            _folder.Delete(recursive: true);
        }
    }

    private sealed class Orders
    {
        [Function("orders")]
        public static void Run([QStashTrigger] QStashDelivery delivery)
        {
        }
    }
}
