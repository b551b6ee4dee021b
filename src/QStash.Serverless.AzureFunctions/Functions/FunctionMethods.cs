using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Microsoft.Azure.Functions.Worker;

namespace QStash.Serverless.AzureFunctions;

/// <summary>Finds the method behind a function as the worker does: by the entry point's text.</summary>
internal static class FunctionMethods
{
    /// <param name="file">The assembly's file, with or without a folder.</param>
    /// <param name="entryPoint">The type's full name, a dot, and the method's name.</param>
    /// <param name="function">The function's name, which tells overloads apart.</param>
    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "The worker itself finds the method by the same text; an app whose functions were trimmed away does not run at all.")]
    [UnconditionalSuppressMessage("Trimming", "IL2075", Justification = "As above.")]
    internal static MethodInfo? Find(string? file, string? entryPoint, string function)
    {
        int dot = entryPoint?.LastIndexOf('.') ?? -1;
        if (string.IsNullOrEmpty(file) || dot <= 0 || Load(Path.GetFileNameWithoutExtension(file))?.GetType(entryPoint![..dot]) is not { } type)
        {
            return null;
        }

        MethodInfo[] methods = [.. type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static).Where(method => method.Name == entryPoint![(dot + 1)..])];
        return methods.FirstOrDefault(method => method.GetCustomAttribute<FunctionAttribute>()?.Name == function) ?? methods.FirstOrDefault();
    }

    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "As above: the worker loads the same assembly.")]
    private static Assembly? Load(string name)
    {
        try
        {
            return Assembly.Load(new AssemblyName(name));
        }
        catch (IOException)
        {
            // Functions of other packages may have their code elsewhere; they are not ours.
            return null;
        }
    }
}
