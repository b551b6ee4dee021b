using Amazon.CDK;
using Amazon.CDK.AWS.Lambda;
using Constructs;

namespace QStash.Deploy;

/// <summary>What a <see cref="QStashFunctionStack"/> is made of.</summary>
/// <param name="App">The app as in <c>--app</c> of <c>dotnet qstash</c>; publishers resolve logical names with it.</param>
/// <param name="Env">The environment as in <c>--env</c>.</param>
/// <param name="SecretName">The secret in Secrets Manager that holds QSTASH_TOKEN and the two signing keys as JSON.</param>
/// <param name="QStashUrl">QStash's URL in your region.</param>
/// <param name="PublicBaseUrl">The URL the public calls the function by; <see langword="null"/> for the Function URL itself.</param>
/// <param name="Handler">The assembly's name: an executable that ends with <c>RunAsync()</c>.</param>
/// <param name="CodeFolder">What <c>dotnet publish -c Release -r linux-arm64 --no-self-contained -o publish</c> wrote.</param>
public sealed record QStashFunction(string App, string Env, string SecretName, string QStashUrl, string? PublicBaseUrl, string Handler, string CodeFolder);

/// <summary>A QStash function behind a Lambda Function URL.</summary>
public sealed class QStashFunctionStack : Stack
{
    /// <summary>Makes the stack.</summary>
    public QStashFunctionStack(Construct scope, string id, QStashFunction settings)
        : base(scope, id)
    {
        Dictionary<string, string> environment = new()
        {
            ["QSTASH_APP"] = settings.App,
            ["QSTASH_ENV"] = settings.Env,
            ["QSTASH_URL"] = settings.QStashUrl,
            ["QSTASH_TOKEN"] = Secret(settings, "QSTASH_TOKEN"),
            ["QSTASH_CURRENT_SIGNING_KEY"] = Secret(settings, "QSTASH_CURRENT_SIGNING_KEY"),
            ["QSTASH_NEXT_SIGNING_KEY"] = Secret(settings, "QSTASH_NEXT_SIGNING_KEY"),
        };

        // Never the Function URL below: the URL needs the function, so the function cannot need the URL.
        if (settings.PublicBaseUrl is not null)
        {
            environment["QSTASH_PUBLIC_BASE_URL"] = settings.PublicBaseUrl;
        }

        Function function = new(this, "Function", new FunctionProps
        {
            Runtime = new Runtime("dotnet10", RuntimeFamily.DOTNET_CORE),
            Architecture = Architecture.ARM_64,
            Handler = settings.Handler,
            Code = Code.FromAsset(settings.CodeFolder),
            MemorySize = 512,
            Timeout = Duration.Seconds(30),
            Environment = environment,
        });

        // Anyone may call the URL, since QStash has no AWS identity; the function refuses what QStash has not signed. This adds the first of the two
        // permissions that a Function URL needs since October 2025, lambda:InvokeFunctionUrl.
        FunctionUrl url = function.AddFunctionUrl(new FunctionUrlOptions { AuthType = FunctionUrlAuthType.NONE });

        // The second. AddFunctionUrl adds it too from CDK 2.218.0: delete these lines there.
        CfnPermission invoke = new(this, "MayInvokeThroughTheUrl", new CfnPermissionProps
        {
            FunctionName = function.FunctionArn,
            Principal = "*",
            Action = "lambda:InvokeFunction",
        });
        invoke.AddPropertyOverride("InvokedViaFunctionUrl", true);

        _ = new CfnOutput(this, "BaseUrl", new CfnOutputProps
        {
            Description = "What --base-url of dotnet qstash takes",
            Value = settings.PublicBaseUrl ?? $"https://{Fn.Select(2, Fn.Split("/", url.Url))}",
        });
    }

    private static string Secret(QStashFunction settings, string field) =>
        SecretValue.SecretsManager(settings.SecretName, new SecretsManagerSecretOptions { JsonField = field }).UnsafeUnwrap();
}
