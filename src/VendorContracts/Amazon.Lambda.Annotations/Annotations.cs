// Amazon.Lambda.Annotations 2.3.0, https://github.com/aws/aws-lambda-dotnet/tree/master/Libraries/src/Amazon.Lambda.Annotations
namespace Amazon.Lambda.Annotations;

[AttributeUsage(AttributeTargets.Method)]
public class LambdaFunctionAttribute : Attribute
{
    public string ResourceName { get; set; }

    public uint Timeout { get; set; }

    public uint MemorySize { get; set; }
}

[AttributeUsage(AttributeTargets.Class)]
public class LambdaStartupAttribute : Attribute;

[AttributeUsage(AttributeTargets.Assembly)]
public class LambdaGlobalPropertiesAttribute : Attribute
{
    public bool GenerateMain { get; set; }

    public string Runtime { get; set; }
}

[AttributeUsage(AttributeTargets.Parameter)]
public class FromServicesAttribute : Attribute;
