using QStash.Serverless.Cli.Source;

namespace QStash.Serverless.CliTests.Source;

/// <summary>What cannot be read as an app, and what is said about it.</summary>
public sealed class AppErrorTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void NoSuchFile() =>
        Refused("Shop.dll", "{0}/Shop.dll does not exist: name the app's dll, its project, or the folder of one of them.");

    [Fact]
    public void FileThatIsNoAssembly()
    {
        _folder.Write("Shop.dll", "not an assembly");
        Refused("Shop.dll", "{0}/Shop.dll is no .NET assembly: name the app's dll, such as bin/Debug/net10.0/Shop.dll.");
    }

    [Theory]
    [InlineData("Shop.exe", "Shop.dll")]
    [InlineData("Acme.Shop", "Acme.Shop.dll")]
    public void ProgramThatStartsTheApp(string program, string dll)
    {
        _folder.Write(program, "\u007fELF");
        _folder.Write(dll, "");
        Refused(program, $"{{0}}/{program} only starts the app, which is beside it: name {{0}}/{dll}.");
    }

    [Fact]
    public void FolderWithoutAnything() =>
        Refused("", "{0} has neither a project nor a built app: name the app's dll or its project.");

    [Fact]
    public void FolderWithSeveralProjects()
    {
        _folder.Write("Shop.csproj", "<Project/>");
        _folder.Write("Admin.csproj", "<Project/>");
        Refused("", "{0} has several projects (Admin.csproj, Shop.csproj): name one of them.");
    }

    [Fact]
    public void FolderWithSeveralBuiltApps()
    {
        foreach (string app in new[] { "Shop", "Admin" })
        {
            _folder.Write(app + ".deps.json", "{}");
            _folder.Write(app + ".dll", "");
        }

        Refused("", "{0} has several built apps (Admin.dll, Shop.dll): name one of them.");
    }

    [Fact]
    public void ProjectThatIsNotBuilt()
    {
        _folder.Write("Shop.csproj", "<Project><PropertyGroup><AssemblyName>Acme.Shop</AssemblyName></PropertyGroup></Project>");
        Refused("", "{0}/Shop.csproj is not built: there is no Acme.Shop.dll below {0}/bin. Run `dotnet build` first, or name the dll if it is built elsewhere.");
    }

    [Fact]
    public void ProjectThatIsNoXml()
    {
        _folder.Write("Shop.csproj", "<Project>");
        Refused("Shop.csproj", "{0}/Shop.csproj cannot be read: Unexpected end of file has occurred. The following elements are not closed: Project. Line 1, position 10.");
    }

    [Fact]
    public void AppOfANewerDotNet()
    {
        CompiledApp.Make(_folder.Path, "Shop", """[assembly: System.Runtime.Versioning.TargetFramework(".NETCoreApp,Version=v99.0")]""");
        Refused("Shop.dll", "{0}/Shop.dll is built for .NET 99.0, and this tool runs on .NET 10.0: run it with DOTNET_ROLL_FORWARD=Major, or install the tool's newest version.");
    }

    [Fact]
    public void AssemblyOfTheWrongKind()
    {
        CompiledApp.Make(_folder.Path, "Shop", "public class Orders;");
        Refused("Shop.dll", "{0}/Shop.dll does not use QStash.Serverless, so it declares nothing: name the app's own dll, or add a reference to QStash.Serverless and build again.");
    }

    [Fact]
    public void AppWithANewerLibraryThanTheTool()
    {
        string newer = CompiledApp.Make(_folder.Path, "QStash.Serverless", """
            [assembly: System.Reflection.AssemblyVersion("99.1.0.0")]
            namespace QStash.Serverless { public class News; }
            """);
        CompiledApp.Make(_folder.Path, "Shop", "public class Orders : QStash.Serverless.News;", newer);
        string own = typeof(QStashName).Assembly.GetName().Version!.ToString(3);
        Refused("Shop.dll", $"{{0}}/Shop.dll uses QStash.Serverless 99.1.0, which is newer than this tool, {own}: update the tool with `dotnet tool update QStash.Serverless.Cli`.");
    }

    [Fact]
    public void HostJsonWithAByteOrderMark_IsRead()
    {
        string dll = CompiledApp.Make(_folder.Path, "Shop", """[QStash.Serverless.QStashRoute("/orders")] public class Orders;""");
        File.WriteAllText(Path.Combine(_folder.Path, "host.json"), """{ "extensions": { "http": { "routePrefix": "jobs" } } }""", System.Text.Encoding.UTF8);

        using AppAssembly app = AppAssembly.Open(dll);

        Assert.Equal("jobs", app.RoutePrefix);
    }

    [Fact]
    public void HostJsonThatIsNoJson()
    {
        CompiledApp.Make(_folder.Path, "Shop", """[QStash.Serverless.QStashRoute("/orders")] public class Orders;""");
        _folder.Write("host.json", "{");
        Assert.StartsWith($"{Path.Combine(_folder.Path, "host.json")} is not valid JSON, so the route prefix of the app's functions is unknown: ", Refusal("Shop.dll"), StringComparison.Ordinal);
    }

    [Fact]
    public void ListOfDependenciesThatIsNoJson()
    {
        CompiledApp.Make(_folder.Path, "Shop", """[QStash.Serverless.QStashRoute("/orders")] public class Orders;""");
        string list = _folder.Write("Shop.deps.json", "{");
        Assert.StartsWith($"{Path.Combine(_folder.Path, "Shop.dll")} cannot be loaded: ", Refusal("Shop.dll"), StringComparison.Ordinal);
        Assert.Contains(list, Refusal("Shop.dll"), StringComparison.Ordinal);
    }

    [Fact]
    public void NewestBuild_IsTaken()
    {
        _folder.Write("Shop.csproj", "<Project/>");
        string debug = CompiledApp.Make(Path.Combine(_folder.Path, "bin", "Debug", "net10.0"), "Shop", Source("debug"));
        string release = CompiledApp.Make(Path.Combine(_folder.Path, "artifacts", "bin", "Shop", "release"), "Shop", Source("release"));
        DateTime now = File.GetLastWriteTimeUtc(debug);
        File.SetLastWriteTimeUtc(release, now.AddHours(-1));
        Assert.Equal(debug, Opened());

        File.SetLastWriteTimeUtc(release, now.AddHours(1));
        Assert.Equal(release, Opened());

        static string Source(string name) => $$"""[QStash.Serverless.QStashRoute("/{{name}}")] public class Orders;""";

        string Opened()
        {
            using AppAssembly app = AppAssembly.Open(_folder.Path);
            return app.File;
        }
    }

    private void Refused(string path, string message) =>
        Assert.Equal(string.Format(null, message.Replace('/', Path.DirectorySeparatorChar), _folder.Path), Refusal(path).Replace('/', Path.DirectorySeparatorChar));

    private string Refusal(string path) => Assert.Throws<InvalidOperationException>(() => AppAssembly.Open(Path.Combine(_folder.Path, path))).Message;
}
