using System.Text.Json.Nodes;

namespace QStash.Serverless.Tests.Deploy;

public sealed class CloudFormationTests
{
    private static readonly string[] s_settings =
        ["QSTASH_APP", "QSTASH_CURRENT_SIGNING_KEY", "QSTASH_ENV", "QSTASH_NEXT_SIGNING_KEY", "QSTASH_PUBLIC_BASE_URL", "QSTASH_TOKEN", "QSTASH_URL"];

    public static TheoryData<string> Templates => [DeployFiles.FunctionUrl, DeployFiles.HttpApi, DeployFiles.Cdk];

    [Theory]
    [MemberData(nameof(Templates))]
    public void Template_NeedsNothingThatNeedsItself(string file) => Assert.Empty(CloudFormation.Read(file).Cycle());

    [Theory]
    [MemberData(nameof(Templates))]
    public void Template_SpeaksOnlyOfWhatItDeclares(string file)
    {
        CloudFormation template = CloudFormation.Read(file);
        Assert.All(template.References(), name => Assert.True(template.Declares(name), name));
    }

    [Theory]
    [InlineData(DeployFiles.FunctionUrl, "!GetAtt FunctionUrl.FunctionUrl", "Function", "FunctionUrl")]
    [InlineData(DeployFiles.HttpApi, "!Sub 'https://${Api}.execute-api.${AWS::Region}.${AWS::URLSuffix}'", "Api", "Function")]
    public void BaseUrlFedIntoItsOwnFunction_IsACycle(string file, string url, params string[] cycle)
    {
        string text = DeployFiles.Text(file);
        string fed = text.Replace("!If [HasPublicBaseUrl, !Ref PublicBaseUrl, !Ref AWS::NoValue]", url, StringComparison.Ordinal);

        Assert.NotEqual(text, fed);
        Assert.Equal(cycle, new CloudFormation(DeployFiles.Parse(fed)).Cycle().Distinct().Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(DeployFiles.FunctionUrl)]
    [InlineData(DeployFiles.Cdk)]
    public void FunctionUrl_HasBothPermissionsItNeeds(string file)
    {
        CloudFormation template = CloudFormation.Read(file);
        (_, JsonObject url) = Assert.Single(template.OfType("AWS::Lambda::Url"));
        Assert.Equal("NONE", (string?)url["AuthType"]);
        JsonNode function = url["TargetFunctionArn"]!;

        JsonObject[] permissions = [.. template.OfType("AWS::Lambda::Permission").Select(static permission => permission.Properties)];
        JsonObject callTheUrl = new() { ["FunctionName"] = function.DeepClone(), ["Principal"] = "*", ["Action"] = "lambda:InvokeFunctionUrl", ["FunctionUrlAuthType"] = "NONE" };
        JsonObject invoke = new() { ["FunctionName"] = function.DeepClone(), ["Principal"] = "*", ["Action"] = "lambda:InvokeFunction", ["InvokedViaFunctionUrl"] = "true" };

        Assert.Equal(2, permissions.Length);
        Assert.Contains(permissions, permission => JsonNode.DeepEquals(callTheUrl, permission));
        Assert.Contains(permissions, permission => JsonNode.DeepEquals(invoke, permission));
    }

    [Fact]
    public void HttpApi_SendsEachPostToTheFunctionAsItCame()
    {
        CloudFormation template = CloudFormation.Read(DeployFiles.HttpApi);
        (string api, JsonObject settings) = Assert.Single(template.OfType("AWS::Serverless::HttpApi"));
        (_, JsonObject function) = Assert.Single(template.OfType("AWS::Serverless::Function"));
        (_, JsonNode? route) = Assert.Single(function["Events"]!.AsObject());

        Assert.Equal("HttpApi", (string?)route!["Type"]);
        Assert.Equal(("POST", "/{proxy+}", "2.0"), ((string?)route["Properties"]!["Method"], (string?)route["Properties"]!["Path"], (string?)route["Properties"]!["PayloadFormatVersion"]));
        Assert.Equal(api, (string?)route["Properties"]!["ApiId"]!["Ref"]);
        Assert.Empty(settings);                                                       // no authorizer, no stage in the path
    }

    [Theory]
    [MemberData(nameof(Templates))]
    public void Function_IsSetUpForQStash(string file)
    {
        JsonObject function = Function(file);
        JsonObject settings = function["Environment"]!["Variables"]!.AsObject();

        Assert.Equal(("dotnet10", "arm64"), ((string?)function["Runtime"], (string?)function["Architectures"]![0]));
        Assert.Equal(file == DeployFiles.Cdk ? s_settings.Where(static name => name != "QSTASH_PUBLIC_BASE_URL") : s_settings, settings.Select(static setting => setting.Key).Order(StringComparer.Ordinal));
        foreach (string secret in new[] { "QSTASH_TOKEN", "QSTASH_CURRENT_SIGNING_KEY", "QSTASH_NEXT_SIGNING_KEY" })
        {
            (_, string value) = Assert.Single(DeployFiles.Texts(settings[secret]));
            Assert.Matches(@"^\{\{resolve:secretsmanager:(\$\{QStashSecret\}|qstash):SecretString:" + secret + @"(::)?\}\}$", value);
        }
    }

    [Theory]
    [MemberData(nameof(Templates))]
    public void BaseUrl_IsPutOut(string file) => Assert.NotNull(CloudFormation.Read(file).Outputs["BaseUrl"]?["Value"]);

    private static JsonObject Function(string file)
    {
        CloudFormation template = CloudFormation.Read(file);
        return Assert.Single(template.OfType("AWS::Serverless::Function").Concat(template.OfType("AWS::Lambda::Function"))).Properties;
    }
}
