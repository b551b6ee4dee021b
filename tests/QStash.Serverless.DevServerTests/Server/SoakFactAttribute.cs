namespace QStash.Serverless.DevServerTests.Server;

/// <summary>A test that takes minutes: it runs with <c>QSTASH_SOAK=1</c> and is skipped, saying so, otherwise.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SoakFactAttribute : FactAttribute
{
    public SoakFactAttribute()
    {
        if (Environment.GetEnvironmentVariable("QSTASH_SOAK") != "1")
        {
            Skip = "Takes minutes: set QSTASH_SOAK=1 to run it.";
        }
    }
}
