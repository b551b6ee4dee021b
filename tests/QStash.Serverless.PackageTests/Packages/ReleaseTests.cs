namespace QStash.Serverless.PackageTests.Packages;

/// <summary>The packages of a release, before they are published: those in the folder that <c>QSTASH_PACKAGES</c> names.</summary>
public sealed class ReleaseTests
{
    [ReleaseFact]
    public void Packages_AreWhatTheyAreInTheTestsAndHaveOneVersion()
    {
        string folder = ReleaseFactAttribute.Folder!;
        string version = Assert.Single(Directory.EnumerateFiles(folder, "QStash.Serverless.Client.*.nupkg"))[(Path.Combine(folder, "QStash.Serverless.Client.").Length)..^".nupkg".Length];

        foreach (Project project in Project.Libraries)
        {
            using PackageFile package = PackageFile.Open(Path.Combine(folder, $"{project.Id}.{version}.nupkg"));
            Facts.HoldOf(package, project.Id, version);
            Facts.HoldOfLibrary(package, project.Id);
            Assert.Equal(project.Dependencies(version), LibraryPackageTests.Dependencies(package));
            Assert.True(File.Exists(Path.Combine(folder, $"{project.Id}.{version}.snupkg")), project.Id);
        }

        using PackageFile tool = PackageFile.Open(Path.Combine(folder, $"QStash.Serverless.Cli.{version}.nupkg"));
        Facts.HoldOf(tool, "QStash.Serverless.Cli", version);
        Assert.All(Directory.EnumerateFiles(folder), file => Assert.EndsWith("." + version, Path.GetFileNameWithoutExtension(file), StringComparison.Ordinal));
    }
}

/// <summary>Runs only where a release has been packed.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ReleaseFactAttribute : FactAttribute
{
    public ReleaseFactAttribute() => Skip = Folder is null ? "Checks the packages of a release: set QSTASH_PACKAGES to their folder." : null!;

    internal static string? Folder { get; } = Environment.GetEnvironmentVariable("QSTASH_PACKAGES") is { Length: > 0 } folder ? folder : null;
}
