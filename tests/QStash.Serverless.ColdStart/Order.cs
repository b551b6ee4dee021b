using System.Text.Json;
using System.Text.Json.Serialization;

namespace QStash.Serverless.ColdStart;

internal sealed record Order(string Id, decimal Total);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(Order))]
internal sealed partial class OrderJson : JsonSerializerContext;
