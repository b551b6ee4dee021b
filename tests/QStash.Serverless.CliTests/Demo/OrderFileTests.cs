using System.Text;
using QStash.Serverless.Cli.Demo;
using QStash.Serverless.Cli.Demo.Orders;

namespace QStash.Serverless.CliTests.Demo;

public sealed class OrderFileTests
{
    private const string Line = """{ "sku": "MUG", "quantity": 2, "unitPrice": 4.50 }""";

    [Fact]
    public void ShippedFile_HoldsEveryWayAndEveryTrouble()
    {
        OrderFileContent file = OrderFile.Read(DemoCommand.ShippedOrders);

        Assert.Empty(file.Errors);
        Assert.True(file.Orders.Count >= 20, $"{file.Orders.Count} orders");
        Assert.Equal(Enum.GetValues<Via>(), file.Orders.Select(order => order.Via).Distinct().Order());
        Assert.Equal(Enum.GetValues<Simulation>(), file.Orders.Select(order => order.Simulate).OfType<Simulation>().Distinct().Order());
    }

    [Fact]
    public void Order_IsReadWithAllItHas()
    {
        PlacedOrder placed = Assert.Single(Read($$"""{"orders":[{"id":"№ 7/ä","customer":"Ada","currency":"EUR","lines":[{{Line}},{"sku":"T","quantity":1,"unitPrice":0}],"via":"enqueue","simulate":"transient"}]}""").Orders);

        Assert.Equal("№ 7/ä", placed.Id);
        Assert.Equal(("Ada", "EUR", 9.00m), (placed.Order.Customer, placed.Order.Currency, placed.Order.Total));
        Assert.Equal([new OrderLine("MUG", 2, 4.50m), new OrderLine("T", 1, 0m)], placed.Order.Lines);
        Assert.Equal((Via.Enqueue, Simulation.Transient, "orders-EUR"), (placed.Via, placed.Simulate, placed.Queue));
    }

    [Fact]
    public void ByteOrderMarkAndNullSimulation_AreNoErrors()
    {
        byte[] bytes = [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes($$"""{"orders":[{"id":"a","customer":"A","currency":"EUR","lines":[{{Line}}],"via":"publish","simulate":null}]}""")];

        OrderFileContent file = OrderFile.Parse(bytes, "f");

        Assert.Empty(file.Errors);
        Assert.Null(Assert.Single(file.Orders).Simulate);
    }

    [Theory]
    [InlineData("", "f.json:1:1: not JSON")]
    [InlineData("{", "f.json:1:2: not JSON")]
    [InlineData("{\n  \"orders\": [\n    { \"id\": }\n  ]\n}", "f.json:3:13: not JSON")]
    [InlineData("{\"orders\":[]} x", "f.json:1:15: not JSON")]
    [InlineData("{\n\"ä\": 'x' }", "f.json:2:6: not JSON")]
    public void TextThatIsNotJson_SaysWhere(string text, string expected)
    {
        string error = Assert.Single(Read(text).Errors);
        Assert.StartsWith(expected, error, StringComparison.Ordinal);
        Assert.DoesNotContain("LineNumber", error, StringComparison.Ordinal);
    }

    [Fact]
    public void BytesThatAreNotUtf8_SayWhere() =>
        Assert.Equal(["f.json:2:4: the text is not UTF-8."], OrderFile.Parse([.. "{\n\"äb"u8, 0xFF, .. "\":1}"u8], "f.json").Errors);

    [Fact]
    public void HalfACharacterInAnEscape_SaysWhere() =>
        Assert.Equal(["f.json:1:13: the text has an escape that is half a character."], Read("""{"orders": ["a\ud83dz"]}""").Errors);

    [Theory]
    [InlineData("[]", "f.json:1:1: $: must be an object with \"orders\", but is an array")]
    [InlineData("{}", "f.json:1:1: $: \"orders\" is missing")]
    [InlineData("""{"orders":[]}""", "f.json:1:11: $.orders: must be an array of at least one order, but is empty")]
    [InlineData("""{"orders":[7]}""", "f.json:1:12: $.orders[0]: must be an object with \"id\", \"customer\", \"currency\", \"lines\", \"via\", \"simulate\", but is 7")]
    [InlineData("""{"orders":[],"x":1}""", "f.json:1:14: $.x: is not known here; \"orders\" are")]
    public void FileOfAnotherShape_SaysWhere(string text, string expected) => Assert.Contains(expected, Read(text).Errors);

