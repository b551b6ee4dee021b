using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.Loader;

namespace QStash.Serverless.Infra;

/// <summary>Finds the assemblies that an app's declarations are in: its own, and the libraries it refers to that use QStash.Serverless.</summary>
internal static class DeclaringAssemblies
{
    private const string Core = "QStash.Serverless";

    [RequiresUnreferencedCode("Loads what an assembly refers to.")]
    internal static IReadOnlyList<Assembly> Of(Assembly app, Declarations declarations)
    {
        List<Assembly> found = [app];
        HashSet<string> seen = new(StringComparer.OrdinalIgnoreCase);
        Queue<Assembly> next = new(found);
        while (next.TryDequeue(out Assembly? assembly))
        {
            foreach (AssemblyName name in assembly.GetReferencedAssemblies().Where(name => IsUsers(name) && seen.Add(name.Name!)))
            {
                if (Load(assembly, name, declarations) is { EntryPoint: null } library && !found.Contains(library))
                {
                    next.Enqueue(library);
                    if (library.GetReferencedAssemblies().Any(static reference => reference.Name == Core))
                    {
                        found.Add(library);
                    }
                }
            }
        }

        return found;
    }

    // Those of the frameworks are many, and refer to nothing of ours.
    private static bool IsUsers(AssemblyName name) =>
        name.Name != Core && !name.Name!.StartsWith(Core + ".", StringComparison.Ordinal) && !name.Name.StartsWith("System.", StringComparison.Ordinal) && !name.Name.StartsWith("Microsoft.", StringComparison.Ordinal);

    [RequiresUnreferencedCode("Loads what an assembly refers to.")]
    private static Assembly? Load(Assembly from, AssemblyName name, Declarations declarations)
    {
        try
        {
            return (AssemblyLoadContext.GetLoadContext(from) ?? AssemblyLoadContext.Default).LoadFromAssemblyName(name);
        }
        catch (FileNotFoundException)
        {
            // Not everything that is referred to is needed at run time; whatever of it a declaration uses, it misses by itself.
            return null;
        }
        catch (Exception exception) when (exception is IOException or BadImageFormatException)
        {
            declarations.Wrong(null, $"{name.Name} cannot be loaded, so what it declares is unknown: {exception.Message}");
            return null;
        }
    }
}
