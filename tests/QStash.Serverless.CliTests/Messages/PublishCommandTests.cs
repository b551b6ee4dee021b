using System.Text;
using System.Text.Json;

namespace QStash.Serverless.CliTests.Messages;

/// <summary><c>publish</c> and <c>enqueue</c>.</summary>
public sealed class PublishCommandTests : IAsyncLifetime
{
    private InProcess _tool = null!;

    public async Task InitializeAsync() => _tool = await InProcess.StartAsync();

    public async Task DisposeAsync() => await _tool.DisposeAsync();

    [Fact]
    public async Task Publish_DeliversBodyAndHeaders()
    {
        string output = await _tool.OutputAsync("publish", "https://shop.test/orders?a=1", "--body", """{"id":"o-1"}""", "--header", "X-Tenant: acme", "--method", "put");
        await _tool.QStash.DrainAsync(TimeSpan.FromSeconds(30));
        Assert.Matches(@"^msg_\S+(  https://shop\.test/orders\S*)?\n$", output);
        Assert.Equal(HttpMethod.Put, _tool.Shop.Last!.Value.Method);
        Assert.Equal("https://shop.test/orders?a=1", _tool.Shop.Last.Value.Url.AbsoluteUri);
        Assert.Equal("""{"id":"o-1"}""", _tool.Shop.Last.Value.Body);
        Assert.Equal("acme", _tool.Shop.Last.Value.Headers["X-Tenant"]);
        Assert.Equal("application/json", _tool.Shop.Last.Value.Headers["Content-Type"]);
    }

    [Theory]
    [InlineData("hello", "text/plain")]
    [InlineData("@not-a-file", "text/plain")]
    [InlineData("[1]", "application/json")]
    public async Task Body_TellsItsContentType(string body, string contentType)
    {
        await _tool.OutputAsync("publish", "https://shop.test/", "--body", body);
        await _tool.QStash.DrainAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(body, _tool.Shop.Last!.Value.Body);
        Assert.Equal(contentType, _tool.Shop.Last.Value.Headers["Content-Type"]);
    }

    [Fact]
    public async Task BodyOfFileOrInput_IsSentByteForByte()
    {
        _tool.Write("order.json", "{\n  \"id\": \"ü\"\n}\n");
        await _tool.OutputAsync("publish", "https://shop.test/", "--body-file", "order.json");
        await _tool.QStash.DrainAsync(TimeSpan.FromSeconds(30));
        Assert.Equal("{\n  \"id\": \"ü\"\n}\n", _tool.Shop.Last!.Value.Body);

        _tool.Input = Encoding.UTF8.GetBytes("from the input\n");
        await _tool.OutputAsync("publish", "https://shop.test/", "--body-file", "-");
        await _tool.QStash.DrainAsync(TimeSpan.FromSeconds(30));
        Assert.Equal("from the input\n", _tool.Shop.Last.Value.Body);
    }