    [Theory]
    [InlineData("\"id\":\"a\"", "", "$.orders[0]: \"id\" is missing")]
    [InlineData("\"id\":\"a\"", "\"id\":\" \"", "$.orders[0].id: must be a text of 1 to 100 visible characters, but is \" \"")]
    [InlineData("\"id\":\"a\"", "\"id\":\"a\\u001b[2J\"", "$.orders[0].id: must be a text of 1 to 100 visible characters, but is \"a\\u001b[2J\"")]
    [InlineData("\"id\":\"a\"", "\"id\":\"a\",\"id\":\"b\"", "$.orders[0].id: is given twice")]
    [InlineData("\"customer\":\"A\"", "\"customer\":null", "$.orders[0].customer: must be a text of 1 to 100 visible characters, but is null")]
    [InlineData("\"EUR\"", "\"eur\"", "$.orders[0].currency: must be three capital letters, as in \"EUR\", but is \"eur\"")]
    [InlineData("\"via\":\"publish\"", "\"via\":\"carrier pigeon\"", "$.orders[0].via: must be \"publish\" or \"delay\" or \"batch\" or \"enqueue\", but is \"carrier pigeon\"")]
    [InlineData("\"via\":\"publish\"", "\"via\":\"Publish\"", "$.orders[0].via: must be \"publish\" or \"delay\" or \"batch\" or \"enqueue\", but is \"Publish\"")]
    [InlineData("\"via\":\"publish\"", "\"via\":\"publish\",\"simulate\":\"doom\"", "$.orders[0].simulate: must be \"transient\" or \"poison\" or \"malformed\", but is \"doom\"")]
    [InlineData("\"via\":\"publish\"", "\"via\":\"publish\",\"simulat\":\"poison\"", "$.orders[0].simulat: is not known here")]
    [InlineData("\"quantity\": 2", "\"quantity\": -2", "$.orders[0].lines[0].quantity: must be a whole number from 1 to 1000000, but is -2")]
    [InlineData("\"quantity\": 2", "\"quantity\": 0", "$.orders[0].lines[0].quantity: must be a whole number from 1 to 1000000, but is 0")]
    [InlineData("\"quantity\": 2", "\"quantity\": 1.5", "$.orders[0].lines[0].quantity: must be a whole number from 1 to 1000000, but is 1.5")]
    [InlineData("\"quantity\": 2", "\"quantity\": \"2\"", "$.orders[0].lines[0].quantity: must be a whole number from 1 to 1000000, but is \"2\"")]
    [InlineData("\"unitPrice\": 4.50", "\"unitPrice\": -0.01", "$.orders[0].lines[0].unitPrice: must be an amount from 0 to 1000000000 with at most 4 decimals, but is -0.01")]
    [InlineData("\"unitPrice\": 4.50", "\"unitPrice\": 1e99", "$.orders[0].lines[0].unitPrice: must be an amount from 0 to 1000000000 with at most 4 decimals, but is 1e99")]
    public void OrderThatBreaksARule_SaysWhereAndWhich(string right, string wrong, string expected)
    {
        string text = $$"""{"orders":[{"id":"a","customer":"A","currency":"EUR","lines":[{{Line}}],"via":"publish"}]}""";
        Assert.Empty(Read(text).Errors);

        string broken = text.Replace(right, wrong, StringComparison.Ordinal).Replace("{,", "{", StringComparison.Ordinal);

        string error = Assert.Single(Read(broken).Errors);
        Assert.Contains(": " + expected, error, StringComparison.Ordinal);
        Assert.Matches(@"^f\.json:1:\d+: ", error);
    }

    [Fact]
    public void OrderWithoutLines_IsRefused() => Assert.Equal(
        ["f.json:1:62: $.orders[0].lines: must be an array of at least one line, but is empty"],
        Read("""{"orders":[{"id":"a","customer":"A","currency":"EUR","lines":[],"via":"publish"}]}""").Errors);

    [Fact]
    public void SeveralErrors_AreAllToldInTheOrderOfTheFile()
    {
        string order = $$"""{"id":"a","customer":"A","currency":"EUR","lines":[{{Line}}],"via":"publish"}""";
        OrderFileContent file = Read("{\"orders\":[\n" + order + ",\n" + order.Replace("\"EUR\"", "\"€\"", StringComparison.Ordinal) + ",\n" + order.Replace("\"a\"", "\"b\"", StringComparison.Ordinal).Replace("publish", "x", StringComparison.Ordinal) + "]}");

        Assert.Empty(file.Orders);
        Assert.Collection(file.Errors,
            error => Assert.Equal("f.json:3:7: $.orders[1].id: \"a\" is the id of $.orders[0] already; every order needs its own", error),
            error => Assert.StartsWith("f.json:3:37: $.orders[1].currency:", error, StringComparison.Ordinal),
            error => Assert.StartsWith("f.json:4:", error, StringComparison.Ordinal));
    }

    [Fact]
    public void ManyErrors_EndWithTheirNumber()
    {
        OrderFileContent file = Read("{\"orders\":[" + string.Join(',', Enumerable.Repeat("1", 25)) + "]}");
        Assert.Equal(21, file.Errors.Count);
        Assert.Equal("... and 5 more", file.Errors[^1]);
    }

    [Fact]
    public void MissingFile_IsNamed()
    {
        string path = Path.Combine(AppContext.BaseDirectory, "no-such.json");
        Assert.Equal($"{path}: there is no such file; name one with --input FILE.", Assert.Single(OrderFile.Read(path).Errors));
    }

    [Fact]
    public void Directory_IsNamed() =>
        Assert.StartsWith($"{AppContext.BaseDirectory}: the file cannot be read: ", Assert.Single(OrderFile.Read(AppContext.BaseDirectory).Errors), StringComparison.Ordinal);

    private static OrderFileContent Read(string text) => OrderFile.Parse(Encoding.UTF8.GetBytes(text), "f.json");
}
