using QStash.Serverless;
using QStash.Serverless.Lambda;

namespace Company.Shop;

public static class OrdersFunction
{
    public static QStashLambdaBuilder Configure(QStashLambdaBuilder function)
    {
        function.QStash.AddJson(OrdersJson.Default).AddClient();
        return function
            .Map<Order, OrderHandler>()
            //#if (NoInfra)
            .Map<Receipt, ReceiptHandler>();
            //#else
            .Map<Receipt, ReceiptHandler>()
            .Map<CloseDayHandler>();
            //#endif
    }
}
