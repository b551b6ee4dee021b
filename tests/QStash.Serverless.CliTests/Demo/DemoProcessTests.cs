using System.Text.RegularExpressions;

namespace QStash.Serverless.CliTests.Demo;

/// <summary><c>dotnet qstash demo</c>, run as its users run it.</summary>
public sealed class DemoProcessTests : IDisposable
{
    private const string Line = """{"sku":"MUG","quantity":2,"unitPrice":4.50}""";
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("an ASP.NET Core app")]
    [InlineData("an ASP.NET Core app", "--host", "aspnetcore")]
    [InlineData("a Lambda function", "--host", "lambda")]
    public async Task ShippedOrders_AllArriveAsPromised(string app, params string[] options)
    {
        await using Tool tool = Tool.Start(_folder.Path, ["demo", .. options]);

        Assert.True(await tool.EndAsync() == 0, tool.Output + tool.Errors);

        Assert.Empty(tool.Errors);
        Assert.Matches($@"(?m)^App +http://127\.0\.0\.1:\d+  /orders, /invoices, /failed: {app}$", tool.Output);
        Assert.Matches(@"(?m)^ +published +delivered +retried +dead-lettered +refused$", tool.Output);
        Assert.Matches(@"(?m)^total +44 +40 +4 +4 +2$", tool.Output);
        Assert.Matches(@"(?m)^expected +44 +40 +4 +4 +2$", tool.Output);
        Assert.Matches(@"(?m)^All \d+ expectations were observed in [\d.]+ s\.$", tool.Output);
        Assert.DoesNotContain('\u001b', tool.Output);
        Assert.False(Directory.Exists(DataFolder(tool)), "the temporary folder is still there");
    }

    [Fact]
    public async Task OtherOrders_AllArriveAsPromised()
    {
        string file = _folder.Write("mine.json", $$"""
            {"orders":[
              {"id":"Nr. 1/ä 🧾","customer":"Zoë","currency":"CHF","lines":[{{Line}}],"via":"enqueue","simulate":"malformed"},
              {"id":"2","customer":"Zoë","currency":"CHF","lines":[{{Line}}],"via":"enqueue","simulate":"transient"},
              {"id":"3","customer":"Zoë","currency":"CHF","lines":[{{Line}}],"via":"enqueue"}
            ]}
            """);
        await using Tool tool = Tool.Start(_folder.Path, "demo", "--input", file);

        Assert.True(await tool.EndAsync() == 0, tool.Output + tool.Errors);

        Assert.Matches(@"(?m)^total +5 +4 +1 +1 +2$", tool.Output);
        Assert.Matches(@"(?m)^ +\d+\.\d{3}  Nr\. 1/ä 🧾 +dead letter +callback names \S+: 489 ", tool.Output);
    }

    [Fact]
    public async Task UnreadableOrders_SayWhereOnTheErrorStream()
    {
        string file = _folder.Write("broken.json", "{\"orders\":[\n  {\"id\":\"a\",\"customer\":\"A\",\"currency\":\"EUR\",\"lines\":[],\"via\":\"fax\"}\n]}");
        await using Tool tool = Tool.Start(_folder.Path, "demo", "--input", file);

        Assert.Equal(1, await tool.EndAsync());

        Assert.Empty(tool.Output);
        Assert.Contains($"{file}:2:53: $.orders[0].lines: must be an array of at least one line, but is empty", tool.Errors, StringComparison.Ordinal);
        Assert.Contains($"{file}:2:62: $.orders[0].via: must be", tool.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TimeThatCannotSuffice_SaysWhatIsMissing()
    {
        // Its delay alone takes a second.
        string file = _folder.Write("late.json", $$"""{"orders":[{"id":"late-1","customer":"A","currency":"EUR","lines":[{{Line}}],"via":"delay"}]}""");
        await using Tool tool = Tool.Start(_folder.Path, "demo", "--input", file, "--timeout", "0.5");

        Assert.Equal(1, await tool.EndAsync());

        Assert.Contains("late-1: handled on the first attempt: no delivery reached its handler", tool.Errors, StringComparison.Ordinal);
        Assert.Contains("late-1: its invoice over 9.00 EUR delivered: no invoice arrived", tool.Errors, StringComparison.Ordinal);
        Assert.Matches(@"(?m)^expected +2 +2 +0 +0 +2$", tool.Output);
        Assert.DoesNotContain("were observed", tool.Output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(DataFolder(tool)), "the temporary folder is still there");
    }

    [PosixFact]
    public async Task CtrlCOnTheWay_CleansUpAndSaysSo()
    {
        string file = _folder.Write("late.json", $$"""{"orders":[{"id":"late-1","customer":"A","currency":"EUR","lines":[{{Line}}],"via":"delay"}]}""");
        await using Tool tool = Tool.Start(_folder.Path, "demo", "--input", file, "--keep");
        await tool.LineAsync("Orders ");

        tool.CtrlC();

        Assert.Equal(130, await tool.EndAsync());
        Assert.False(Directory.Exists(DataFolder(tool)), "the temporary folder is still there");
    }

    [PosixFact]
    public async Task Keep_LeavesBothRunning_AndItsCurlLineReachesTheApp()
    {
        string file = _folder.Write("one.json", $$"""{"orders":[{"id":"1","customer":"A","currency":"EUR","lines":[{{Line}}],"via":"publish"}]}""");
        await using Tool tool = Tool.Start(_folder.Path, "demo", "--input", file, "--keep");

        Assert.Contains("messageId", await CurlLine.SendAsync(await tool.LineAsync("curl ")), StringComparison.Ordinal);

        while (!tool.Output.Contains("INV-by-hand-1 over 9.00 EUR", StringComparison.Ordinal))
        {
            await tool.NewsAsync();
        }

        tool.CtrlC();
        Assert.Equal(130, await tool.EndAsync());
    }

    [Fact]
    public async Task Help_HasAnExample()
    {
        await using Tool tool = Tool.Start(_folder.Path, "demo", "--help");
        Assert.Equal(0, await tool.EndAsync());
        Assert.Contains("dotnet qstash demo --input orders.json", tool.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task HostThatIsNone_IsRefused()
    {
        await using Tool tool = Tool.Start(_folder.Path, "demo", "--host", "mainframe");
        Assert.Equal(1, await tool.EndAsync());
        Assert.Matches("'mainframe' not recognized(.|\n)*'aspnetcore'(.|\n)*'lambda'", tool.Errors);
    }

    [Fact]
    public async Task TimeoutThatIsNoTime_IsRefused()
    {
        await using Tool tool = Tool.Start(_folder.Path, "demo", "--timeout", "0");
        Assert.Equal(1, await tool.EndAsync());
        Assert.Contains("--timeout is '0'", tool.Errors, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private static string DataFolder(Tool tool)
    {
        Match match = Regex.Match(tool.Output, @"(?m)^QStash  \S+  SQLite in (.+)$");
        Assert.True(match.Success, tool.Output);
        return match.Groups[1].Value;
    }
}
