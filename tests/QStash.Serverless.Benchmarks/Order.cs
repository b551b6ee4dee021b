using System.Text.Json;
using System.Text.Json.Serialization;

namespace QStash.Serverless.Benchmarks;

/// <summary>A payload as apps have them.</summary>
internal sealed record Order(int Id, string Customer, IReadOnlyList<OrderLine> Lines)
{
    /// <summary>An order whose JSON is close to this many bytes.</summary>
    internal static byte[] Json(Random random, int bytes)
    {
        List<OrderLine> lines = [];
        byte[] json;
        do
        {
            int missing = Math.Max(1, (bytes - 60) / 75 - lines.Count);
            for (int i = 0; i < missing; i++)
            {
                lines.Add(new OrderLine($"sku-{random.Next(100_000, 999_999)}", random.Next(1, 100), random.Next(1, 100_000) / 100m, random.Next(2) == 0));
            }

            json = JsonSerializer.SerializeToUtf8Bytes(new Order(random.Next(), "customer", lines), OrderJson.Default.Order);
        }
        while (json.Length < bytes * 9 / 10);
        return json;
    }
}

internal sealed record OrderLine(string Sku, int Quantity, decimal Price, bool IsGift);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(Order))]
internal sealed partial class OrderJson : JsonSerializerContext;
