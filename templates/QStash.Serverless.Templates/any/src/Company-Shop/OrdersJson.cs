using System.Text.Json;
using System.Text.Json.Serialization;

namespace Company.Shop;

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(Order))]
[JsonSerializable(typeof(Receipt))]
public sealed partial class OrdersJson : JsonSerializerContext;
