namespace QStash.Serverless.HostTests.Lambda.Amazon;

/// <summary>The contract in functions written with Amazon's annotations.</summary>
public abstract class AnnotationsContract(LambdaGateway gateway) : HostContract
{
    protected override Task<IContractHost> StartAsync() => AnnotationsHost.StartAsync(Setup, gateway);
}

public sealed class AnnotationsFunctionUrlContract() : AnnotationsContract(LambdaGateway.FunctionUrl);

public sealed class AnnotationsHttpApiContract() : AnnotationsContract(LambdaGateway.HttpApi with { IsBase64 = true, Stage = "prod" });

public sealed class AnnotationsHttpApi1Contract() : AnnotationsContract(LambdaGateway.HttpApi1 with { IsMultiValue = true });

public sealed class AnnotationsRestApiContract() : AnnotationsContract(LambdaGateway.RestApi with { IsMultiValue = true, IsBase64 = true });

public sealed class AnnotationsLoadBalancerContract() : AnnotationsContract(LambdaGateway.LoadBalancer with { IsMultiValue = true });

public sealed class AnnotationsLoadBalancerSingleValueContract() : LoadBalancerLastValueContract(LambdaGateway.LoadBalancer)
{
    protected override Task<IContractHost> StartAsync() => AnnotationsHost.StartAsync(Setup, LambdaGateway.LoadBalancer);
}
