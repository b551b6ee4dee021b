using QStash.Serverless.Cli.Dev.App;

namespace QStash.Serverless.CliTests.Dev.App;

public sealed class AppEnvironmentTests
{
    private static readonly Dictionary<string, string> s_settings = new()
    {
        ["QSTASH_URL"] = "http://127.0.0.1:8080",
        ["QSTASH_TOKEN"] = "t",
        ["QSTASH_CURRENT_SIGNING_KEY"] = "c",
        ["QSTASH_NEXT_SIGNING_KEY"] = "n",
    };

    [Fact]
    public void Settings_AreSetAsVariablesAndAsTheSectionThatBeatsThem()
    {
        IReadOnlyDictionary<string, string?> changes = AppEnvironment.Changes(s_settings, new Dictionary<string, string?>());

        Assert.Equal(
            [
                "ASPNETCORE_ENVIRONMENT=Development", "AZURE_FUNCTIONS_ENVIRONMENT=Development", "DOTNET_ENVIRONMENT=Development", "QSTASH_CURRENT_SIGNING_KEY=c", "QSTASH_NEXT_SIGNING_KEY=n",
                "QSTASH_TOKEN=t", "QSTASH_URL=http://127.0.0.1:8080", "QStash__CurrentSigningKey=c", "QStash__NextSigningKey=n", "QStash__Token=t", "QStash__Url=http://127.0.0.1:8080",
            ],
            changes.Select(static change => $"{change.Key}={change.Value}").Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("QSTASH_REGION")]
    [InlineData("QSTASH_PUBLIC_BASE_URL")]
    [InlineData("QStash__PublicBaseUrl")]
    [InlineData("US_EAST_1_QSTASH_TOKEN")]
    [InlineData("EU_CENTRAL_1_QSTASH_NEXT_SIGNING_KEY")]
    [InlineData("QSTASH__TOKEN")]
    [InlineData("QStash__Regions__US_EAST_1__CurrentSigningKey")]
    public void VariableThatLeadsElsewhere_IsRemoved(string name)
    {
        IReadOnlyDictionary<string, string?> changes = AppEnvironment.Changes(s_settings, new Dictionary<string, string?> { [name] = "x" });

        Assert.True(changes.TryGetValue(name, out string? value));
        Assert.Null(value);
    }

    [Theory]
    [InlineData("PATH")]
    [InlineData("QSTASH_APP")]
    [InlineData("QStash__Env")]
    [InlineData("QStash__MaxBodyBytes")]
    [InlineData("PublicUrl")]
    public void OtherVariable_IsLeftAlone(string name) =>
        Assert.DoesNotContain(name, AppEnvironment.Changes(s_settings, new Dictionary<string, string?> { [name] = "x" }).Keys);

    [Theory]
    [InlineData("ASPNETCORE_ENVIRONMENT", "Staging", "ASPNETCORE_ENVIRONMENT=Staging")]
    [InlineData("DOTNET_ENVIRONMENT", "development", null)]
    [InlineData("DOTNET_ENVIRONMENT", "", null)]
    public void EnvironmentThatIsSet_IsKeptAndTold(string name, string value, string? told)
    {
        Dictionary<string, string?> inherited = new() { [name] = value };

        Assert.Equal(value.Length == 0, AppEnvironment.Changes(s_settings, inherited).ContainsKey(name));
        Assert.Equal(told, AppEnvironment.Production(inherited));
    }
}
