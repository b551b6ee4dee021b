namespace QStash.Serverless.HostTests.AspNetCore;

public sealed class KestrelContract : HostContract
{
    protected override Task<IContractHost> StartAsync() => KestrelHost.StartAsync(Setup);
}
