namespace Company.Shop;

public sealed record Receipt(string OrderId, decimal Total);
