using System.Reflection;
using System.Xml.Linq;

namespace QStash.Serverless.Tests.Architecture;

/// <summary>Which room may see which: the declared arrows of every project, and the real ones of the built assemblies.</summary>
public sealed class ArrowTests
{
    private const string Core = "QStash.Serverless";

    /// <summary>Every room and all it may see, directly or not. A room that is not built yet may stand here.</summary>
    private static readonly Dictionary<string, string[]> s_arrows = new(StringComparer.Ordinal)
    {
        [Core] = [],
        [Core + ".Client"] = [Core],
        [Core + ".AspNetCore"] = [Core],
        [Core + ".AzureFunctions"] = [Core],
        [Core + ".Lambda"] = [Core],
        [Core + ".Lambda.Annotations"] = [Core, Core + ".Lambda"],
        [Core + ".Lambda.AspNetCoreServer"] = [Core, Core + ".Lambda", Core + ".AspNetCore"],
        [Core + ".DevServer"] = [Core],
        [Core + ".Testing"] = [Core, Core + ".Client", Core + ".DevServer"],
        [Core + ".Infra"] = [Core, Core + ".Client"],
        [Core + ".Cli"] = [Core, Core + ".Infra", Core + ".Client", Core + ".DevServer", Core + ".AspNetCore", Core + ".Lambda"],
    };

    /// <summary>The vendors whose packages or frameworks a room may name. No room but these names any.</summary>
    private static readonly Dictionary<string, string[]> s_vendors = new(StringComparer.Ordinal)
    {
        [Core + ".AspNetCore"] = ["Microsoft.AspNetCore"],
        [Core + ".AzureFunctions"] = ["Microsoft.Azure"],
        [Core + ".Lambda.Annotations"] = ["Amazon"],
        [Core + ".Lambda.AspNetCoreServer"] = ["Amazon", "Microsoft.AspNetCore"],
        [Core + ".DevServer"] = ["Microsoft.AspNetCore"],
        [Core + ".Cli"] = ["Microsoft.AspNetCore"],
    };

    /// <summary>Every project of src and infra except the vendor contracts: its name and its file, relative to the repository.</summary>
    public static TheoryData<string, string> Rooms()
    {
        TheoryData<string, string> rooms = [];
        foreach (string file in new[] { "src", "infra" }
            .SelectMany(folder => Directory.EnumerateDirectories(Path.Combine(Repository.Root, folder)))
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*.csproj"))
            .Order(StringComparer.Ordinal))
        {
            rooms.Add(Path.GetFileNameWithoutExtension(file), Path.GetRelativePath(Repository.Root, file));
        }

        return rooms;
    }

    [Theory]
    [MemberData(nameof(Rooms))]
    public void Project_ReferencesOnlyTheRoomsItMaySee(string room, string file)
    {
        Assert.True(s_arrows.TryGetValue(room, out string[]? allowed), $"{room} is no room of {nameof(ArrowTests)}: add it with the rooms it may see.");
        Assert.Empty(Included(file, "ProjectReference").Select(path => Path.GetFileNameWithoutExtension(path.Replace('\\', '/'))).Except(allowed));
    }

    [Theory]
    [InlineData("QStash.Serverless")]
    [InlineData("QStash.Serverless.AzureFunctions")]
    [InlineData("QStash.Serverless.Client")]
    [InlineData("QStash.Serverless.DevServer")]
    [InlineData("QStash.Serverless.Infra")]
    [InlineData("QStash.Serverless.Testing")]
    public void Assembly_ReferencesOnlyTheRoomsItMaySee(string room)
    {
        IEnumerable<string> rooms = Assembly.Load(room).GetReferencedAssemblies()
            .Select(reference => reference.Name!)
            .Where(name => name.StartsWith(Core, StringComparison.Ordinal));
        Assert.Empty(rooms.Except(s_arrows[room]));
    }

    [Theory]
    [MemberData(nameof(Rooms))]
    public void Project_ReferencesOnlyItsOwnVendor(string room, string file)
    {
        string[] own = s_vendors.GetValueOrDefault(room, []);
        string[] foreign = ["Microsoft.AspNetCore", "Microsoft.Azure", "Amazon"];
        Assert.DoesNotContain(
            Included(file, "PackageReference").Concat(Included(file, "FrameworkReference")),
            package => foreign.Except(own).Any(vendor => package.StartsWith(vendor, StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("QStash.Serverless")]
    [InlineData("QStash.Serverless.Client")]
    [InlineData("QStash.Serverless.Infra")]
    public void AssemblyBelowTheHosts_ReferencesNoServer(string room) =>
        Assert.DoesNotContain(Assembly.Load(room).GetReferencedAssemblies(), reference => reference.Name!.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal));

    [Fact]
    public void Core_UsesNoHttpClientAndNoFiles()
    {
        string[] used = [.. UsedTypes.Of(typeof(QStashDuration).Assembly)];
        Assert.Contains("System.TimeSpan", used);

        // HttpMethod is a value, the method of a delivery; everything else there sends.
        string[] sending = [.. used.Where(type => Within("System.Net.Http", type) && type != "System.Net.Http.HttpMethod"), .. used.Where(type => Within("System.Net.Sockets", type))];
        Assert.Empty(sending);
        Assert.Empty(used.Intersect(["System.IO.File", "System.IO.FileInfo", "System.IO.FileStream", "System.IO.Directory", "System.IO.DirectoryInfo"]));
    }

    private static bool Within(string scope, string type) => type.StartsWith(scope + ".", StringComparison.Ordinal);

    private static IEnumerable<string> Included(string file, string element) =>
        XDocument.Load(Path.Combine(Repository.Root, file)).Descendants()
            .Where(node => node.Name.LocalName == element)
            .Select(node => (string?)node.Attribute("Include"))
            .OfType<string>();
}
