using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace QStash.Serverless.Tests.Architecture;

/// <summary>The types of other assemblies that an assembly was compiled against.</summary>
internal static class UsedTypes
{
    internal static IEnumerable<string> Of(Assembly assembly)
    {
        using PEReader file = new(File.OpenRead(assembly.Location));
        MetadataReader metadata = file.GetMetadataReader();
        foreach (TypeReferenceHandle handle in metadata.TypeReferences)
        {
            TypeReference type = metadata.GetTypeReference(handle);
            yield return $"{metadata.GetString(type.Namespace)}.{metadata.GetString(type.Name)}";
        }
    }
}
