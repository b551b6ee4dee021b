using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Hosting;

namespace QStash.Serverless.AzureApp;

/// <summary>The ways in which a function app starts, right and wrong.</summary>
internal static class Startup
{
    internal static IHost Plain(string[] args)
    {
        FunctionsApplicationBuilder builder = FunctionsApplication.CreateBuilder(args);
        builder.UseQStash().AddJson(ShopJson.Default).AddClient();
        return builder.Build();
    }

    internal static IHost AspNetCore(string[] args)
    {
        FunctionsApplicationBuilder builder = FunctionsApplication.CreateBuilder(args);
        builder.ConfigureFunctionsWebApplication();
        builder.UseQStash().AddJson(ShopJson.Default).AddClient();
        return builder.Build();
    }

    internal static IHost HostBuilder() => new HostBuilder()
        .ConfigureFunctionsWorkerDefaults(static worker => worker.UseQStash().AddJson(ShopJson.Default).AddClient())
        .Build();

    internal static IHost HostBuilderAspNetCore() => new HostBuilder()
        .ConfigureFunctionsWebApplication(static worker => worker.UseQStash().AddJson(ShopJson.Default).AddClient())
        .Build();

    /// <summary>Without UseQStash no QStash function may run.</summary>
    internal static IHost Missing(string[] args)
    {
        FunctionsApplicationBuilder builder = FunctionsApplication.CreateBuilder(args);
        builder.AddQStash().AddJson(ShopJson.Default).AddClient();
        return builder.Build();
    }

    /// <summary>The same in the ASP.NET Core mode.</summary>
    internal static IHost MissingAspNetCore(string[] args)
    {
        FunctionsApplicationBuilder builder = FunctionsApplication.CreateBuilder(args);
        builder.AddQStash().AddJson(ShopJson.Default).AddClient();
        builder.ConfigureFunctionsWebApplication();
        return builder.Build();
    }

    /// <summary>UseQStash has to follow ConfigureFunctionsWebApplication.</summary>
    internal static IHost Misordered(string[] args)
    {
        FunctionsApplicationBuilder builder = FunctionsApplication.CreateBuilder(args);
        builder.UseQStash().AddJson(ShopJson.Default).AddClient();
        builder.ConfigureFunctionsWebApplication();
        return builder.Build();
    }
}
