using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Runtime.CompilerServices;

namespace QStash.Serverless.Infra;

/// <summary>
/// What an assembly says of its classes, methods and attributes, read from its metadata: nothing of it is loaded or run for that, and what it refers to need not be there.
/// </summary>
internal sealed class AssemblyMetadata
{
    private static readonly ConditionalWeakTable<Assembly, AssemblyMetadata> s_known = [];

    private AssemblyMetadata(MetadataReader reader) => Reader = reader;

    internal MetadataReader Reader { get; }

    /// <summary>The classes, nested ones included; the first definition stands for the module itself.</summary>
    internal IEnumerable<ClassMetadata> Classes => Reader.TypeDefinitions.Skip(1).Select(handle => new ClassMetadata(this, handle));

    /// <summary>The metadata of a loaded assembly.</summary>
    /// <exception cref="ArgumentException">The assembly was made in memory and has none.</exception>
    internal static AssemblyMetadata Of(Assembly assembly) => s_known.GetValue(assembly, static assembly => Read(assembly));

    /// <summary>A type of this assembly.</summary>
    internal ClassMetadata Class(Type type) => new(this, (TypeDefinitionHandle)MetadataTokens.EntityHandle(type.MetadataToken));

    /// <summary>The attributes of a full name.</summary>
    internal IEnumerable<AttributeMetadata> Attributes(CustomAttributeHandleCollection attributes, string fullName)
    {
        foreach (CustomAttributeHandle handle in attributes)
        {
            CustomAttribute attribute = Reader.GetCustomAttribute(handle);
            if (FullName(attribute.Constructor) == fullName)
            {
                yield return new AttributeMetadata(attribute.DecodeValue(AttributeTypes.Instance));
            }
        }
    }

    /// <summary>A type's full name, whether this assembly defines it or refers to it; empty for anything but plain types.</summary>
    internal string FullName(EntityHandle type) => type.Kind switch
    {
        HandleKind.TypeReference when Reader.GetTypeReference((TypeReferenceHandle)type) is var reference => Reader.GetString(reference.Namespace) + "." + Reader.GetString(reference.Name),
        HandleKind.TypeDefinition when Reader.GetTypeDefinition((TypeDefinitionHandle)type) is var definition => Reader.GetString(definition.Namespace) + "." + Reader.GetString(definition.Name),
        HandleKind.MemberReference => FullName(Reader.GetMemberReference((MemberReferenceHandle)type).Parent),
        HandleKind.MethodDefinition => FullName(Reader.GetMethodDefinition((MethodDefinitionHandle)type).GetDeclaringType()),
        _ => "",
    };

    private static unsafe AssemblyMetadata Read(Assembly assembly) => assembly.TryGetRawMetadata(out byte* metadata, out int length)
        ? new(new MetadataReader(metadata, length))
        : throw new ArgumentException($"{assembly.GetName().Name} was made in memory: there is nothing to read declarations from.", nameof(assembly));
}
