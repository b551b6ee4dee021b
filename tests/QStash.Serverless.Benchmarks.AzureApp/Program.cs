using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Hosting;
#if !PLAIN
using Microsoft.Azure.Functions.Worker;
using QStash.Serverless.Benchmarks.AzureApp;
#endif

FunctionsApplicationBuilder builder = FunctionsApplication.CreateBuilder(args);
if (Environment.GetEnvironmentVariable("AZUREAPP_STARTUP") == "aspnetcore")
{
    builder.ConfigureFunctionsWebApplication();
}

#if !PLAIN
builder.UseQStash().AddJson(OrderJson.Default);
#endif
await builder.Build().RunAsync();
