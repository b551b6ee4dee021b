namespace QStash.Serverless.PackageTests.Packages;

[Collection(nameof(PackedFeed))]
public sealed class LibraryPackageTests(PackedFeed feed)
{
    public static TheoryData<string> Libraries => [.. Project.Libraries.Select(static project => project.Id)];

    [Theory]
    [MemberData(nameof(Libraries))]
    public void Package_SaysWhatItIsAndHoldsOneDocumentedLibrary(string id)
    {
        using PackageFile package = PackageFile.Open(feed.PackageFile(id));

        Facts.HoldOf(package, id, PackedFeed.Version);
        Facts.HoldOfLibrary(package, id);
        Assert.Equal(Project.Of(id).Description, package.Fact("description"));
    }

    [Theory]
    [MemberData(nameof(Libraries))]
    public void Package_DependsOnWhatItsProjectReferencesAndNothingElse(string id)
    {
        using PackageFile package = PackageFile.Open(feed.PackageFile(id));

        Assert.Equal("net10.0", (string?)package.Elements("group").First().Attribute("targetFramework"));
        Assert.Equal(Project.Of(id).Dependencies(PackedFeed.Version), Dependencies(package));
        Assert.Equal(Project.Of(id).FrameworkReferences, package.Elements("frameworkReference").Select(static reference => (string)reference.Attribute("name")!).Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Libraries))]
    public void Symbols_AreThoseOfTheAssembly(string id)
    {
        using PackageFile package = PackageFile.Open(feed.PackageFile(id));
        using PackageFile symbols = PackageFile.Open(Path.ChangeExtension(feed.PackageFile(id), ".snupkg"));

        Assert.Equal(package.SymbolsOf($"lib/net10.0/{id}.dll"), symbols.SymbolsIn($"lib/net10.0/{id}.pdb"));
    }

    [Fact]
    public async Task BuiltAgain_TheAssemblyIsTheSameByteForByte()
    {
        using PackageFile package = PackageFile.Open(feed.PackageFile("QStash.Serverless"));
        byte[] packed = package.Bytes("lib/net10.0/QStash.Serverless.dll");
        string built = Path.Combine(feed.Artifacts, "bin", "QStash.Serverless", "release", "QStash.Serverless.dll");

        File.Delete(built);
        await feed.DotnetAsync(Repository.Root, "build", "src/QStash.Serverless", "-c", "Release", "--no-restore", "--no-incremental", "--artifacts-path", feed.Artifacts,
            $"-p:QStashVersion={PackedFeed.Version}", "-p:RunAnalyzers=false", "-v", "quiet");

        Assert.Equal(packed, await File.ReadAllBytesAsync(built));
    }

    internal static IEnumerable<string> Dependencies(PackageFile package) => package.Elements("dependency")
        .Select(static dependency => $"{(string?)dependency.Attribute("id")} {(string?)dependency.Attribute("version")}").Order(StringComparer.Ordinal);
}
