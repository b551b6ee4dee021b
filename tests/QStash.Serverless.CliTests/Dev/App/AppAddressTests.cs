using QStash.Serverless.Cli.Dev.App;

namespace QStash.Serverless.CliTests.Dev.App;

public sealed class AppAddressTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("dotnet run", null, "http://localhost:5123")]
    [InlineData("dotnet run --project app", null, "http://localhost:5456")]
    [InlineData("dotnet run --project app/app.csproj", null, "http://localhost:5456")]
    [InlineData("dotnet run --project nowhere", null, "http://127.0.0.1:5000")]
    [InlineData("dotnet run", "https://*:7000;http://*:7001/", "http://localhost:7001")]
    [InlineData("func start", "http://localhost:1", "http://localhost:7071/api")]
    [InlineData("", null, "http://127.0.0.1:5000")]
    public void Address_IsWhereTheAppIsSetToListen(string command, string? urls, string address)
    {
        Launch(_folder.Path, """{ "profiles": { "IIS": { "commandName": "IISExpress" }, /* ours */ "http": { "commandName": "Project", "applicationUrl": "https://localhost:7123;http://localhost:5123" }, } }""");
        Launch(Path.Combine(_folder.Path, "app"), """{ "profiles": { "http": { "commandName": "Project", "applicationUrl": "http://localhost:5456" } } }""");

        Assert.Equal(address, AppAddress.Guess(command.Split(' ', StringSplitOptions.RemoveEmptyEntries), _folder.Path, name => name == "ASPNETCORE_URLS" ? urls : null));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{ "profiles": [] }""")]
    [InlineData("""{ "profiles": { "a": 1 } }""")]
    [InlineData("""{ "profiles": { "a": { "commandName": "Project" } } }""")]
    public void SettingsThatSayNothing_AreNoMistake(string settings)
    {
        Launch(_folder.Path, settings);

        Assert.Equal(AppAddress.Default, AppAddress.Guess(["dotnet", "run"], _folder.Path, static _ => null));
    }

    public void Dispose() => _folder.Dispose();

    private static void Launch(string project, string settings)
    {
        Directory.CreateDirectory(Path.Combine(project, "Properties"));
        File.WriteAllText(Path.Combine(project, "app.csproj"), "");
        File.WriteAllText(Path.Combine(project, "Properties", "launchSettings.json"), settings);
    }
}
