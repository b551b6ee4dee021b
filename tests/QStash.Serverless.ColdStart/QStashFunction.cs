using QStash.Serverless.Lambda;

namespace QStash.Serverless.ColdStart;

/// <summary>A function on this library and its own loop.</summary>
internal static class QStashFunction
{
    internal static Task RunAsync()
    {
        QStashLambdaBuilder function = QStashLambda.CreateBuilder();
        function.QStash.AddJson(OrderJson.Default);
        function.Map("/orders", static (QStashDelivery<Order> order, CancellationToken _) => Task.FromResult(order.Payload));
        return function.RunAsync();
    }
}
