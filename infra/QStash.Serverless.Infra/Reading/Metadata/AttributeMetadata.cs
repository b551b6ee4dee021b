using System.Reflection.Metadata;

namespace QStash.Serverless.Infra;

/// <summary>An attribute's arguments, read from metadata.</summary>
internal sealed class AttributeMetadata(CustomAttributeValue<string> value)
{
    /// <summary>A text among the constructor's arguments; null when it is not given.</summary>
    internal string? Text(int argument) => argument < value.FixedArguments.Length ? value.FixedArguments[argument].Value as string : null;

    /// <summary>A number among the constructor's arguments; 0 when it is not given.</summary>
    internal int Number(int argument) => argument < value.FixedArguments.Length && value.FixedArguments[argument].Value is int number ? number : 0;

    /// <summary>A text by its property; null when it is not set.</summary>
    internal string? Text(string property) => Named(property) as string;

    /// <summary>A number, or the number of an enum's member, by its property; null when it is not set.</summary>
    internal int? Number(string property) => Named(property) as int?;

    /// <summary>A flag by its property; false when it is not set.</summary>
    internal bool Flag(string property) => Named(property) is true;

    private object? Named(string property) => value.NamedArguments.FirstOrDefault(argument => argument.Name == property).Value;
}

/// <summary>Types as attributes name them. All that is read are texts, numbers, flags and enums, which are numbers here.</summary>
internal sealed class AttributeTypes : ICustomAttributeTypeProvider<string>
{
    internal static readonly AttributeTypes Instance = new();

    public string GetPrimitiveType(PrimitiveTypeCode typeCode) => typeCode.ToString();

    public string GetSystemType() => "System.Type";

    public string GetSZArrayType(string elementType) => elementType + "[]";

    public string GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind) => reader.GetString(reader.GetTypeDefinition(handle).Name);

    public string GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind) => reader.GetString(reader.GetTypeReference(handle).Name);

    public string GetTypeFromSerializedName(string name) => name;

    public PrimitiveTypeCode GetUnderlyingEnumType(string type) => PrimitiveTypeCode.Int32;

    public bool IsSystemType(string type) => type is "System.Type" or "Type";
}
