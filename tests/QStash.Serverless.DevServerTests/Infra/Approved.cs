
namespace QStash.Serverless.DevServerTests.Infra;

/// <summary>
/// Texts that people have read and approved, kept in <c>Infra/Approved</c>. After an intended change:
/// <c>QSTASH_APPROVE=1 dotnet test tests/QStash.Serverless.DevServerTests --filter Infra</c>.
/// </summary>
internal static class Approved
{
    internal static void Check(string name, string text)
    {
        string file = Path.Combine(Repository.Root, "tests", "QStash.Serverless.DevServerTests", "Infra", "Approved", name);
        if (Environment.GetEnvironmentVariable("QSTASH_APPROVE") == "1")
        {
            File.WriteAllText(file, text);
        }

        Assert.Equal(File.Exists(file) ? File.ReadAllText(file).ReplaceLineEndings("\n") : "", text);
    }
}
