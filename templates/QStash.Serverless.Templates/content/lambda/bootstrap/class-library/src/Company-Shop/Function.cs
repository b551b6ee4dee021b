using Amazon.Lambda.Core;
using QStash.Serverless.Lambda;

namespace Company.Shop;

/// <summary>What Lambda calls; its name is the handler in serverless.template.</summary>
public sealed class Function
{
    private readonly QStashLambdaHandler _qstash = OrdersFunction.Configure(QStashLambda.CreateBuilder()).Build();

    public Task<Stream> Handle(Stream lambdaEvent, ILambdaContext context) => _qstash.HandleAsync(lambdaEvent, context.RemainingTime);
}
