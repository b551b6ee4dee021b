namespace QStash.Serverless.PackageTests.Packages;

/// <summary>A package that was compiled against a contract would not run against the vendor's assembly, so it is never made.</summary>
[Collection(nameof(PackedFeed))]
public sealed class ContractRefusalTests(PackedFeed feed)
{
    [Theory]
    [InlineData("QStash.Serverless.AzureFunctions", "Microsoft.Azure.Functions.Worker.Core")]
    [InlineData("QStash.Serverless.Lambda.Annotations", "Amazon.Lambda.Annotations")]
    public async Task Library_CompiledAgainstContracts_IsNotPacked(string project, string contract) =>
        await RefusedAsync(Repository.Root, Path.Combine("src", project), project, contract, "--no-build");

    [Theory]
    [InlineData("")]
    [InlineData("<OutputType>Exe</OutputType><PackAsTool>true</PackAsTool>")]
    public async Task LibraryOrTool_ThatSeesContractsThroughAnother_IsNotPacked(string properties)
    {
        string folder = feed.NewFolder("Through");
        foreach (string file in new[] { "Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props" })
        {
            await File.WriteAllTextAsync(Path.Combine(folder, file), $"""<Project><Import Project="{Path.Combine(Repository.Root, file)}" /></Project>""");
        }

        await File.WriteAllTextAsync(Path.Combine(folder, "README.md"), "# Through");
        await File.WriteAllTextAsync(Path.Combine(folder, "Program.cs"), "System.Console.WriteLine();");
        await File.WriteAllTextAsync(Path.Combine(folder, "Through.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <IsPackable>true</IsPackable>
                <OutputType>Exe</OutputType>
                <EnableNETAnalyzers>false</EnableNETAnalyzers>
                {properties}
              </PropertyGroup>
              <ItemGroup>
                <ProjectReference Include="{Path.Combine(Repository.Root, "src", "QStash.Serverless.AzureFunctions", "QStash.Serverless.AzureFunctions.csproj")}" />
              </ItemGroup>
            </Project>
            """);

        await RefusedAsync(folder, "Through.csproj", "Through", "Microsoft.Azure.Functions.Worker.Core", "-p:BuildProjectReferences=false");
    }

    private async Task RefusedAsync(string folder, string project, string id, string contract, params string[] more)
    {
        string packages = feed.NewFolder("refused");
        (int exitCode, string output) = await feed.TryDotnetAsync(folder,
            ["pack", project, "-c", "Release", "-o", packages, "--artifacts-path", feed.Artifacts, $"-p:QStashVersion={PackedFeed.Version}", "-p:RunAnalyzers=false", "-v", "quiet", .. more]);

        Assert.Equal(1, exitCode);
        Assert.Matches($"error : {id} was compiled against vendor contracts \\(.*{contract}.*\\); pack with -p:VendorPackages=true", output);
        Assert.Empty(Directory.EnumerateFiles(packages));
    }
}
