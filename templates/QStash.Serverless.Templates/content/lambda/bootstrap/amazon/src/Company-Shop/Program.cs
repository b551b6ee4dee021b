using Amazon.Lambda.Core;
using Amazon.Lambda.RuntimeSupport;
using Company.Shop;
using QStash.Serverless.Lambda;

QStashLambdaBuilder function = OrdersFunction.Configure(QStashLambda.CreateBuilder());
if (Environment.GetEnvironmentVariable("AWS_LAMBDA_RUNTIME_API") is null)
{
    await function.RunAsync();      // not on Lambda: the same function, over HTTP
    return;
}

QStashLambdaHandler qstash = function.Build();
Amazon.Lambda.Core.SnapshotRestore.RegisterBeforeSnapshot(async () => await qstash.WarmUpAsync());

Func<Stream, ILambdaContext, Task<Stream>> handle = (lambdaEvent, context) => qstash.HandleAsync(lambdaEvent, context.RemainingTime);
await LambdaBootstrapBuilder.Create(handle).Build().RunAsync();
