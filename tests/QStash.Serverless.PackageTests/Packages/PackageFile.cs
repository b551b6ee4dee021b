using System.IO.Compression;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Xml.Linq;

namespace QStash.Serverless.PackageTests.Packages;

/// <summary>What is in a package.</summary>
internal sealed class PackageFile : IDisposable
{
    private static readonly string[] s_ofTheFormat = ["_rels/", "package/", "[Content_Types].xml"];

    private readonly ZipArchive _archive;

    private PackageFile(ZipArchive archive)
    {
        _archive = archive;
        Files = [.. archive.Entries.Select(static entry => entry.FullName.Replace('\\', '/'))
            .Where(static name => !s_ofTheFormat.Any(part => name.StartsWith(part, StringComparison.Ordinal)))];
        Nuspec = XDocument.Parse(Text(Files.Single(static name => name.EndsWith(".nuspec", StringComparison.Ordinal)))).Root!.Elements().Single();
    }

    /// <summary>All files but those that the package format itself asks for.</summary>
    internal IReadOnlyList<string> Files { get; }

    /// <summary>The metadata of the nuspec.</summary>
    internal XElement Nuspec { get; }

    internal static PackageFile Open(string path) => new(ZipFile.OpenRead(path));

    internal string? Fact(string name) => Elements(name).SingleOrDefault()?.Value;

    internal IEnumerable<XElement> Elements(string name) => Nuspec.Descendants().Where(element => element.Name.LocalName == name);

    internal byte[] Bytes(string name)
    {
        using Stream stream = _archive.GetEntry(name)!.Open();
        using MemoryStream bytes = new();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }

    internal string Text(string name)
    {
        using StreamReader reader = new(_archive.GetEntry(name)!.Open());
        return reader.ReadToEnd();
    }

    /// <summary>The id that an assembly and its symbols share.</summary>
    internal Guid SymbolsOf(string assembly)
    {
        using PEReader file = new(new MemoryStream(Bytes(assembly)));
        return file.ReadCodeViewDebugDirectoryData(file.ReadDebugDirectory().Single(static entry => entry.Type == DebugDirectoryEntryType.CodeView)).Guid;
    }

    internal Guid SymbolsIn(string symbols)
    {
        using MetadataReaderProvider provider = MetadataReaderProvider.FromPortablePdbStream(new MemoryStream(Bytes(symbols)));
        return new BlobContentId(provider.GetMetadataReader().DebugMetadataHeader!.Id).Guid;
    }

    public void Dispose() => _archive.Dispose();
}
