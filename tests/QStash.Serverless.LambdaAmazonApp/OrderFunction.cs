using Amazon.Lambda.Core;
using QStash.Serverless.Lambda;

namespace Shop;

public sealed class OrderFunction() : QStashLambdaFunction<Order, OrderHandler>(static function => function.QStash.AddJson(ShopJson.Default))
{
    public Task<Stream> Handle(Stream lambdaEvent, ILambdaContext context) => HandleAsync(lambdaEvent, context.RemainingTime);
}
