namespace QStash.Serverless.CliTests.Demo;

/// <summary>The demo with its app on Azure Functions: the same orders, the same promises.</summary>
public sealed class AzureDemoProcessTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task ShippedOrders_AllArriveAsPromised()
    {
        await using Tool demo = Tool.StartAzureDemo(_folder.Path);

        Assert.True(await demo.EndAsync() == 0, demo.Output + demo.Errors);

        Assert.Empty(demo.Errors);
        Assert.Matches(@"(?m)^App     http://127\.0\.0\.1:\d+/api  /orders, /invoices, /failed: an Azure Functions app$", demo.Output);
        Assert.Matches(@"(?m)^total +44 +40 +4 +4 +2$", demo.Output);
        Assert.Matches(@"(?m)^All \d+ expectations were observed in [\d.]+ s\.$", demo.Output);
    }

    [Fact]
    public async Task TimeThatCannotSuffice_SaysWhatIsMissing()
    {
        string file = _folder.Write("late.json", """{"orders":[{"id":"late-1","customer":"A","currency":"EUR","lines":[{"sku":"MUG","quantity":2,"unitPrice":4.50}],"via":"delay"}]}""");
        await using Tool demo = Tool.StartAzureDemo(_folder.Path, "--input", file, "--timeout", "0.5");

        Assert.Equal(1, await demo.EndAsync());

        Assert.Contains("late-1: its invoice over 9.00 EUR delivered: no invoice arrived", demo.Errors, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();
}
