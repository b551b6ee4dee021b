using Microsoft.Extensions.Hosting;
using QStash.Serverless.AzureApp;

// An app has one of these; this one has them all, so that each can be tried: AZUREAPP_STARTUP names it.
IHost app = Environment.GetEnvironmentVariable("AZUREAPP_STARTUP") switch
{
    "aspnetcore" => Startup.AspNetCore(args),
    "hostbuilder" => Startup.HostBuilder(),
    "hostbuilder-aspnetcore" => Startup.HostBuilderAspNetCore(),
    "missing" => Startup.Missing(args),
    "missing-aspnetcore" => Startup.MissingAspNetCore(args),
    "misordered" => Startup.Misordered(args),
    _ => Startup.Plain(args),
};
await app.RunAsync();
