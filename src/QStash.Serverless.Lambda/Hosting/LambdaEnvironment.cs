using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Hosting;

namespace QStash.Serverless.Lambda;

/// <summary>Production on Lambda, which names every function; Development anywhere else.</summary>
internal sealed class LambdaEnvironment : IHostEnvironment
{
    internal const string FunctionNameVariable = "AWS_LAMBDA_FUNCTION_NAME";

    internal static bool IsLambda => !string.IsNullOrEmpty(FunctionName);

    private static string? FunctionName => Environment.GetEnvironmentVariable(FunctionNameVariable);

    public string EnvironmentName { get; set; } = IsLambda ? Environments.Production : Environments.Development;

    public string ApplicationName { get; set; } = IsLambda ? FunctionName! : AppDomain.CurrentDomain.FriendlyName;

    public string ContentRootPath { get; set; } = AppContext.BaseDirectory;

    public IFileProvider ContentRootFileProvider { get; set; } = new NullFileProvider();
}
