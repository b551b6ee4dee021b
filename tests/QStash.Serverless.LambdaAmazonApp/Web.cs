using Amazon.Lambda.Serialization.SystemTextJson;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Shop;

internal static class Web
{
    internal static Task RunAsync(string source)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.AddQStash().AddJson(ShopJson.Default);
        AddLambda(builder.Services, Enum.Parse<LambdaEventSource>(source));

        WebApplication app = builder.Build();
        app.MapQStash<Order, OrderHandler>("/orders");
        return app.RunAsync();
    }

    private static void AddLambda(IServiceCollection services, LambdaEventSource source)
    {
        switch (source)
        {
            case LambdaEventSource.HttpApi:
                services.AddQStashLambdaHosting(LambdaEventSource.HttpApi, new SourceGeneratorLambdaJsonSerializer<HttpEventJson>());
                break;
            case LambdaEventSource.RestApi:
                services.AddQStashLambdaHosting(LambdaEventSource.RestApi, new SourceGeneratorLambdaJsonSerializer<RestEventJson>());
                break;
            default:
                services.AddQStashLambdaHosting(source);
                break;
        }
    }
}
