namespace QStash.Serverless.HostTests.Lambda.Amazon;

/// <summary>The contract in ASP.NET Core apps that Amazon's server calls.</summary>
public abstract class AspNetCoreServerContract(LambdaGateway gateway) : HostContract
{
    protected override async Task<IContractHost> StartAsync() => await AspNetCoreServerHost.StartAsync(Setup, gateway);
}

public sealed class AspNetCoreServerFunctionUrlContract() : AspNetCoreServerContract(LambdaGateway.FunctionUrl with { IsBase64 = true });

public sealed class AspNetCoreServerHttpApiContract() : AspNetCoreServerContract(LambdaGateway.HttpApi with { Stage = "prod" });

public sealed class AspNetCoreServerRestApiContract() : AspNetCoreServerContract(LambdaGateway.RestApi with { IsMultiValue = true });

public sealed class AspNetCoreServerLoadBalancerContract() : AspNetCoreServerContract(LambdaGateway.LoadBalancer with { IsMultiValue = true, IsBase64 = true });

public sealed class AspNetCoreServerLoadBalancerSingleValueContract() : LoadBalancerLastValueContract(LambdaGateway.LoadBalancer)
{
    protected override async Task<IContractHost> StartAsync() => await AspNetCoreServerHost.StartAsync(Setup, LambdaGateway.LoadBalancer);
}
