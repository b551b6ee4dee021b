//#if (!NoInfra)
using QStash.Serverless;

//#endif
namespace Company.Shop;

//#if (NoInfra)
public sealed record Receipt(string OrderId, decimal Total);
//#else
public sealed record Receipt(string OrderId, decimal Total)
{
    /// <summary>Who gets receipts; OrdersInfra declares it.</summary>
    public static readonly UrlGroup Group = new("receipts");
}
//#endif
