using System.Text.Json;
using System.Text.Json.Serialization;
using QStash.Serverless.Cli.Demo.Orders;

namespace QStash.Serverless.Cli.Demo.App;

/// <summary>The JSON of the demo's payloads. What lacks a property is not an order.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, UseStringEnumConverter = true, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Order))]
[JsonSerializable(typeof(Invoice))]
internal sealed partial class DemoJson : JsonSerializerContext;
