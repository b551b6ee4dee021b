using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;

namespace QStash.Serverless.Tests.VendorContracts;

/// <summary>What can be compiled against in an assembly, as text, read from its metadata alone: nothing of it is run.</summary>
internal static class AssemblyShape
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    /// <summary>The lines of each public type.</summary>
    /// <param name="file">The assembly.</param>
    /// <param name="others">Assemblies that it refers to, besides the framework's.</param>
    /// <param name="only">The types to read; all when null.</param>
    internal static IReadOnlyDictionary<string, IReadOnlyList<string>> Of(string file, IEnumerable<string> others, IEnumerable<string>? only = null)
    {
        string runtime = RuntimeEnvironment.GetRuntimeDirectory();
        string web = runtime.Replace("Microsoft.NETCore.App", "Microsoft.AspNetCore.App", StringComparison.Ordinal);
        IEnumerable<string> files = new[] { file }.Concat(others).Concat(Folder(runtime)).Concat(Directory.Exists(web) ? Folder(web) : []).Concat(Folder(AppContext.BaseDirectory));
        using MetadataLoadContext context = new(new PathAssemblyResolver(files.DistinctBy(Path.GetFileName)));
        Assembly assembly = context.LoadFromAssemblyPath(file);
        IEnumerable<Type> types = only is null ? assembly.GetExportedTypes() : only.Select(name => assembly.GetType(name)).OfType<Type>().Where(static type => type.IsVisible);
        return types.ToDictionary(static type => type.FullName!, static type => (IReadOnlyList<string>)[.. Lines(type)]);
    }

    private static string[] Folder(string folder) => Directory.GetFiles(folder, "*.dll");

    private static IEnumerable<string> Lines(Type type)
    {
        yield return $"{Kind(type)}{Constraints(type.GetGenericArguments())}";
        yield return $"base {type.BaseType}";
        foreach (string line in type.GetInterfaces().Select(static each => $"implements {Name(each, null)}").Concat(Usage(type)))
        {
            yield return line;
        }

        foreach (MemberInfo member in type.GetMembers(Declared))
        {
            if (Line(member) is { } line)
            {
                yield return line;
            }
        }
    }

    private static string Kind(Type type) =>
        $"{(type.IsAbstract ? "abstract " : "")}{(type.IsSealed ? "sealed " : "")}{(type.IsInterface ? "interface" : type.IsEnum ? "enum" : type.IsValueType ? "struct" : "class")}";

    private static IEnumerable<string> Usage(Type type) =>
        type.GetCustomAttributesData().Where(static attribute => attribute.AttributeType.FullName == "System.AttributeUsageAttribute")
            .Select(static usage => $"usage {usage.ConstructorArguments[0].Value} {string.Join(' ', usage.NamedArguments.OrderBy(static argument => argument.MemberName, StringComparer.Ordinal).Select(static argument => $"{argument.MemberName}={argument.TypedValue.Value}").Where(static argument => argument != "AllowMultiple=False"))}");

    private static string? Line(MemberInfo member)
    {
        try
        {
            return member switch
            {
                FieldInfo { IsSpecialName: false } field when IsSeen(field.Attributes) => $"{(field.IsStatic ? "static " : "")}{Name(field.FieldType, field.DeclaringType!.IsEnum ? null : new NullabilityInfoContext().Create(field))} {field.Name}{(field.IsLiteral ? " = " + Text(field.GetRawConstantValue()) : "")}",
                ConstructorInfo constructor when IsSeen(constructor) => $"{Access(constructor)}new({Parameters(constructor)})",
                MethodInfo { IsSpecialName: false } method when IsSeen(method) => $"{Access(method)}{Name(method.ReturnType, new NullabilityInfoContext().Create(method.ReturnParameter))} {method.Name}{Constraints(method.GetGenericArguments())}({Parameters(method)})",
                PropertyInfo property when Accessors(property) is { Length: > 0 } accessors => $"{Name(property.PropertyType, new NullabilityInfoContext().Create(property))} {property.Name} {{ {accessors} }}",
                _ => null,
            };
        }
        catch (FileNotFoundException)
        {
            // It names types of a package that is not here; no contract mirrors such a member.
            return null;
        }
    }

    private static bool IsSeen(FieldAttributes field) => (field & FieldAttributes.FieldAccessMask) is FieldAttributes.Public or FieldAttributes.Family or FieldAttributes.FamORAssem;

    private static bool IsSeen(MethodBase? method) => method is { IsPublic: true } or { IsFamily: true } or { IsFamilyOrAssembly: true };

    private static string Access(MethodBase method) =>
        $"{(method.IsPublic ? "" : "protected ")}{(method.IsStatic ? "static " : "")}{(method.IsAbstract ? "abstract " : method is { IsVirtual: true, IsFinal: false } ? "virtual " : "")}";

    private static string Accessors(PropertyInfo property) =>
        string.Join(' ', new[] { (Method: property.GetMethod, Name: "get;"), (Method: property.SetMethod, Name: IsInit(property.SetMethod) ? "init;" : "set;") }.Where(static accessor => IsSeen(accessor.Method)).Select(static accessor => Access(accessor.Method!) + accessor.Name));

    private static bool IsInit(MethodInfo? setter) => setter?.ReturnParameter.GetRequiredCustomModifiers().Any(static modifier => modifier.Name == "IsExternalInit") == true;

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(static parameter =>
        $"{(parameter.IsOut ? "out " : "")}{(Has(parameter, "ParamArrayAttribute") ? "params " : "")}{Name(parameter.ParameterType, new NullabilityInfoContext().Create(parameter))} {parameter.Name}{(parameter.HasDefaultValue ? " = " + Text(parameter.RawDefaultValue) : "")}"));

    private static bool Has(ParameterInfo parameter, string attribute) => parameter.GetCustomAttributesData().Any(data => data.AttributeType.Name == attribute);

    private static string Constraints(Type[] parameters) => parameters.Length == 0 ? "" : $"<{string.Join(", ", parameters.Select(static parameter =>
        !parameter.IsGenericParameter ? Name(parameter, null) : $"{parameter.Name}{string.Concat(parameter.GetGenericParameterConstraints().Select(static constraint => " : " + Name(constraint, null)))} {parameter.GenericParameterAttributes}"))}>";

    private static string Name(Type type, NullabilityInfo? nullability)
    {
        string name = type.IsArray ? Name(type.GetElementType()!, nullability?.ElementType) + "[]"
            : type.IsByRef ? Name(type.GetElementType()!, null) + "&"
            : type.IsGenericType ? $"{type.GetGenericTypeDefinition().FullName}<{string.Join(", ", type.GetGenericArguments().Select((argument, i) => Name(argument, nullability?.GenericTypeArguments.ElementAtOrDefault(i))))}>"
            : type.FullName ?? type.Name;
        return type.IsValueType || nullability is null ? name : nullability.ReadState switch { NullabilityState.Nullable => name + "?", NullabilityState.NotNull => name + "!", _ => name };
    }

    private static string Text(object? value) => value is null ? "null" : Convert.ToString(value, CultureInfo.InvariantCulture)!;
}
