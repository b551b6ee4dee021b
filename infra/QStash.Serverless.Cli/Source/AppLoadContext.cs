using System.Reflection;
using System.Runtime.Loader;
using QStash.Serverless.Infra;

namespace QStash.Serverless.Cli.Source;

/// <summary>
/// Where an app is loaded: what it declares with, and what that needs, are the tool's own, so that both mean the same by it; so are the frameworks, unless the
/// app brings a newer part of them. Everything else is the app's.
/// </summary>
internal sealed class AppLoadContext : AssemblyLoadContext
{
    private static readonly Lazy<Dictionary<string, string>> s_shared = new(FindShared);

    private readonly AssemblyDependencyResolver _resolver;

    /// <exception cref="InvalidOperationException">The list of what the app needs, its <c>.deps.json</c>, cannot be read.</exception>
    public AppLoadContext(string file)
        : base(Path.GetFileNameWithoutExtension(file), isCollectible: true) => _resolver = new(file);

    /// <summary>Whether the app and the tool share this assembly.</summary>
    public static bool IsShared(string name) => s_shared.Value.ContainsKey(name);

    /// <summary>The app's own file of an assembly; null when it brings none.</summary>
    public string? FileOf(AssemblyName name) => _resolver.ResolveAssemblyToPath(name);

    protected override Assembly? Load(AssemblyName assemblyName)
    {
        if (s_shared.Value.TryGetValue(assemblyName.Name!, out string? own) && AssemblyName.GetAssemblyName(own).Version >= assemblyName.Version)
        {
            return null;
        }

        return FileOf(assemblyName) is { } file ? LoadFromAssemblyPath(file) : null;
    }

    protected override nint LoadUnmanagedDll(string unmanagedDllName) =>
        _resolver.ResolveUnmanagedDllToPath(unmanagedDllName) is { } file ? LoadUnmanagedDllFromPath(file) : 0;

    /// <summary>The frameworks, and what declarations are made of, by name.</summary>
    private static Dictionary<string, string> FindShared()
    {
        Dictionary<string, string> all = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .DistinctBy(static file => Path.GetFileNameWithoutExtension(file), StringComparer.OrdinalIgnoreCase)
            .ToDictionary(static file => Path.GetFileNameWithoutExtension(file), StringComparer.OrdinalIgnoreCase);
        string tool = Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory);
        Dictionary<string, string> shared = all.Where(file => Path.GetDirectoryName(file.Value) != tool).ToDictionary(StringComparer.OrdinalIgnoreCase);
        Stack<AssemblyName> next = new([typeof(IQStashInfra).Assembly.GetName()]);
        while (next.TryPop(out AssemblyName? name))
        {
            if (all.TryGetValue(name.Name!, out string? file) && shared.TryAdd(name.Name!, file))
            {
                foreach (AssemblyName reference in Default.LoadFromAssemblyName(name).GetReferencedAssemblies())
                {
                    next.Push(reference);
                }
            }
        }

        return shared;
    }
}
