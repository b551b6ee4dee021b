using Company.Shop;
using QStash.Serverless.Lambda;

// On your machine: the same function over HTTP. Lambda calls Function.Handle instead.
await OrdersFunction.Configure(QStashLambda.CreateBuilder()).RunAsync();
