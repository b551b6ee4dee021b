using Amazon.Lambda.Core;
using Amazon.Lambda.RuntimeSupport;
using QStash.Serverless.Lambda;

namespace Shop;

internal static class Bootstrap
{
    internal static async Task RunAsync()
    {
        QStashLambdaBuilder function = QStashLambda.CreateBuilder();
        function.QStash.AddJson(ShopJson.Default);
        QStashLambdaHandler qstash = function.Map<Order, OrderHandler>("/orders").Build();

        Amazon.Lambda.Core.SnapshotRestore.RegisterBeforeSnapshot(async () => await qstash.WarmUpAsync());

        Func<Stream, ILambdaContext, Task<Stream>> handle = (lambdaEvent, context) => qstash.HandleAsync(lambdaEvent, context.RemainingTime);
        await LambdaBootstrapBuilder.Create(handle).Build().RunAsync();
    }
}
