using System.Diagnostics.CodeAnalysis;
using System.Reflection;

namespace QStash.Serverless.Infra;

/// <summary>What an app declares, or everything that is wrong with it.</summary>
public sealed record InfraReading
{
    private InfraReading(InfraModel? model, IReadOnlyList<InfraMistake> mistakes)
    {
        Model = model;
        Mistakes = mistakes;
    }

    /// <summary>What the app declares; null when there are mistakes.</summary>
    public InfraModel? Model { get; }

    /// <summary>Everything that is wrong, by place in the code.</summary>
    public IReadOnlyList<InfraMistake> Mistakes { get; }

    /// <summary>
    /// Reads what an app declares: the attributes <see cref="QStashScheduleAttribute"/> and <see cref="QStashUrlGroupAttribute"/> from its metadata, and every
    /// <see cref="IQStashInfra"/> by calling it. The libraries that it refers to are read too, as far as they use QStash.Serverless. Neither the app's entry point nor
    /// anything that its attributes stand on is run. A test of the app may call it as well.
    /// </summary>
    /// <param name="assembly">The app.</param>
    /// <param name="target">What it is read for.</param>
    /// <exception cref="ArgumentException">The assembly was made in memory.</exception>
    [RequiresUnreferencedCode("Reads every class of an app that was not trimmed.")]
    public static InfraReading Of(Assembly assembly, InfraTarget target)
    {
        ArgumentNullException.ThrowIfNull(assembly);
        ArgumentNullException.ThrowIfNull(target);
        Declarations declarations = new(target);
        foreach (Assembly declaring in DeclaringAssemblies.Of(assembly, declarations))
        {
            AssemblyMetadata metadata = AssemblyMetadata.Of(declaring);
            foreach (ClassMetadata type in metadata.Classes)
            {
                DeclaringAttributes.Read(type, declarations);
            }

            DeclaringClasses.Run(declaring, metadata, declarations);
        }

        InfraModel? model = declarations.Model();
        return new InfraReading(model, declarations.Mistakes);
    }
}
