// Amazon.Lambda.Annotations 2.3.0, https://github.com/aws/aws-lambda-dotnet/tree/master/Libraries/src/Amazon.Lambda.Annotations
namespace Amazon.Lambda.Annotations.ALB;

[AttributeUsage(AttributeTargets.Method)]
public class ALBApiAttribute(string listenerArn, string pathPattern, int priority) : Attribute
{
    public string ListenerArn { get; set; } = listenerArn;

    public string PathPattern { get; set; } = pathPattern;

    public int Priority { get; set; } = priority;

    public bool MultiValueHeaders { get; set; }
}
