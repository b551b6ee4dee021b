using System.Text.Json.Serialization;

namespace QStash.Serverless.DevServer.Store;

/// <summary>How names with values, and lists that become SQL sets, are written as text.</summary>
[JsonSerializable(typeof(Dictionary<string, string[]>))]
[JsonSerializable(typeof(IReadOnlyList<string>))]
internal sealed partial class StoreJson : JsonSerializerContext;
