using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Reflection.Metadata.Ecma335;

namespace QStash.Serverless.Infra;

/// <summary>Makes and calls every <see cref="IQStashInfra"/> of an assembly.</summary>
internal static class DeclaringClasses
{
    private const BindingFlags Any = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    private static readonly string s_room = typeof(IQStashInfra).Assembly.GetName().Name!;

    [RequiresUnreferencedCode("Looks at every class.")]
    internal static void Run(Assembly assembly, AssemblyMetadata metadata, Declarations declarations)
    {
        if (!assembly.GetReferencedAssemblies().Any(static reference => reference.Name == s_room))
        {
            return;
        }

        foreach (ClassMetadata known in metadata.Classes)
        {
            if (Load(assembly, known, declarations) is { IsAbstract: false } type && typeof(IQStashInfra).IsAssignableFrom(type))
            {
                Run(type, known.Name, declarations);
            }
        }
    }

    [RequiresUnreferencedCode("Loads a class by its token.")]
    private static Type? Load(Assembly assembly, ClassMetadata known, Declarations declarations)
    {
        try
        {
            return assembly.ManifestModule.ResolveType(MetadataTokens.GetToken(known.Handle));
        }
        catch (Exception exception) when (exception is IOException or TypeLoadException or BadImageFormatException)
        {
            // What a class stands on may be missing where the app is not deployed; that matters only if the class declares something.
            if (known.Bases.Contains(typeof(IQStashInfra).FullName))
            {
                declarations.Wrong(new DeclaredAt("", 0, known.Name), $"{known.Name} cannot be loaded, so what it declares is unknown: {exception.Message}");
            }

            return null;
        }
    }

    [RequiresUnreferencedCode("Makes an instance.")]
    private static void Run(Type type, string name, Declarations declarations)
    {
        DeclaredAt at = new("", 0, name);
        if (type.ContainsGenericParameters)
        {
            declarations.Wrong(at, $"{name} is an IQStashInfra with type parameters, and nothing says which types they are: make the class abstract and derive from it, or drop them.");
            return;
        }

        if (type.GetConstructor(Any, Type.EmptyTypes) is not { } constructor)
        {
            declarations.Wrong(at, $"{name} is an IQStashInfra without a constructor that takes no parameters, so nothing can make one: give it such a constructor.");
            return;
        }

        try
        {
            IQStashInfra infra = (IQStashInfra)constructor.Invoke(BindingFlags.DoNotWrapExceptions, null, null, null);
            infra.Declare(new InfraBuilder(declarations, name));
        }
        catch (Exception thrown)
        {
            // It is the app's code: whatever it throws is told like any other mistake, beside the others.
            Exception cause = thrown;
            while (cause is TypeInitializationException { InnerException: { } inner })
            {
                cause = inner;
            }

            declarations.Wrong(Place(cause, type.Assembly, name, declarations) ?? at, $"{name}.Declare threw {cause.GetType().Name}: {cause.Message}");
        }
    }

    /// <summary>The line of the app's code that it was thrown in, where its symbols tell.</summary>
    [RequiresUnreferencedCode("Looks up methods of a stack trace.")]
    private static DeclaredAt? Place(Exception thrown, Assembly app, string name, Declarations declarations) =>
        new StackTrace(thrown, fNeedFileInfo: true).GetFrames().FirstOrDefault(frame => frame.GetFileName() is not null && frame.GetMethod()?.Module.Assembly == app) is { } frame
            ? declarations.At(frame.GetFileName()!, frame.GetFileLineNumber(), name)
            : null;
}
