using System.Buffers.Binary;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace QStash.Serverless.PackageTests.Packages;

/// <summary>What is true of every package of this repository, wherever it was packed.</summary>
internal static partial class Facts
{
    private static readonly string[] s_contracts = [.. Directory.EnumerateDirectories(Path.Combine(Repository.Root, "src", "VendorContracts")).Select(static folder => Path.GetFileName(folder))];

    internal static void HoldOf(PackageFile package, string id, string version)
    {
        Assert.Equal((id, version, "MIT"), (package.Fact("id"), package.Fact("version"), package.Fact("license")));
        Assert.Equal("QStash.Serverless contributors", package.Fact("authors"));
        Assert.False(string.IsNullOrWhiteSpace(package.Fact("description")));
        Assert.Contains("qstash", package.Fact("tags")!.Split(' '));

        HasItsOwnReadme(package);
        HasTheIcon(package);
        NamesTheCommit(package);
        Assert.Empty(package.Files.Select(static file => Path.GetFileNameWithoutExtension(file)).Intersect(s_contracts));
    }

    /// <summary>A page of a package cannot follow a relative link.</summary>
    private static void HasItsOwnReadme(PackageFile package)
    {
        string readme = package.Text(package.Fact("readme")!);
        Assert.StartsWith("# ", readme, StringComparison.Ordinal);
        Assert.All(Link().Matches(readme), static link => Assert.StartsWith("https://", link.Groups[1].Value, StringComparison.Ordinal));
    }

    private static void HasTheIcon(PackageFile package)
    {
        ReadOnlySpan<byte> icon = package.Bytes(package.Fact("icon")!);
        Assert.Equal((128, 128), (BinaryPrimitives.ReadInt32BigEndian(icon[16..]), BinaryPrimitives.ReadInt32BigEndian(icon[20..])));
    }

    /// <summary>The repository's address is that of git's remote, unless that is a path: where a machine keeps its files is not for others.</summary>
    private static void NamesTheCommit(PackageFile package)
    {
        XElement repository = package.Elements("repository").Single();
        Assert.Equal("git", (string?)repository.Attribute("type"));
        Assert.Matches("^[0-9a-f]{40}$", (string?)repository.Attribute("commit"));
        Assert.DoesNotMatch("^(file:|/|[A-Za-z]:)", (string?)repository.Attribute("url") ?? "");
    }

    /// <summary>A library and nothing but: the assembly, trimmable, with the documentation of all its public types.</summary>
    internal static void HoldOfLibrary(PackageFile package, string id)
    {
        string assembly = $"lib/net10.0/{id}.dll";
        string[] expected = [$"{id}.nuspec", "README.md", "icon.png", assembly, $"lib/net10.0/{id}.xml"];
        Assert.Equal(expected.Order(StringComparer.Ordinal), package.Files.Order(StringComparer.Ordinal));

        using PEReader file = new(new MemoryStream(package.Bytes(assembly)));
        MetadataReader metadata = file.GetMetadataReader();
        string documentation = package.Text($"lib/net10.0/{id}.xml");
        string[] types = [.. PublicTypes(metadata)];
        Assert.NotEmpty(types);
        Assert.All(types, type => Assert.Contains($"name=\"T:{type}\"", documentation, StringComparison.Ordinal));
        Assert.Contains("IsTrimmable", AssemblyMetadata(metadata));
    }

    private static IEnumerable<string> PublicTypes(MetadataReader metadata) =>
        from handle in metadata.TypeDefinitions
        let type = metadata.GetTypeDefinition(handle)
        where (type.Attributes & TypeAttributes.VisibilityMask) == TypeAttributes.Public
        let name = metadata.GetString(type.Name)
        where !name.StartsWith('<')
        select $"{metadata.GetString(type.Namespace)}.{name}";

    /// <summary>The first strings of the assembly's AssemblyMetadata attributes.</summary>
    private static IEnumerable<string?> AssemblyMetadata(MetadataReader metadata) =>
        from handle in metadata.GetAssemblyDefinition().GetCustomAttributes()
        let attribute = metadata.GetCustomAttribute(handle)
        where attribute.Constructor.Kind == HandleKind.MemberReference
        let type = metadata.GetMemberReference((MemberReferenceHandle)attribute.Constructor).Parent
        where type.Kind == HandleKind.TypeReference && metadata.GetString(metadata.GetTypeReference((TypeReferenceHandle)type).Name) == nameof(AssemblyMetadataAttribute)
        select FirstString(metadata.GetBlobReader(attribute.Value));

    private static string? FirstString(BlobReader value)
    {
        value.ReadUInt16();                                                           // the prolog of every custom attribute
        return value.ReadSerializedString();
    }

    [GeneratedRegex(@"\]\(([^)]*)\)")]
    private static partial Regex Link();
}
