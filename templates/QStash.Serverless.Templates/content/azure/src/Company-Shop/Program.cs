using Company.Shop;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Hosting;
using QStash.Serverless;

FunctionsApplicationBuilder builder = FunctionsApplication.CreateBuilder(args);
builder.UseQStash().AddJson(OrdersJson.Default).AddClient();
builder.Build().Run();
