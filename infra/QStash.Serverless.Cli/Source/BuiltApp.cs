using System.Xml;
using System.Xml.Linq;

namespace QStash.Serverless.Cli.Source;

/// <summary>Finds the built assembly of an app.</summary>
internal static class BuiltApp
{
    /// <summary>The full path of an app's dll.</summary>
    /// <param name="path">The dll itself, a project file, or a folder with a project or with a built app.</param>
    /// <exception cref="InvalidOperationException">There is none, or more than one; the message says what to do.</exception>
    public static string Find(string path)
    {
        string full = Path.GetFullPath(path);
        if (Directory.Exists(full))
        {
            return InFolder(full);
        }

        if (!File.Exists(full))
        {
            throw new InvalidOperationException($"{full} does not exist: name the app's dll, its project, or the folder of one of them.");
        }

        return IsProject(full) ? OfProject(full)
            : !full.EndsWith(".dll", StringComparison.OrdinalIgnoreCase) && DllBeside(full) is { } dll ? throw new InvalidOperationException($"{full} only starts the app, which is beside it: name {dll}.")
            : full;
    }

    private static string InFolder(string folder)
    {
        string[] projects = [.. Directory.GetFiles(folder).Where(IsProject)];
        string[] apps = projects.Length > 0 ? [] : [.. Directory.GetFiles(folder, "*.deps.json").Select(static list => list[..^".deps.json".Length] + ".dll").Where(File.Exists)];
        return (projects, apps) switch
        {
            ([var project], _) => OfProject(project),
            ([], [var app]) => app,
            ([], []) => throw new InvalidOperationException($"{folder} has neither a project nor a built app: name the app's dll or its project."),
            ([], _) => throw new InvalidOperationException($"{folder} has several built apps ({Names(apps)}): name one of them."),
            _ => throw new InvalidOperationException($"{folder} has several projects ({Names(projects)}): name one of them."),
        };
    }

    /// <summary>The newest build of a project, below its own <c>bin</c> or below the <c>artifacts</c> of a folder above it.</summary>
    private static string OfProject(string project)
    {
        string name = AssemblyName(project);
        string folder = Path.GetDirectoryName(project)!;
        IEnumerable<string> outputs = Above(folder).Select(above => Path.Combine(above, "artifacts", "bin", Path.GetFileNameWithoutExtension(project))).Prepend(Path.Combine(folder, "bin"));
        return outputs.Where(Directory.Exists)
            .SelectMany(output => Directory.EnumerateFiles(output, name + ".dll", SearchOption.AllDirectories))
            .Where(static file => Path.GetFileName(Path.GetDirectoryName(file)) is not ("ref" or "refint"))
            .MaxBy(File.GetLastWriteTimeUtc)
            ?? throw new InvalidOperationException($"{project} is not built: there is no {name}.dll below {Path.Combine(folder, "bin")}. Run `dotnet build` first, or name the dll if it is built elsewhere.");
    }

    private static string AssemblyName(string project)
    {
        try
        {
            string? name = XDocument.Load(project).Descendants().LastOrDefault(static node => node.Name.LocalName == "AssemblyName")?.Value.Trim();
            return string.IsNullOrEmpty(name) ? Path.GetFileNameWithoutExtension(project) : name.Replace("$(MSBuildProjectName)", Path.GetFileNameWithoutExtension(project), StringComparison.OrdinalIgnoreCase);
        }
        catch (XmlException exception)
        {
            throw new InvalidOperationException($"{project} cannot be read: {exception.Message}", exception);
        }
    }

    private static string? DllBeside(string file) =>
        new[] { file + ".dll", Path.ChangeExtension(file, ".dll") }.FirstOrDefault(File.Exists);

    private static IEnumerable<string> Above(string folder)
    {
        for (DirectoryInfo? above = new(folder); above is not null; above = above.Parent)
        {
            yield return above.FullName;
        }
    }

    private static bool IsProject(string file) => Path.GetExtension(file) is ".csproj" or ".fsproj" or ".vbproj";

    private static string Names(IEnumerable<string> files) => string.Join(", ", files.Select(Path.GetFileName).Order(StringComparer.Ordinal));
}
