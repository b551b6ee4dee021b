using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace QStash.Serverless.PackageTests.Templates;

/// <summary>What users of the project templates get.</summary>
[Collection(nameof(PackedFeed))]
public sealed partial class ProjectTemplateTests(PackedFeed feed, GeneratedProjects projects) : IClassFixture<GeneratedProjects>
{
    public static TheoryData<string> Pairwise => [.. TemplateCase.Pairwise.Select(static templateCase => templateCase.Key)];

    [Theory]
    [MemberData(nameof(Pairwise))]
    public async Task Project_BuildsWithoutWarningsAndItsTestsPass(string key)
    {
        string mistakes = await projects.Set.MistakesAsync(TemplateCase.Pairwise.Single(templateCase => templateCase.Key == key));
        Assert.True(mistakes.Length == 0, mistakes);
    }

    [FullFact]
    public async Task EveryCombination_BuildsWithoutWarningsAndItsTestsPass()
    {
        ProjectSet all = await ProjectSet.BuildAsync(feed, TemplateCase.All);
        foreach (TemplateCase templateCase in TemplateCase.All)
        {
            string mistakes = await all.MistakesAsync(templateCase);
            Assert.True(mistakes.Length == 0, mistakes);
        }
    }

    [Fact]
    public void Files_AndPrintedInstructions_AreTheApprovedOnes()
    {
        foreach (TemplateCase templateCase in TemplateCase.Pairwise)
        {
            GeneratedProject project = projects.Set[templateCase];
            string actual = string.Join('\n', [$"dotnet new {string.Join(' ', templateCase.Arguments)}", "", .. Instructions(project.Printed), "", .. project.Files, ""]);
            string file = Path.Combine(Repository.Root, "tests", "QStash.Serverless.PackageTests", "Templates", "Approved", templateCase.Key + ".txt");
            if (Environment.GetEnvironmentVariable("QSTASH_APPROVE") == "1")
            {
                File.WriteAllText(file, actual);
            }

            Assert.Equal(File.Exists(file) ? File.ReadAllText(file).ReplaceLineEndings("\n") : "", actual);
        }
    }

    [Fact]
    public void Packages_AreOrdinaryReferencesInTheVersionsThisRepositoryUses()
    {
        XDocument central = XDocument.Load(Path.Combine(Repository.Root, "Directory.Packages.props"));
        Dictionary<string, string> versions = central.Descendants("PackageVersion").ToDictionary(
            static version => (string)version.Attribute("Include")!,
            version => Property().Replace((string)version.Attribute("Version")!, name => central.Descendants(name.Groups[1].Value).Single().Value));

        (string Id, string Version)[] references = [.. TemplateCase.Pairwise.SelectMany(templateCase => projects.Set[templateCase].ProjectFiles).Distinct()
            .SelectMany(static file => XDocument.Load(file).Descendants("PackageReference")).Select(static reference => ((string)reference.Attribute("Include")!, (string)reference.Attribute("Version")!)).Distinct()];

        Assert.Contains(("Amazon.Lambda.Annotations", versions["Amazon.Lambda.Annotations"]), references);
        Assert.All(references, reference => Assert.Equal(reference.Id.StartsWith("QStash.", StringComparison.Ordinal) ? PackedFeed.Version : versions[reference.Id], reference.Version));
    }

    // Where packages were restored, and in which order, is not the templates' to say.
    private static IEnumerable<string> Instructions(string printed) => printed.Trim().ReplaceLineEndings("\n").Split('\n').Where(static line => !Restoring().IsMatch(line));

    [GeneratedRegex("^(Restoring | +Determining projects | +Restored |Restore succeeded)")]
    private static partial Regex Restoring();

    [GeneratedRegex(@"\$\((\w+)\)")]
    private static partial Regex Property();
}
