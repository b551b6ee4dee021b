using System.Reflection.Metadata;

namespace QStash.Serverless.Infra;

/// <summary>A class, read from metadata.</summary>
internal sealed class ClassMetadata(AssemblyMetadata assembly, TypeDefinitionHandle handle)
{
    private readonly TypeDefinition _type = assembly.Reader.GetTypeDefinition(handle);

    internal TypeDefinitionHandle Handle => handle;

    /// <summary>The name without a namespace.</summary>
    internal string ShortName => assembly.Reader.GetString(_type.Name) is var name && name.IndexOf('`', StringComparison.Ordinal) is > 0 and var arity ? name[..arity] : name;

    /// <summary>The name without a namespace, after those of the classes around it.</summary>
    internal string Name => _type.GetDeclaringType() is { IsNil: false } outer ? $"{new ClassMetadata(assembly, outer).Name}.{ShortName}" : ShortName;

    internal IEnumerable<MethodMetadata> Methods => _type.GetMethods().Select(method => new MethodMetadata(assembly, this, method));

    /// <summary>The full names of its base class and of the interfaces that it names itself.</summary>
    internal IEnumerable<string> Bases =>
    [
        _type.BaseType.IsNil ? "" : assembly.FullName(_type.BaseType),
        .. _type.GetInterfaceImplementations().Select(implementation => assembly.FullName(assembly.Reader.GetInterfaceImplementation(implementation).Interface)),
    ];

    internal IEnumerable<AttributeMetadata> Attributes(string fullName) => assembly.Attributes(_type.GetCustomAttributes(), fullName);

    internal AttributeMetadata? Attribute(string fullName) => Attributes(fullName).FirstOrDefault();
}

/// <summary>A method, read from metadata.</summary>
internal sealed class MethodMetadata(AssemblyMetadata assembly, ClassMetadata type, MethodDefinitionHandle handle)
{
    private readonly MethodDefinition _method = assembly.Reader.GetMethodDefinition(handle);

    internal ClassMetadata Class => type;

    internal string Name => assembly.Reader.GetString(_method.Name);

    internal IEnumerable<AttributeMetadata> Attributes(string fullName) => assembly.Attributes(_method.GetCustomAttributes(), fullName);

    internal AttributeMetadata? Attribute(string fullName) => Attributes(fullName).FirstOrDefault();

    /// <summary>An attribute on one of its parameters.</summary>
    internal AttributeMetadata? ParameterAttribute(string fullName) =>
        _method.GetParameters().SelectMany(parameter => assembly.Attributes(assembly.Reader.GetParameter(parameter).GetCustomAttributes(), fullName)).FirstOrDefault();
}
