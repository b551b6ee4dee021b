using System.Text.Json.Serialization;
using Amazon.Lambda.APIGatewayEvents;

namespace Shop;

// One context an event source: Amazon's types have nested types of the same names.
[JsonSerializable(typeof(APIGatewayHttpApiV2ProxyRequest))]
[JsonSerializable(typeof(APIGatewayHttpApiV2ProxyResponse))]
public sealed partial class HttpEventJson : JsonSerializerContext;

[JsonSerializable(typeof(APIGatewayProxyRequest))]
[JsonSerializable(typeof(APIGatewayProxyResponse))]
public sealed partial class RestEventJson : JsonSerializerContext;
