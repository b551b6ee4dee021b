using System.Xml.Linq;

namespace QStash.Serverless.PackageTests.Packages;

/// <summary>A project that becomes a package, by its file.</summary>
internal sealed class Project
{
    private static readonly XElement s_central = XDocument.Load(Path.Combine(Repository.Root, "Directory.Packages.props")).Root!;

    private readonly XElement _file;

    private Project(string file)
    {
        _file = XDocument.Load(file).Root!;
        Id = Path.GetFileNameWithoutExtension(file);
    }

    internal string Id { get; }

    internal string Description => _file.Descendants(nameof(Description)).Single().Value;

    internal IEnumerable<string> FrameworkReferences => Included("FrameworkReference").Order(StringComparer.Ordinal);

    /// <summary>The libraries of this repository, without the tool and the templates.</summary>
    internal static IEnumerable<Project> Libraries { get; } =
    [
        .. new[] { "src", "infra" }
            .SelectMany(static folder => Directory.EnumerateDirectories(Path.Combine(Repository.Root, folder), "QStash.*"))
            .SelectMany(static folder => Directory.EnumerateFiles(folder, "*.csproj"))
            .Select(static file => new Project(file)).Where(static project => project._file.Descendants("PackAsTool").All(static tool => tool.Value != "true")),
    ];

    internal static Project Of(string id) => Libraries.Single(project => project.Id == id);

    /// <summary>What a package of this project has to depend on: the packages and projects it references, and nothing else.</summary>
    internal IEnumerable<string> Dependencies(string version) => Included("PackageReference").Select(static id => $"{id} {Central(id)}")
        .Concat(Included("ProjectReference").Select(path => $"{Path.GetFileNameWithoutExtension(path.Replace('\\', '/'))} {version}"))
        .Order(StringComparer.Ordinal);

    /// <summary>The version that this repository has of a package.</summary>
    internal static string Central(string package)
    {
        string version = (string)s_central.Descendants("PackageVersion").Single(element => (string?)element.Attribute("Include") == package).Attribute("Version")!;
        return version.StartsWith("$(", StringComparison.Ordinal) ? s_central.Descendants(version[2..^1]).Single().Value : version;
    }

    private IEnumerable<string> Included(string item) => _file.Descendants(item).Select(static element => (string?)element.Attribute("Include")).OfType<string>();
}
