using QStash.Serverless;

namespace Company.Shop;

public sealed record Refund(string Id);

[QStashRoute("/refund-route")]
public sealed class RefundHandler : IQStashHandler<Refund>
{
    public Task<QStashResult> HandleAsync(QStashDelivery<Refund> delivery, CancellationToken cancellationToken)
    {
        return Task.FromResult(QStashResult.Success());
    }
}
