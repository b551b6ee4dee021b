using System.IO.Compression;

namespace QStash.Serverless.Tests.VendorContracts;

/// <summary>Where the real packages are, if anywhere: the folder that <c>QSTASH_VENDOR_PACKAGES</c> names, with .nupkg files or as a package cache.</summary>
internal static class VendorPackages
{
    private static readonly string[] s_frameworks = ["net10.0", "net9.0", "net8.0", "net6.0", "netstandard2.1", "netstandard2.0"];

    internal static string? Folder { get; } = Environment.GetEnvironmentVariable("QSTASH_VENDOR_PACKAGES") is { Length: > 0 } folder ? folder : null;

    /// <summary>The assembly of a package, or null when the package is not there or has none.</summary>
    internal static string? Find(string folder, string package, string version)
    {
        string cached = Path.Combine(folder, package.ToLowerInvariant(), version, "lib");
        if (s_frameworks.Select(framework => Path.Combine(cached, framework, package + ".dll")).FirstOrDefault(File.Exists) is { } file)
        {
            return file;
        }

        string archive = Path.Combine(folder, $"{package}.{version}.nupkg");
        if (!File.Exists(archive))
        {
            return null;
        }

        using ZipArchive zip = ZipFile.OpenRead(archive);
        if (s_frameworks.Select(framework => zip.GetEntry($"lib/{framework}/{package}.dll")).FirstOrDefault(static entry => entry is not null) is not { } assembly)
        {
            return null;
        }

        string target = Path.Combine(AppContext.BaseDirectory, "vendor", $"{package}.{version}", package + ".dll");
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        assembly.ExtractToFile(target, overwrite: true);
        return target;
    }
}

/// <summary>Runs only where the real packages are.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class VendorTheoryAttribute : TheoryAttribute
{
    public VendorTheoryAttribute() =>
        Skip = VendorPackages.Folder is null ? "Compares with the vendors' real packages: set QSTASH_VENDOR_PACKAGES to a folder that holds them." : null!;
}
