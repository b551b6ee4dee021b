using Amazon.Lambda.Annotations.APIGateway;
using Amazon.Lambda.APIGatewayEvents;
using Amazon.Lambda.ApplicationLoadBalancerEvents;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using QStash.Serverless.Lambda;

namespace QStash.Serverless.HostTests.Lambda.Amazon;

/// <summary>The contract's routes in a function written with Amazon's annotations, called as its generated handler calls it: typed requests in, results out.</summary>
internal sealed class AnnotationsHost(ServiceProvider services, LambdaGateway gateway) : IContractHost
{
    private QStashLambdaHandler Handler => services.GetRequiredService<QStashLambdaHandler>();

    public string Url => gateway.Url;

    public static async Task<IContractHost> StartAsync(ContractSetup setup, LambdaGateway gateway)
    {
        ServiceCollection services = new();
        services.AddSingleton<IHostEnvironment>(new LambdaEnvironment { EnvironmentName = setup.Environment });
        services.AddSingleton<IHostApplicationLifetime, LambdaLifetime>();
        services.AddLogging(logging => logging.AddProvider(setup.Logs));
        services.AddSingleton(setup.TimeProvider);
        QStashLambdaBuilder builder = services.AddQStashLambda(configuration: new ConfigurationBuilder().AddInMemoryCollection(setup.Settings).Build());
        setup.Configure(builder.QStash);
        foreach ((string pattern, DeliveryRoute route) in setup.Routes)
        {
            builder.Map(pattern, route);
        }

        ServiceProvider provider = services.BuildServiceProvider();
        try
        {
            // The generated class builds the function's class, which asks for the handler, when Lambda creates it.
            AnnotationsHost host = new(provider, gateway);
            _ = host.Handler;
            return host;
        }
        catch
        {
            await provider.DisposeAsync();
            throw;
        }
    }

    public async Task<HostReply> SendAsync(string pathAndQuery, IReadOnlyList<KeyValuePair<string, string>> headers, ReadOnlyMemory<byte> body, string? contentType)
    {
        switch (gateway.Request(pathAndQuery, headers, body.Span, contentType))
        {
            case ApplicationLoadBalancerRequest balanced:
                return LambdaHost.Read(AmazonRequests.ToJson(await Handler.HandleAsync(balanced, InvocationContext.OfAMinute)), gateway);
            case APIGatewayProxyRequest version1:
                IHttpResult result = await Handler.HandleAsync(version1, InvocationContext.OfAMinute);
                return Read(result, gateway.Kind == "rest-api" ? HttpResultSerializationOptions.ProtocolFormat.RestApi : HttpResultSerializationOptions.ProtocolFormat.HttpApi, HttpResultSerializationOptions.ProtocolVersion.V1);
            case APIGatewayHttpApiV2ProxyRequest version2:
                return Read(await Handler.HandleAsync(version2, InvocationContext.OfAMinute), HttpResultSerializationOptions.ProtocolFormat.HttpApi, HttpResultSerializationOptions.ProtocolVersion.V2);
            case var other:
                throw new InvalidOperationException($"{other.GetType()} is none of Amazon's requests.");
        }
    }

    public Task<HostReply> WhileStoppingAsync(Func<Task<HostReply>> send)
    {
        services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        return send();
    }

    public ValueTask DisposeAsync() => services.DisposeAsync();

    // The generated handler's last step. Results for payload 1.0 always have lists of values, as Amazon's own have.
    private HostReply Read(IHttpResult result, HttpResultSerializationOptions.ProtocolFormat format, HttpResultSerializationOptions.ProtocolVersion version)
    {
        HostReply reply = LambdaHost.Read(
            result.Serialize(new HttpResultSerializationOptions { Format = format, Version = version }),
            gateway with { IsMultiValue = version == HttpResultSerializationOptions.ProtocolVersion.V1 });
        Assert.Equal((int)result.StatusCode, reply.Status);
        return reply;
    }
}
