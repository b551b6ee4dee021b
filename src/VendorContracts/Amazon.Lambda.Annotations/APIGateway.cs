// Amazon.Lambda.Annotations 2.3.0, https://github.com/aws/aws-lambda-dotnet/tree/master/Libraries/src/Amazon.Lambda.Annotations
using System.Net;
using Amazon.Lambda.Core;

namespace Amazon.Lambda.Annotations.APIGateway;

[AttributeUsage(AttributeTargets.Method)]
public class HttpApiAttribute(LambdaHttpMethod method, string template) : Attribute
{
    public HttpApiVersion Version { get; set; } = HttpApiVersion.V2;

    public string Template { get; set; } = template;

    public LambdaHttpMethod Method { get; set; } = method;
}

[AttributeUsage(AttributeTargets.Method)]
public class RestApiAttribute(LambdaHttpMethod method, string template) : Attribute
{
    public string Template { get; set; } = template;

    public LambdaHttpMethod Method { get; set; } = method;
}

[AttributeUsage(AttributeTargets.Method)]
public class FunctionUrlAttribute : Attribute
{
    public FunctionUrlAuthType AuthType { get; set; } = FunctionUrlAuthType.NONE;
}

public enum LambdaHttpMethod
{
    Any,
    Get,
    Post,
    Put,
    Patch,
    Head,
    Delete,
    Options,
}

public enum HttpApiVersion
{
    V1,
    V2,
}

public enum FunctionUrlAuthType
{
    NONE,
    AWS_IAM,
}

public interface IHttpResult
{
    HttpStatusCode StatusCode { get; }

    Stream Serialize(HttpResultSerializationOptions options);

    IHttpResult AddHeader(string name, string value);
}

public class HttpResultSerializationOptions
{
    public ProtocolFormat Format { get; set; }

    public ProtocolVersion Version { get; set; }

    public ILambdaSerializer Serializer { get; set; }

    public enum ProtocolFormat
    {
        RestApi,
        HttpApi,
    }

    public enum ProtocolVersion
    {
        V1,
        V2,
    }
}
