using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;

namespace QStash.Serverless.HostTests.PublicApi;

/// <summary>
/// Keeps each package's public API as an approved text beside this file, so that a change of it is seen in review. After an intended change:
/// <c>QSTASH_APPROVE=1 dotnet test tests/QStash.Serverless.HostTests --filter PublicApi</c>.
/// </summary>
public sealed class PublicApiTests
{
    public static TheoryData<string> Packages =>
    [
        "QStash.Serverless", "QStash.Serverless.AspNetCore", "QStash.Serverless.AzureFunctions", "QStash.Serverless.Client", "QStash.Serverless.DevServer",
        "QStash.Serverless.Infra", "QStash.Serverless.Lambda", "QStash.Serverless.Lambda.Annotations", "QStash.Serverless.Lambda.AspNetCoreServer", "QStash.Serverless.Testing",
    ];

    [Theory]
    [MemberData(nameof(Packages))]
    public void Public_API_is_the_approved_one(string package)
    {
        string actual = Describe(Assembly.Load(package));
        string file = Path.Combine(Repository.Root, "tests", "QStash.Serverless.HostTests", "PublicApi", package + ".txt");
        if (Environment.GetEnvironmentVariable("QSTASH_APPROVE") == "1")
        {
            File.WriteAllText(file, actual);
        }

        Assert.Equal(File.Exists(file) ? File.ReadAllText(file).ReplaceLineEndings("\n") : "", actual);
    }

    private static string Describe(Assembly assembly)
    {
        StringBuilder text = new();
        foreach (Type type in assembly.GetExportedTypes().OrderBy(static type => type.FullName, StringComparer.Ordinal))
        {
            text.Append(Kind(type)).Append(' ').Append(type.Namespace).Append('.').Append(Name(type));
            Type[] bases = [.. type.BaseType is { } parent && parent != typeof(object) && parent != typeof(ValueType) && parent != typeof(Enum) ? [parent] : Type.EmptyTypes, .. type.GetInterfaces().Where(static i => i.IsPublic).OrderBy(static i => i.Name, StringComparer.Ordinal)];
            text.Append(bases.Length == 0 || type.IsEnum ? "" : " : " + string.Join(", ", bases.Select(Name))).Append('\n');
            foreach (string member in type.GetMembers(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly).Select(Describe).Where(static line => line is not null).Order(StringComparer.Ordinal)!)
            {
                text.Append("  ").Append(member).Append('\n');
            }
        }

        return text.ToString();
    }

    private static string? Describe(MemberInfo member) => member switch
    {
        _ when member.GetCustomAttribute<CompilerGeneratedAttribute>() is not null || member.Name.Contains('<', StringComparison.Ordinal) => null,
        FieldInfo { IsPublic: true, IsSpecialName: false } field => field.DeclaringType!.IsEnum ? $"{field.Name} = {Convert.ToInt64(field.GetRawConstantValue())}" : $"{Static(field.IsStatic)}{Name(field.FieldType)} {field.Name}",
        ConstructorInfo { IsPublic: true } constructor => $"new({Parameters(constructor)})",
        MethodInfo { IsSpecialName: false } method when method.IsPublic || method.IsFamily => $"{Static(method.IsStatic)}{Name(method.ReturnType)} {method.Name}{Generics(method)}({Parameters(method)})",
        PropertyInfo property when Accessors(property) is { Length: > 0 } accessors => $"{Static(property.GetMethod?.IsStatic == true)}{Name(property.PropertyType)} {property.Name} {{ {accessors} }}",
        _ => null,
    };

    private static string Accessors(PropertyInfo property) => string.Join(
        ' ',
        new[] { property.GetMethod is { IsPublic: true } ? "get;" : null, property.SetMethod is { IsPublic: true } set ? (set.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) ? "init;" : "set;") : null }.OfType<string>());

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(static parameter =>
        $"{(parameter.IsOut ? "out " : "")}{Name(parameter.ParameterType.IsByRef ? parameter.ParameterType.GetElementType()! : parameter.ParameterType)} {parameter.Name}{(parameter.HasDefaultValue ? " = " + (parameter.RawDefaultValue ?? "default") : "")}"));

    private static string Generics(MethodInfo method) => method.IsGenericMethodDefinition ? $"<{string.Join(", ", method.GetGenericArguments().Select(Name))}>" : "";

    private static string Static(bool isStatic) => isStatic ? "static " : "";

    private static string Kind(Type type) =>
        type.IsEnum ? "enum" : type.IsInterface ? "interface" : type.IsValueType ? "struct" : type is { IsAbstract: true, IsSealed: true } ? "static class" : type.IsSealed ? "sealed class" : type.IsAbstract ? "abstract class" : "class";

    private static string Name(Type type) =>
        type.IsArray ? Name(type.GetElementType()!) + "[]"
        : Nullable.GetUnderlyingType(type) is { } underlying ? Name(underlying) + "?"
        : type.IsGenericType ? $"{type.Name.Split('`')[0]}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>"
        : type.IsNested && !type.IsGenericParameter ? $"{Name(type.DeclaringType!)}.{type.Name}"
        : type.Name;
}
