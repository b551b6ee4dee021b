using Company.Shop;
using QStash.Serverless.Lambda;

await OrdersFunction.Configure(QStashLambda.CreateBuilder()).RunAsync();
