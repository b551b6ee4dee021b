using System.Xml.Linq;

namespace QStash.Serverless.PackageTests;

[Collection(nameof(PackedFeed))]
public sealed class PackedFeedTests(PackedFeed feed)
{
    [Fact]
    public void Feed_HasEveryPackageOfTheRepositoryInOneVersion()
    {
        string[] expected = [.. new[] { "src", "infra", "templates" }
            .Select(static folder => Path.Combine(Repository.Root, folder)).Where(Directory.Exists)
            .SelectMany(static folder => Directory.EnumerateDirectories(folder, "QStash.*"))
            .Select(static folder => $"{Path.GetFileName(folder)}.{PackedFeed.Version}.nupkg")];

        Assert.Equal(expected.Order(), Files("QStash.*.nupkg"));
    }

    [Fact]
    public void Feed_HasTheContractsInTheVendorsVersions()
    {
        Dictionary<string, string> central = XDocument.Load(Path.Combine(Repository.Root, "Directory.Packages.props")).Descendants("PackageVersion")
            .ToDictionary(static version => (string)version.Attribute("Include")!, static version => (string)version.Attribute("Version")!);
        string[] expected = [.. Directory.EnumerateDirectories(Path.Combine(Repository.Root, "src", "VendorContracts"))
            .Select(static folder => Path.GetFileName(folder)).Where(central.ContainsKey).Select(id => $"{id}.{central[id]}.nupkg")];

        Assert.NotEmpty(expected);
        Assert.Equal(expected.Order(), Files("*.nupkg").Where(static file => !file.StartsWith("QStash.", StringComparison.Ordinal)));
    }

    private IEnumerable<string> Files(string pattern) => Directory.EnumerateFiles(feed.Folder, pattern).Select(static file => Path.GetFileName(file)).Order();
}
