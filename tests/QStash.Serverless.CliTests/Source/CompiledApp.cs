using System.Diagnostics;

namespace QStash.Serverless.CliTests.Source;

/// <summary>Assemblies compiled from the text of a test, with the compiler of the SDK that runs it.</summary>
internal static class CompiledApp
{
    /// <summary>What an app of a user's refers to; the apps and tests of this repository are not among it.</summary>
    private static readonly string[] s_rooms = ["", ".AspNetCore", ".AzureFunctions", ".Client", ".Infra", ".Lambda"];

    private static readonly string[] s_references =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Where(static file => Path.GetFileNameWithoutExtension(file) is var name && (name.StartsWith("QStash.Serverless", StringComparison.Ordinal)
                ? s_rooms.Contains(name["QStash.Serverless".Length..])
                : Path.GetDirectoryName(file) != Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory) || name.StartsWith("Microsoft.", StringComparison.Ordinal))),
    ];

    /// <summary>Compiles a library, or a program where the source has a Main, beside a copy of what it refers to.</summary>
    /// <param name="folder">Where it goes.</param>
    /// <param name="name">Its name.</param>
    /// <param name="source">Its only file, <c>Shop.cs</c>.</param>
    /// <param name="references">What it refers to besides the frameworks and this library: files, of which nothing is copied.</param>
    /// <returns>The dll.</returns>
    internal static string Make(string folder, string name, string source, params string[] references)
    {
        Directory.CreateDirectory(folder);
        string file = Path.Combine(folder, name + ".cs");
        string dll = Path.Combine(folder, name + ".dll");
        File.WriteAllText(file, source);
        string[] replaced = [.. references.Select(static reference => Path.GetFileName(reference))];
        File.WriteAllLines(Path.Combine(folder, name + ".rsp"),
        [
            "-nologo", "-noconfig", "-nostdlib", "-nullable", "-debug:portable", "-deterministic", "-warn:0",
            source.Contains("static void Main", StringComparison.Ordinal) ? "-target:exe" : "-target:library",
            $"-out:\"{dll}\"",
            $"\"{file}\"",
            .. s_references.Where(reference => !replaced.Contains(Path.GetFileName(reference))).Concat(references).Select(static reference => $"-r:\"{reference}\""),
        ]);

        ProcessStartInfo start = new("dotnet", ["exec", Compiler(), "@" + Path.Combine(folder, name + ".rsp")]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd() + errors.GetAwaiter().GetResult();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, output);
        return dll;
    }

    private static string Compiler()
    {
        string dotnet = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "..", "..", ".."));
        return Directory.EnumerateDirectories(Path.Combine(dotnet, "sdk"))
            .Select(static sdk => Path.Combine(sdk, "Roslyn", "bincore", "csc.dll"))
            .Where(File.Exists)
            .Order(StringComparer.Ordinal)
            .Last();
    }
}
