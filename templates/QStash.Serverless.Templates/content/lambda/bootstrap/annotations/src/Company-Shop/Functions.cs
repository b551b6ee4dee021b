using System.Text.Json.Serialization;
using Amazon.Lambda.Annotations;
using Amazon.Lambda.Annotations.APIGateway;
using Amazon.Lambda.APIGatewayEvents;
using Amazon.Lambda.Core;
using Amazon.Lambda.Serialization.SystemTextJson;
using Company.Shop;
using QStash.Serverless.Lambda;

[assembly: LambdaSerializer(typeof(SourceGeneratorLambdaJsonSerializer<EventJson>))]

namespace Company.Shop;

public sealed class Functions(QStashLambdaHandler qstash)
{
    [LambdaFunction(ResourceName = "Orders", MemorySize = 512, Timeout = 29)]
    [FunctionUrl]
    public Task<IHttpResult> Deliver(APIGatewayHttpApiV2ProxyRequest request, ILambdaContext context) => qstash.HandleAsync(request, context);
}

[JsonSerializable(typeof(APIGatewayHttpApiV2ProxyRequest))]
[JsonSerializable(typeof(APIGatewayHttpApiV2ProxyResponse))]
public sealed partial class EventJson : JsonSerializerContext;
