using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using QStash.Serverless.AzureFunctions;

namespace QStash.Serverless.HostTests.AzureFunctions;

/// <summary>What the harness does as the worker and the host do, so that a test with it says something about the app.</summary>
public sealed class HarnessTests : FunctionsTest
{
    [Theory]
    [InlineData("/api/items/7", "number 7")]
    [InlineData("/api/items/seven", "name seven")]
    [InlineData("/api/items/new", "new")]
    [InlineData("/api/items", "rest ")]
    [InlineData("/api/items/a/b", "rest a/b")]
    [InlineData("/API/Items/NEW", "new")]
    public async Task Request_goes_to_the_most_specific_route(string path, string seen)
    {
        await StartAsync(typeof(Routes));

        Assert.Equal(200, (await DeliverAsync(Delivery(path))).Status);
        Assert.Equal(seen, Assert.Single(Seen));
    }

    [Theory]
    [InlineData("/items/7")]
    [InlineData("/api/other")]
    [InlineData("/apiitems/7")]
    public async Task No_route_fits_404(string path)
    {
        await StartAsync(typeof(Routes));

        Assert.Equal(404, (await DeliverAsync(Delivery(path))).Status);
    }

    [Fact]
    public async Task Http_client_of_the_app_sends_and_receives_everything()
    {
        await StartAsync(typeof(Routes));
        using HttpClient client = new(App.CreateHandler());
        using HttpRequestMessage request = new(HttpMethod.Get, Site + "/api/hello");
        request.Headers.Add("X-Name", "Ada");

        using HttpResponseMessage response = await client.SendAsync(request);

        Assert.Equal(418, (int)response.StatusCode);
        Assert.Equal("Ada", response.Headers.GetValues("X-Name").Single());
        Assert.Equal("text/plain", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal("hello", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Function_with_another_trigger_gets_its_argument_and_returns_its_output()
    {
        await StartAsync(typeof(Routes));

        Assert.Equal("got it", (await App.InvokeAsync("queue", "it"))["$return"]);
    }

    [Fact]
    public async Task Unknown_function_is_refused_with_the_names_there_are()
    {
        await StartAsync(typeof(Routes));

        ArgumentException exception = await Assert.ThrowsAsync<ArgumentException>(() => App.InvokeAsync("queu"));

        Assert.Contains("'queu'", exception.Message, StringComparison.Ordinal);
        Assert.Contains("hello", exception.Message, StringComparison.Ordinal);
    }

    private sealed class Routes(List<string> seen)
    {
        [Function("number")]
        public void Number([QStashTrigger("items/{number:int}")] QStashDelivery delivery, int number) => seen.Add($"number {number}");

        [Function("name")]
        public void Name([QStashTrigger("items/{name:alpha}")] QStashDelivery delivery, string name) => seen.Add($"name {name}");

        [Function("new")]
        public void New([QStashTrigger("items/new")] QStashDelivery delivery) => seen.Add("new");

        [Function("rest")]
        public void Rest([QStashTrigger("items/{*rest}")] QStashDelivery delivery, string? rest) => seen.Add($"rest {rest}");

        [Function("hello")]
        public static async Task<HttpResponseData> Hello([HttpTrigger(AuthorizationLevel.Anonymous, "get")] HttpRequestData request)
        {
            HttpResponseData response = request.CreateResponse();
            response.StatusCode = (System.Net.HttpStatusCode)418;
            response.Headers.Add("X-Name", request.Headers.GetValues("X-Name"));
            response.Headers.TryAddWithoutValidation("Content-Type", "text/plain");
            await response.Body.WriteAsync("hello"u8.ToArray());
            return response;
        }

        [Function("queue")]
        [QueueOutput("out")]
        public static string Queue([QueueTrigger("in")] string message) => "got " + message;
    }
}
