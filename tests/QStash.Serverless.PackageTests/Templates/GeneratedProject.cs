namespace QStash.Serverless.PackageTests.Templates;

/// <summary>A project as a template made it.</summary>
/// <param name="Case">How the template was called.</param>
/// <param name="Folder">Where the project is.</param>
/// <param name="Printed">What <c>dotnet new</c> printed.</param>
/// <param name="Files">The files it made, relative to <paramref name="Folder"/>, with forward slashes, in order.</param>
internal sealed record GeneratedProject(TemplateCase Case, string Folder, string Printed, IReadOnlyList<string> Files)
{
    internal string App => Path.Combine(Folder, "src", Case.Name);

    internal string Assembly => Path.Combine(App, "bin", "Debug", "net10.0", Case.Name + ".dll");

    internal IEnumerable<string> ProjectFiles => Files.Where(static file => file.EndsWith(".csproj", StringComparison.Ordinal)).Select(file => Path.Combine(Folder, file));

    internal IEnumerable<(string File, string Text)> Texts => Files.Select(file => (file, File.ReadAllText(Path.Combine(Folder, file))));

    internal static async Task<GeneratedProject> CreateAsync(InstalledTemplates templates, TemplateCase templateCase, string folder, bool restore)
    {
        Directory.CreateDirectory(folder);
        string printed = await templates.NewAsync(folder, [.. templateCase.Arguments, "-o", folder, .. restore ? Array.Empty<string>() : ["--no-restore"]]);
        string[] files = [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(folder, file).Replace('\\', '/'))
            .Where(static file => !file.Contains("/obj/", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
        return new(templateCase, folder, printed, files);
    }
}
