using QStash.Serverless.Lambda;

namespace QStash.Serverless.HostTests.Lambda;

/// <summary>Which route of a function a path leads to.</summary>
public sealed class LambdaRoutingTests
{
    [Theory]
    [InlineData("/orders", "/orders", "")]
    [InlineData("/orders/", "/orders", "")]
    [InlineData("/ORDERS", "/orders", "")]
    [InlineData("/", "/", "")]
    [InlineData("", "/", "")]
    [InlineData("/orders/7", "/orders/{id}", "id=7")]
    [InlineData("/orders/a%2Fb%20c", "/orders/{id}", "id=a/b c")]
    [InlineData("/orders/latest", "/orders/latest", "")]
    [InlineData("/orders/7/lines/2", "/orders/{id}/lines/{line}", "id=7,line=2")]
    [InlineData("/files/a/b.txt", "/files/{*path}", "path=a/b.txt")]
    [InlineData("/files", "/files/{*path}", "path=")]
    [InlineData("/%C3%A7ay", "/çay", "")]
    public void Most_specific_template_wins_whatever_the_order(string path, string expected, string values)
    {
        string[] patterns = ["/files/{*path}", "/orders/{id}", "/orders/{id}/lines/{line}", "orders/latest", "/orders", "/", "/çay"];
        foreach (IEnumerable<string> order in (IEnumerable<string>[])[patterns, patterns.Reverse()])
        {
            RouteTable table = Table(order);
            DeliveryRoute? route = table.Find(path, out Dictionary<string, string>? found);

            Assert.Equal(expected.TrimStart('/'), route?.Name.TrimStart('/'));
            Assert.Equal(values, string.Join(',', (found ?? []).Select(static value => $"{value.Key}={value.Value}")));
        }
    }

    [Theory]
    [InlineData("/order")]
    [InlineData("/orders/7/lines")]
    [InlineData("//orders")]
    [InlineData("/orders//")]
    [InlineData("/x/orders")]
    public void Path_of_no_template_leads_nowhere(string path) =>
        Assert.Null(Table(["/orders", "/orders/{id}", "/orders/{id}/lines/{line}"]).Find(path, out _));

    [Fact]
    public void Rest_of_the_path_comes_last_of_all()
    {
        RouteTable table = Table(["{*path}", "/{tenant}/orders", "/acme/orders"]);

        Assert.Equal("/acme/orders", table.Find("/acme/orders", out _)!.Name);
        Assert.Equal("/{tenant}/orders", table.Find("/other/orders", out _)!.Name);
        Assert.Equal("{*path}", table.Find("/acme", out _)!.Name);
    }

    [Theory]
    [InlineData("/orders/{id:int}")]
    [InlineData("/orders/{id?}")]
    [InlineData("/orders/x{id}")]
    [InlineData("/{*path}/x")]
    [InlineData("/orders//x")]
    [InlineData("/orders?x=1")]
    [InlineData("/{}")]
    [InlineData("/{a}/{A}")]
    [InlineData("/orders/*")]
    public void Template_that_cannot_be_read_says_what_one_holds(string pattern) =>
        Assert.Contains("{name} for one segment", Assert.Throws<ArgumentException>(() => Table([pattern])).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("/orders/{id}", "/Orders/{number}")]
    [InlineData("orders", "/orders/")]
    [InlineData("{*a}", "/{*b}")]
    public void Templates_of_the_same_paths_are_refused(string one, string other) =>
        Assert.Contains(other, Assert.Throws<ArgumentException>(() => Table([one, other])).Message, StringComparison.Ordinal);

    private static RouteTable Table(IEnumerable<string> patterns)
    {
        RouteTable table = new();
        foreach (string pattern in patterns)
        {
            table.Add(pattern, DeliveryRoute.To(pattern, static (QStashDelivery _, CancellationToken _) => Task.FromResult(QStashResult.Success())));
        }

        return table;
    }
}
