using Company.Shop;
using QStash.Serverless.Lambda;

// On your machine: the same function over HTTP. Lambda calls the handler that is generated for Functions.Deliver instead.
await OrdersFunction.Configure(QStashLambda.CreateBuilder()).RunAsync();
