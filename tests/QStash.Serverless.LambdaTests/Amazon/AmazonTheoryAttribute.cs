namespace QStash.Serverless.LambdaTests.Amazon;

/// <summary>
/// Runs where functions are at hand that were built against Amazon's real packages, which the build feed lacks. <c>QSTASH_AMAZON_APP</c> names the folder of
/// QStash.Serverless.LambdaAmazonApp.dll, built with <c>-p:VendorPackages=true</c>; <c>QSTASH_AMAZON_RUNTIME</c> Amazon.Lambda.RuntimeSupport as an executable, as
/// Lambda's managed runtime has it.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class AmazonTheoryAttribute : TheoryAttribute
{
    public AmazonTheoryAttribute()
    {
        if (App is null || Runtime is null)
        {
            Skip = "Needs Amazon's packages: set QSTASH_AMAZON_APP to the output folder of tests/QStash.Serverless.LambdaAmazonApp built with -p:VendorPackages=true, and QSTASH_AMAZON_RUNTIME to an Amazon.Lambda.RuntimeSupport.dll built as an executable.";
        }
    }

    internal static string? App { get; } = Environment.GetEnvironmentVariable("QSTASH_AMAZON_APP");

    internal static string? Runtime { get; } = Environment.GetEnvironmentVariable("QSTASH_AMAZON_RUNTIME");
}
