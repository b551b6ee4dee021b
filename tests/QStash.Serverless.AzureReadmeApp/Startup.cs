using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Hosting;
using QStash.Serverless;

public static class Shop
{
    public static void Configure<TBuilder>(TBuilder builder)
        where TBuilder : IHostApplicationBuilder, IFunctionsWorkerApplicationBuilder
    {
        builder.UseQStash().AddJson(ShopJson.Default).AddClient().AddClient("Billing");
    }
}

internal static class OtherStyle
{
    internal static IHost Build() =>
        new HostBuilder()
            .ConfigureFunctionsWebApplication(worker => worker.UseQStash().AddClient())
            .Build();
}
