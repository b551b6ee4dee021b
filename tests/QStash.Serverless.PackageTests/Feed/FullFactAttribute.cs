namespace QStash.Serverless.PackageTests;

/// <summary>A test that takes many minutes: it runs with <c>QSTASH_FULL=1</c> and is skipped, saying so, otherwise.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class FullFactAttribute : FactAttribute
{
    public FullFactAttribute()
    {
        if (Environment.GetEnvironmentVariable("QSTASH_FULL") != "1")
        {
            Skip = "Takes many minutes: set QSTASH_FULL=1 to run it.";
        }
    }
}