    [Fact]
    public async Task EveryOption_IsQStashsOwn()
    {
        JsonElement receipt = await _tool.JsonAsync(
            "publish", "https://shop.test/orders", "--delay", "1h30m", "--timeout", "30s", "--retries", "5", "--retry-delay", "pow(2, retried) * 1000",
            "--callback", "https://shop.test/done", "--failure-callback", "https://shop.test/failed", "--label", "a", "--label", "b", "--flow-control-key", "mail",
            "--flow-control", "parallelism=3, rate=5, period=1m", "--deduplication-id", "once", "--raw-header", "Upstash-Callback-Retries: 0");
        string id = receipt.GetProperty("messages")[0].GetProperty("messageId").GetString()!;
        Assert.False(receipt.GetProperty("messages")[0].GetProperty("deduplicated").GetBoolean());

        JsonElement message = await _tool.JsonAsync("messages", "show", id);
        Assert.Equal(5, message.GetProperty("maxRetries").GetInt32());
        Assert.Equal("https://shop.test/done", message.GetProperty("callback").GetString());
        Assert.Equal("https://shop.test/failed", message.GetProperty("failureCallback").GetString());
        Assert.Equal("pow(2, retried) * 1000", message.GetProperty("retryDelayExpression").GetString());
        Assert.Equal("mail", message.GetProperty("flowControlKey").GetString());
        Assert.Equal(5400_000, message.GetProperty("notBefore").GetInt64() - message.GetProperty("createdAt").GetInt64());
        string shown = await _tool.OutputAsync("messages", "show", id);
        Assert.Matches(@"(?m)^retry delay {2,}pow\(2, retried\) \* 1000$", shown);
        Assert.Matches(@"(?m)^flow control {2,}mail: parallelism 3, rate 5 per 1m$", shown);

        Outcome again = await _tool.RunAsync("publish", "https://shop.test/orders", "--deduplication-id", "once");
        Assert.Equal(0, again.ExitCode);
        Assert.Contains($"{id}", again.Output, StringComparison.Ordinal);
        Assert.Contains("duplicate: nothing new was queued", again.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RedactedBody_IsHidden()
    {
        string id = (await _tool.JsonAsync("publish", "https://shop.test/", "--body", "secret", "--redact", "body", "--delay", "1h")).GetProperty("messages")[0].GetProperty("messageId").GetString()!;
        Assert.DoesNotContain("secret", (await _tool.JsonAsync("messages", "show", id)).GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Group_TellsEveryEndpointsMessage()
    {
        await _tool.OutputAsync("groups", "add", "shop.prod.receipts", "https://shop.test/a", "https://shop.test/b");
        string[] lines = (await _tool.OutputAsync("publish", "--group", "shop.prod.receipts", "--body", "x")).Trim().Split('\n');
        Assert.Equal(2, lines.Length);
        Assert.EndsWith("  https://shop.test/a", lines[0], StringComparison.Ordinal);
        Assert.EndsWith("  https://shop.test/b", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task NamesInTheEnvironment_ChangeNoName()
    {
        _tool.Variables["QSTASH_APP"] = "shop";
        _tool.Variables["QSTASH_ENV"] = "prod";
        await _tool.OutputAsync("enqueue", "orders", "https://shop.test/", "--delay", "1h");
        Assert.Equal("orders", (await _tool.JsonAsync("queues", "list"))[0].GetProperty("name").GetString());
        await _tool.OutputAsync("groups", "add", "receipts", "https://shop.test/in");
        await _tool.OutputAsync("publish", "--group", "receipts", "--flow-control-key", "mail", "--flow-control", "rate=1", "--delay", "1h");
        Assert.Equal("mail", (await _tool.JsonAsync("flow", "list"))[0].GetProperty("flowControlKey").GetString());
        Assert.Contains("that of QSTASH_APP and QSTASH_ENV is 'shop.prod.mail'", await _tool.RefusalAsync("queues", "show", "mail"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Enqueue_GoesThroughTheQueue()
    {
        string id = (await _tool.JsonAsync("enqueue", "orders", "https://shop.test/", "--body", "x", "--delay", "1h")).GetProperty("messages")[0].GetProperty("messageId").GetString()!;
        Assert.Matches(@"(?m)^queue {2,}orders$", await _tool.OutputAsync("messages", "show", id));
        Assert.Equal(1, (await _tool.JsonAsync("queues", "show", "orders")).GetProperty("lag").GetInt32());
    }

    [Fact]
    public async Task Cancel_TakesIdsFiltersOrEverything()
    {
        string Id(JsonElement receipt) => receipt.GetProperty("messages")[0].GetProperty("messageId").GetString()!;
        string first = Id(await _tool.JsonAsync("publish", "https://shop.test/a", "--delay", "1h"));
        await _tool.JsonAsync("publish", "https://shop.test/b", "--delay", "1h");
        await _tool.JsonAsync("publish", "https://shop.test/c", "--delay", "1h");

        Assert.Equal("1 message cancelled.\n", await _tool.OutputAsync("messages", "cancel", first));
        Assert.Contains("--yes", await _tool.RefusalAsync("messages", "cancel", "--destination", "https://shop.test/b"), StringComparison.Ordinal);
        Assert.Equal(1, (await _tool.JsonAsync("messages", "cancel", "--destination", "https://shop.test/b", "--yes")).GetProperty("cancelled").GetInt32());
        _tool.Answer = "y";
        Assert.Equal("1 message cancelled.\n", await _tool.OutputAsync("messages", "cancel", "--all"));
        Assert.Contains("Which ones? Give ids, or a filter such as --destination, or --all", await _tool.RefusalAsync("messages", "cancel"), StringComparison.Ordinal);
        Assert.Contains("exclude each other", await _tool.RefusalAsync("messages", "cancel", first, "--all"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Where to?", "publish")]
    [InlineData("give one of <url> and --group", "publish", "https://shop.test/", "--group", "g")]
    [InlineData("--delay is 'soon': Not a duration: ", "publish", "https://shop.test/", "--delay", "soon")]
    [InlineData("--retries is '-1': it must be a whole number of at least 0", "publish", "https://shop.test/", "--retries", "-1")]
    [InlineData("--retry-delay is '1 +':", "publish", "https://shop.test/", "--retry-delay", "1 +")]
    [InlineData("--flow-control is 'much':", "publish", "https://shop.test/", "--flow-control-key", "k", "--flow-control", "much")]
    [InlineData("--flow-control-key and --flow-control belong together", "publish", "https://shop.test/", "--flow-control-key", "k")]
    [InlineData("--method: 'BREW' is not one of GET", "publish", "https://shop.test/", "--method", "brew")]
    [InlineData("--header: 'Upstash-Delay' belongs to QStash", "publish", "https://shop.test/", "--header", "Upstash-Delay: 1s")]
    [InlineData("--timeout: it is 00:00:00, but must be at least 1 s. To send a value that is refused here, give 'Upstash-Timeout' with --raw-header", "publish", "https://shop.test/", "--timeout", "0s")]
    [InlineData("--callback: ", "publish", "https://shop.test/", "--callback", "/done")]
    [InlineData("--label: 'a,b' must be", "publish", "https://shop.test/", "--label", "a,b")]
    [InlineData("--header must be 'NAME: VALUE'", "publish", "https://shop.test/", "--header", "secret")]
    [InlineData("--body and --body-file exclude each other", "publish", "https://shop.test/", "--body", "x", "--body-file", "y")]
    [InlineData("--body-file 'none.json' cannot be read", "publish", "https://shop.test/", "--body-file", "none.json")]
    [InlineData("must start with http:// or https://", "publish", "shop.test/orders")]
    [InlineData("'my queue' is not a QStash name", "enqueue", "my queue", "https://shop.test/")]
    [InlineData("topic none not found", "publish", "--group", "none")]
    [InlineData("quota maxDelay", "publish", "https://shop.test/", "--delay", "9999d")]
    [InlineData("not on this machine", "publish", "https://shop.example.com/")]
    public async Task MessageThatCannotBe_IsExplained(string says, params string[] arguments)
    {
        string before = await _tool.StateAsync();
        string error = await _tool.RefusalAsync(arguments);
        Assert.Contains(says, error, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("secret", error, StringComparison.Ordinal);
        Assert.DoesNotContain("(Parameter", error, StringComparison.Ordinal);
        Assert.DoesNotContain("PublishOptions", error, StringComparison.Ordinal);
        Assert.Equal(before, await _tool.StateAsync());
    }
}
