using Microsoft.Azure.Functions.Worker;
using QStash.Serverless;
using QStash.Serverless.AzureFunctions;

namespace Company.Shop;

public sealed record Refund(string Id);

public sealed class RefundFunction
{
    [Function("refund-route")]
    public QStashResult Handle([QStashTrigger("refund-route")] QStashDelivery<Refund> delivery)
    {
        return QStashResult.Success();
    }
}
