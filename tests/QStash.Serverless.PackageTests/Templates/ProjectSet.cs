using System.Xml.Linq;

namespace QStash.Serverless.PackageTests.Templates;

/// <summary>Projects that were made one by one and built together: one restore and one build for all of them, with warnings as errors.</summary>
internal sealed class ProjectSet
{
    private readonly Dictionary<TemplateCase, GeneratedProject> _projects = [];
    private readonly PackedFeed _feed;

    private ProjectSet(PackedFeed feed) => _feed = feed;

    internal string BuildOutput { get; private set; } = "";

    internal GeneratedProject this[TemplateCase templateCase] => _projects[templateCase];

    internal static async Task<ProjectSet> BuildAsync(PackedFeed feed, IEnumerable<TemplateCase> cases)
    {
        ProjectSet set = new(feed);
        InstalledTemplates templates = await InstalledTemplates.InstallAsync(feed);
        string root = feed.NewFolder("projects");
        foreach (TemplateCase templateCase in cases)
        {
            // Items ask the project for its namespace, for which it has to be restored.
            bool getsItems = templateCase is { Infra: true, Tests: true, Host: "qstash-web" or "qstash-azure" };
            GeneratedProject project = await GeneratedProject.CreateAsync(templates, templateCase, Path.Combine(root, templateCase.Key), restore: getsItems);
            set._projects.Add(templateCase, project);
            if (getsItems)
            {
                string[] kind = templateCase.Host == "qstash-azure" ? ["--function"] : [];
                await templates.NewAsync(project.App, ["qstash-handler", "-n", "Refund", .. kind]);
                await templates.NewAsync(project.App, ["qstash-schedule", "-n", "CloseMonth", "--cron", "30 4 1 * *", "--time-zone", "Europe/Berlin", .. kind]);
            }
        }

        string everything = Path.Combine(root, "everything.slnx");
        new XDocument(new XElement("Solution", set._projects.Values.Select(static project => new XElement("Folder", new XAttribute("Name", $"/{project.Case.Key}/"),
            project.ProjectFiles.Select(static file => new XElement("Project", new XAttribute("Path", file))))))).Save(everything);
        (_, set.BuildOutput) = await feed.TryDotnetAsync(root, "build", everything, "-p:TreatWarningsAsErrors=true", "-v", "quiet");
        return set;
    }

    /// <summary>What is wrong with a project; empty when it was built without a warning, its tests pass, and nothing of the template is left in it.</summary>
    internal async Task<string> MistakesAsync(TemplateCase templateCase)
    {
        GeneratedProject project = this[templateCase];
        string[] build = [.. BuildOutput.Split('\n').Where(line => line.Contains(project.Folder, StringComparison.Ordinal))];
        if (build.Length > 0 || !File.Exists(project.Assembly))
        {
            return build.Length > 0 ? string.Join('\n', build) : BuildOutput;
        }

        if (Leftovers(project) is [_, ..] leftovers)
        {
            return string.Join('\n', leftovers);
        }

        if (!templateCase.Tests)
        {
            return "";
        }

        (int exitCode, string output) = await _feed.TryDotnetAsync(project.Folder, "test", "--no-build", "-v", "quiet");
        return exitCode == 0 && output.Contains("Passed!", StringComparison.Ordinal) ? "" : output;
    }

    private static List<string> Leftovers(GeneratedProject project)
    {
        List<string> words = ["Company-Shop", "Company.Shop", "company-shop", "QSTASH_VERSION", "#if", "#endif", "NoInfra", "NoTests"];
        words.AddRange(project.Case.Infra ? [] : ["OrdersInfra", "QStash.Serverless.Infra", "CloseDay", "close-day", "qstash apply", "qstash plan", "QSTASH_APP", "UrlGroup"]);
        words.AddRange(project.Case.Tests ? [] : ["dotnet test", ".Tests"]);
        return [.. from file in project.Texts from word in words where (file.File + file.Text).Contains(word, StringComparison.Ordinal) select $"{file.File} still has '{word}'"];
    }
}
