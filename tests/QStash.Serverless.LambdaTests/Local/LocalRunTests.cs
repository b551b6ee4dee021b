using QStash.Serverless.Lambda.Local;

namespace QStash.Serverless.LambdaTests.Local;

/// <summary>Where a function is served outside Lambda.</summary>
public sealed class LocalRunTests
{
    [Theory]
    [InlineData("app", null, "127.0.0.1:5000")]
    [InlineData("app", "", "127.0.0.1:5000")]
    [InlineData("app --urls http://localhost:5001", "http://localhost:5002", "127.0.0.1:5001")]
    [InlineData("app --urls=http://127.0.0.1:5001/", null, "127.0.0.1:5001")]
    [InlineData("app", "http://[::1]:5002", "[::1]:5002")]
    [InlineData("app", "https://localhost:7001;http://localhost:5003", "127.0.0.1:5003")]
    public void Urls_AreReadAsElsewhereInDotnet(string commandLine, string? variable, string endpoint) =>
        Assert.Equal(endpoint, LocalRun.Endpoint(commandLine.Split(' '), variable).ToString());

    [Theory]
    [InlineData("app --urls", null, "--urls is ''")]
    [InlineData("app --urls nonsense", null, "--urls is 'nonsense'; write where")]
    [InlineData("app", "https://localhost:7001", "ASPNETCORE_URLS is 'https://localhost:7001'; write where")]
    [InlineData("app", "http://localhost:5000/shop", "write where")]
    [InlineData("app", "http://0.0.0.0:5000", "to this machine only")]
    [InlineData("app", "http://*:5000", "write where")]
    [InlineData("app", "http://shop.example:5000", "to this machine only")]
    public void UrlsThatAreNotOfThisMachine_AreRefused(string commandLine, string? variable, string message) =>
        Assert.Contains(message, Assert.Throws<InvalidOperationException>(() => LocalRun.Endpoint(commandLine.Split(' '), variable)).Message, StringComparison.Ordinal);
}
