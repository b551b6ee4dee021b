using Amazon.Lambda.Annotations;
using Amazon.Lambda.Annotations.ALB;
using Amazon.Lambda.Annotations.APIGateway;
using Amazon.Lambda.APIGatewayEvents;
using Amazon.Lambda.ApplicationLoadBalancerEvents;
using Amazon.Lambda.Core;
using Amazon.Lambda.Serialization.SystemTextJson;
using Microsoft.Extensions.DependencyInjection;
using QStash.Serverless.Lambda;

[assembly: LambdaSerializer(typeof(DefaultLambdaJsonSerializer))]

namespace Shop;

[LambdaStartup]
public sealed class Startup
{
    public void ConfigureServices(IServiceCollection services)
    {
        services.AddQStashLambda().Map<Order, OrderHandler>("/orders").QStash.AddJson(ShopJson.Default);
    }
}

public sealed class OrderFunctions(QStashLambdaHandler qstash)
{
    [LambdaFunction]
    [HttpApi(LambdaHttpMethod.Post, "/orders")]
    public Task<IHttpResult> Orders(APIGatewayHttpApiV2ProxyRequest request, ILambdaContext context) => qstash.HandleAsync(request, context);

    [LambdaFunction]
    [FunctionUrl]
    public Task<IHttpResult> OrdersByUrl(APIGatewayHttpApiV2ProxyRequest request, ILambdaContext context) => qstash.HandleAsync(request, context);

    [LambdaFunction]
    [RestApi(LambdaHttpMethod.Post, "/orders")]
    public Task<IHttpResult> OrdersByRest(APIGatewayProxyRequest request, ILambdaContext context) => qstash.HandleAsync(request, context);

    [LambdaFunction]
    [ALBApi("arn:aws:elasticloadbalancing:eu-central-1:123456789012:listener/app/shop/1/2", "/orders", 1)]
    public Task<ApplicationLoadBalancerResponse> OrdersByLoadBalancer(ApplicationLoadBalancerRequest request, ILambdaContext context) => qstash.HandleAsync(request, context);
}
