using Amazon.Lambda.Annotations;
using Microsoft.Extensions.DependencyInjection;

namespace Company.Shop;

[LambdaStartup]
public sealed class Startup
{
    public void ConfigureServices(IServiceCollection services) => OrdersFunction.Configure(services.AddQStashLambda());
}
