using Microsoft.Extensions.Logging;

namespace QStash.Serverless.HostTests.AzureFunctions;

/// <summary>Requests as the host's messages bring them.</summary>
public class FunctionsContract : HostContract
{
    protected virtual bool HasAspNetCoreIntegration => false;

    protected override Task<IContractHost> StartAsync() => HarnessHost.StartAsync(Setup, HasAspNetCoreIntegration);

    /// <summary>The app's other functions need no keys: it starts, says so, and answers 503.</summary>
    protected override async Task AssertDoesNotReceiveAsync(string advice)
    {
        await using IContractHost host = await StartAsync();

        HostReply reply = await SendAsync(host, Delivery(host));

        Assert.Equal((503, "10", ""), (reply.Status, reply.Headers["Retry-After"], reply.Text));
        Assert.Contains(Setup.Logs.Lines, line => line.Level == LogLevel.Critical && line.Id.Name == "NoKeys" && line.Text.Contains(advice, StringComparison.Ordinal));
    }
}

/// <summary>Requests as they come over HTTP with ASP.NET Core integration.</summary>
public sealed class FunctionsWebApplicationContract : FunctionsContract
{
    protected override bool HasAspNetCoreIntegration => true;
}
