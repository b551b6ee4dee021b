using System.Text.Json;
using System.Text.Json.Serialization;
using Amazon.Lambda.APIGatewayEvents;
using Amazon.Lambda.ApplicationLoadBalancerEvents;
using Amazon.Lambda.Core;

namespace QStash.Serverless.HostTests.Lambda.Amazon;

/// <summary>A gateway's events in Amazon's own types, read as Amazon's serializers read them.</summary>
internal static class AmazonRequests
{
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    internal static object Request(this LambdaGateway gateway, string pathAndQuery, IEnumerable<KeyValuePair<string, string>> headers, ReadOnlySpan<byte> body, string? contentType)
    {
        byte[] json = gateway.Event(pathAndQuery, headers, body, contentType);
        Type type = gateway.Kind switch
        {
            "load-balancer" => typeof(ApplicationLoadBalancerRequest),
            "rest-api" or "http-api-1" => typeof(APIGatewayProxyRequest),
            _ => typeof(APIGatewayHttpApiV2ProxyRequest),
        };
        return JsonSerializer.Deserialize(json, type, s_json)!;
    }

    internal static MemoryStream ToJson(ApplicationLoadBalancerResponse response) => new(JsonSerializer.SerializeToUtf8Bytes(response, s_json));
}

/// <summary>An invocation's context, of which only the time counts.</summary>
internal sealed class InvocationContext(TimeSpan remaining) : ILambdaContext
{
    public static InvocationContext OfAMinute => new(TimeSpan.FromMinutes(1));

    public TimeSpan RemainingTime => remaining;

    public string AwsRequestId => "a1b2c3d4-0000";

    public IClientContext ClientContext => null!;

    public string FunctionName => "orders";

    public string FunctionVersion => "1";

    public ICognitoIdentity Identity => null!;

    public string InvokedFunctionArn => "arn:aws:lambda:eu-central-1:123456789012:function:orders";

    public ILambdaLogger Logger => null!;

    public string LogGroupName => "orders";

    public string LogStreamName => "1";

    public int MemoryLimitInMB => 512;
}
