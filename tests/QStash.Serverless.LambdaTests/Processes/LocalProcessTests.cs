using System.Text.RegularExpressions;

namespace QStash.Serverless.LambdaTests.Processes;

/// <summary>The same function started outside Lambda, as <c>dotnet run</c> does.</summary>
public sealed partial class LocalProcessTests : IAsyncLifetime
{
    private Sandbox _sandbox = null!;

    public async Task InitializeAsync() => _sandbox = await Sandbox.StartAsync();

    public async Task DisposeAsync() => await _sandbox.DisposeAsync();

    [PosixFact]
    public async Task DotnetRun_ServesTheFunctionUntilCtrlC()
    {
        Subprocess function = _sandbox.StartLocally(["--urls", "http://localhost:0"]);
        string url = (await function.WaitForOutputAsync(Serving(), _sandbox.Patience)).Groups["url"].Value;

        string good = await _sandbox.PublishAsync($"{url}/orders", """{"id":"o-1","total":42.5}""");
        string poison = await _sandbox.PublishAsync($"{url}/orders", """{"id":"o-2","total":-1}""");

        await _sandbox.LoggedAsync(good, "DELIVERED");
        await _sandbox.LoggedAsync(poison, "FAILED");
        await function.WaitForOutputAsync(new Regex(@"Receipt for o-1: 42\.5"), _sandbox.Patience);
        function.CtrlC();
        Assert.Equal(0, await function.WaitForExitAsync(_sandbox.Patience));
    }

    [Fact]
    public async Task UrlOfAnotherMachine_IsRefused()
    {
        Subprocess function = _sandbox.StartLocally([], ("ASPNETCORE_URLS", "http://0.0.0.0:5000"));

        Assert.NotEqual(0, await function.WaitForExitAsync(_sandbox.Patience));
        Assert.Contains("ASPNETCORE_URLS is 'http://0.0.0.0:5000'; a function is served to this machine only", function.Output, StringComparison.Ordinal);
    }

    [GeneratedRegex(@"serving the function as a Function URL on (?<url>http://127\.0\.0\.1:\d+) until Ctrl\+C")]
    private static partial Regex Serving();
}
