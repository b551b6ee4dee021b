using System.Text.Json;
using System.Text.Json.Serialization;

namespace QStash.Serverless.AzureApp;

/// <summary>An order that a customer has placed.</summary>
public sealed record Order(string Id, decimal Total);

/// <summary>What the customer gets for it.</summary>
public sealed record Receipt(string OrderId, decimal Total);

/// <summary>What is closed at the end of a day.</summary>
public sealed record CloseDay(string Region);

/// <summary>The metadata of every payload the app sends or receives.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(Order))]
[JsonSerializable(typeof(Receipt))]
[JsonSerializable(typeof(CloseDay))]
public sealed partial class ShopJson : JsonSerializerContext;
