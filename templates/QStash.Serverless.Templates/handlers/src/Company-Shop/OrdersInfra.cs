using QStash.Serverless.Infra;

namespace Company.Shop;

/// <summary>What QStash has to know of this app, beside the schedules that handlers declare themselves.</summary>
public sealed class OrdersInfra : IQStashInfra
{
    public void Declare(InfraBuilder infra)
    {
        infra.UrlGroup(Receipt.Group).Endpoint<ReceiptHandler>();
    }
}
