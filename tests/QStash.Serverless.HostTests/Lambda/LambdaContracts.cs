using QStash.Serverless.Testing;

namespace QStash.Serverless.HostTests.Lambda;

/// <summary>The contract behind one gateway; its subclasses are the forms that events have.</summary>
public abstract class LambdaContract(LambdaGateway gateway) : HostContract
{
    protected override Task<IContractHost> StartAsync() => LambdaHost.StartAsync(Setup, gateway);
}

public sealed class FunctionUrlContract() : LambdaContract(LambdaGateway.FunctionUrl);

public sealed class FunctionUrlBase64Contract() : LambdaContract(LambdaGateway.FunctionUrl with { IsBase64 = true });

public sealed class HttpApiContract() : LambdaContract(LambdaGateway.HttpApi);

public sealed class HttpApiBase64OnAStageContract() : LambdaContract(LambdaGateway.HttpApi with { IsBase64 = true, Stage = "prod" });

public sealed class HttpApi1Contract() : LambdaContract(LambdaGateway.HttpApi1 with { IsMultiValue = true });

public sealed class HttpApi1SingleValueContract() : LambdaContract(LambdaGateway.HttpApi1);

public sealed class HttpApi1Base64Contract() : LambdaContract(LambdaGateway.HttpApi1 with { IsMultiValue = true, IsBase64 = true, Stage = "prod" });

public sealed class HttpApi1Base64SingleValueContract() : LambdaContract(LambdaGateway.HttpApi1 with { IsBase64 = true });

public sealed class RestApiContract() : LambdaContract(LambdaGateway.RestApi with { IsMultiValue = true });

public sealed class RestApiSingleValueContract() : LambdaContract(LambdaGateway.RestApi);

public sealed class RestApiBase64Contract() : LambdaContract(LambdaGateway.RestApi with { IsMultiValue = true, IsBase64 = true });

public sealed class RestApiBase64SingleValueContract() : LambdaContract(LambdaGateway.RestApi with { IsBase64 = true });

public sealed class LoadBalancerContract() : LambdaContract(LambdaGateway.LoadBalancer with { IsMultiValue = true });

public sealed class LoadBalancerBase64Contract() : LambdaContract(LambdaGateway.LoadBalancer with { IsMultiValue = true, IsBase64 = true });

/// <summary>With multi-value headers off, a load balancer keeps the last of several values: a repeated signature arrives as one.</summary>
public abstract class LoadBalancerLastValueContract(LambdaGateway gateway) : LambdaContract(gateway)
{
    public override async Task Signature_is_repeated_401()
    {
        string wrong = SignedDelivery.NewSigningKey();
        HostReply lastIsGenuine = await DeliverAsync(static (_, _, _) => Task.FromResult(QStashResult.Success()), delivery => delivery with { Headers = [new(QStashHeaders.Signature, (delivery with { SigningKey = wrong }).Sign())] });
        HostReply lastIsForged = await DeliverAsync(static (_, _, _) => Task.FromResult(QStashResult.Success()), delivery => delivery with { SigningKey = wrong, Headers = [new(QStashHeaders.Signature, delivery.Sign())] });

        Assert.Equal((200, 401), (lastIsGenuine.Status, lastIsForged.Status));
    }
}

public sealed class LoadBalancerSingleValueContract() : LoadBalancerLastValueContract(LambdaGateway.LoadBalancer);

public sealed class LoadBalancerBase64SingleValueContract() : LoadBalancerLastValueContract(LambdaGateway.LoadBalancer with { IsBase64 = true });
