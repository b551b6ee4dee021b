using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Runtime.Versioning;
using QStash.Serverless.Infra;

namespace QStash.Serverless.Cli.Source;

/// <summary>Refuses what is no app that this tool can read, before anything of it is loaded.</summary>
internal static class AppFacts
{
    private const string Core = "QStash.Serverless";

    /// <summary>Refuses what is no .NET assembly, and what is made for a newer .NET.</summary>
    /// <exception cref="InvalidOperationException">It is not; the message says what to do.</exception>
    public static void Require(string file)
    {
        Version? framework = Read(file, static metadata => TargetFramework(metadata));
        Version own = new(Environment.Version.Major, Environment.Version.Minor);
        if (framework > own)
        {
            throw new InvalidOperationException($"{file} is built for .NET {framework}, and this tool runs on .NET {own}: run it with DOTNET_ROLL_FORWARD=Major, or install the tool's newest version.");
        }
    }

    /// <summary>Refuses what does not use this library, or a newer one than the tool does.</summary>
    /// <exception cref="InvalidOperationException">It does not; the message says what to do.</exception>
    public static void RequireOurs(string file, AppLoadContext context)
    {
        AssemblyName[] references = Read(file, static metadata => metadata.AssemblyReferences.Select(reference => metadata.GetAssemblyReference(reference).GetAssemblyName()).ToArray());
        AssemblyName infra = typeof(IQStashInfra).Assembly.GetName();
        AssemblyName[] ours = [.. new[] { typeof(QStashName).Assembly.GetName(), typeof(Client.QStashClient).Assembly.GetName(), infra }];
        AssemblyName[] used = [.. ours.Select(own => Used(own, references, context)).OfType<AssemblyName>()];
        if (used.Length == 0)
        {
            throw new InvalidOperationException($"{file} does not use {Core}, so it declares nothing: name the app's own dll, or add a reference to {Core} and build again.");
        }

        foreach (AssemblyName newer in used.Where(name => ours.Any(own => own.Name == name.Name && name.Version > own.Version)))
        {
            throw new InvalidOperationException($"{file} uses {newer.Name} {newer.Version!.ToString(3)}, which is newer than this tool, {infra.Version!.ToString(3)}: update the tool with `dotnet tool update QStash.Serverless.Cli`.");
        }
    }

    private static AssemblyName? Used(AssemblyName own, AssemblyName[] references, AppLoadContext context) =>
        context.FileOf(new AssemblyName(own.Name!)) is { } file ? AssemblyName.GetAssemblyName(file) : Array.Find(references, reference => reference.Name == own.Name);

    private static T Read<T>(string file, Func<MetadataReader, T> read)
    {
        try
        {
            using FileStream stream = File.OpenRead(file);
            using PEReader image = new(stream);
            if (image.HasMetadata && image.GetMetadataReader() is { IsAssembly: true } metadata)
            {
                return read(metadata);
            }
        }
        catch (BadImageFormatException)
        {
            // As good as none.
        }

        throw new InvalidOperationException($"{file} is no .NET assembly: name the app's dll, such as bin/Debug/net10.0/Shop.dll.");
    }

    private static Version? TargetFramework(MetadataReader metadata)
    {
        foreach (CustomAttributeHandle handle in metadata.GetAssemblyDefinition().GetCustomAttributes())
        {
            CustomAttribute attribute = metadata.GetCustomAttribute(handle);
            if (attribute.Constructor.Kind == HandleKind.MemberReference
                && metadata.GetMemberReference((MemberReferenceHandle)attribute.Constructor).Parent is { Kind: HandleKind.TypeReference } type
                && metadata.GetString(metadata.GetTypeReference((TypeReferenceHandle)type).Name) == nameof(TargetFrameworkAttribute))
            {
                BlobReader value = metadata.GetBlobReader(attribute.Value);
                value.ReadUInt16();
                return value.ReadSerializedString() is { } text && new FrameworkName(text) is { Identifier: ".NETCoreApp" } framework ? framework.Version : null;
            }
        }

        return null;
    }
}
