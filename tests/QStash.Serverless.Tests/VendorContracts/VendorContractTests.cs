using System.Xml.Linq;

namespace QStash.Serverless.Tests.VendorContracts;

/// <summary>The hand-written contracts of vendor packages say which package they mirror, and are like it.</summary>
public sealed class VendorContractTests
{
    private static readonly string s_folder = Path.Combine(Repository.Root, "src", "VendorContracts");

    public static TheoryData<string> Contracts => [.. Names()];

    /// <summary>Those whose real package is there; all of them where none is asked for, to be named as skipped.</summary>
    public static TheoryData<string> Comparable => [.. VendorPackages.Folder is { } packages ? Names().Where(name => VendorPackages.Find(packages, name, Version(name)) is not null) : Names()];

    [Theory]
    [MemberData(nameof(Contracts))]
    public void Version_is_the_central_one(string contract)
    {
        string? central = XDocument.Load(Path.Combine(Repository.Root, "Directory.Packages.props")).Descendants("PackageVersion")
            .Where(version => (string?)version.Attribute("Include") == contract)
            .Select(static version => (string?)version.Attribute("Version"))
            .SingleOrDefault();

        Assert.Equal(central, Version(contract));
    }

    [Theory]
    [MemberData(nameof(Contracts))]
    public void First_line_of_every_file_names_package_version_and_documentation(string contract) =>
        Assert.All(
            Directory.EnumerateFiles(Path.Combine(s_folder, contract), "*.cs"),
            file => Assert.StartsWith($"// {contract} {Version(contract)}, https://", File.ReadLines(file).First(), StringComparison.Ordinal));

    [VendorTheory]
    [MemberData(nameof(Comparable))]
    public void Every_member_is_as_in_the_real_package(string contract)
    {
        string own = Directory.EnumerateFiles(Path.Combine(s_folder, contract, "bin"), contract + ".dll", SearchOption.AllDirectories).MaxBy(File.GetLastWriteTimeUtc)!;
        string[] contracts = [.. Directory.EnumerateFiles(s_folder, "*.dll", SearchOption.AllDirectories).Where(file => file.Contains($"{Path.DirectorySeparatorChar}bin{Path.DirectorySeparatorChar}", StringComparison.Ordinal))];
        string[] real = [.. Names().Select(static name => VendorPackages.Find(VendorPackages.Folder!, name, Version(name))).OfType<string>()];

        IReadOnlyDictionary<string, IReadOnlyList<string>> mirrored = AssemblyShape.Of(own, contracts);
        IReadOnlyDictionary<string, IReadOnlyList<string>> mirror = AssemblyShape.Of(VendorPackages.Find(VendorPackages.Folder!, contract, Version(contract))!, real, mirrored.Keys);

        string[] wrong = [.. mirrored.SelectMany(type => type.Value.Except(mirror.GetValueOrDefault(type.Key, [])).Select(line => $"{type.Key}: {line}"))];
        Assert.True(wrong.Length == 0, $"{contract} {Version(contract)} has not:\n  {string.Join("\n  ", wrong)}\nbut:\n  {string.Join("\n  ", wrong.Select(static line => line.Split(": ")[0]).Distinct().SelectMany(type => mirror.GetValueOrDefault(type, ["(no such type)"])))}");
    }

    private static IEnumerable<string> Names() =>
        Directory.EnumerateDirectories(s_folder).Select(static folder => Path.GetFileName(folder)).Where(static name => File.Exists(ProjectFile(name))).Order(StringComparer.Ordinal);

    private static string Version(string contract) => XDocument.Load(ProjectFile(contract)).Descendants("Version").Single().Value;

    private static string ProjectFile(string contract) => Path.Combine(s_folder, contract, contract + ".csproj");
}
