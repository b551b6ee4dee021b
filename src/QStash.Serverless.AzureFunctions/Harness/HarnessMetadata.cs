using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Text;
using System.Text.Json;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Core.FunctionMetadata;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace QStash.Serverless.AzureFunctions;

/// <summary>A function as the Functions SDK's generator would describe it, read from its method.</summary>
[RequiresUnreferencedCode(QStashFunctionsHarness.Reason)]
internal sealed class HarnessMetadata : IFunctionMetadata
{
    private HarnessMetadata(string name, MethodInfo method)
    {
        Name = name;
        Method = method;
        RawBindings = [.. Bindings(method)];
        Retry = method.GetCustomAttributes<RetryAttribute>().FirstOrDefault() is { } retry ? new RetryOptions(retry.MaxRetryCount) : null;
    }

    internal MethodInfo Method { get; }

    public string Name { get; }

    string? IFunctionMetadata.Name => Name;

    public string FunctionId => Name;

    string? IFunctionMetadata.FunctionId => Name;

    public bool IsProxy => false;

    public string? Language => "dotnet-isolated";

    public bool ManagedDependencyEnabled => false;

    public string? EntryPoint => $"{Method.ReflectedType!.FullName}.{Method.Name}";

    public IList<string> RawBindings { get; }

    IList<string>? IFunctionMetadata.RawBindings => RawBindings;

    public string? ScriptFile => Method.ReflectedType!.Assembly.GetName().Name + ".dll";

    public IRetryOptions? Retry { get; }

    internal static IEnumerable<HarnessMetadata> Of(Type type) =>
        type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static)
            .Select(static method => (Method: method, Name: method.GetCustomAttribute<FunctionAttribute>()?.Name))
            .Where(static function => function.Name is not null)
            .Select(static function => new HarnessMetadata(function.Name!, function.Method));

    // In the generator's order: outputs of the method, triggers and inputs, outputs of the returned class.
    private static IEnumerable<string> Bindings(MethodInfo method)
    {
        CustomAttributeData? onMethod = method.CustomAttributes.FirstOrDefault(static attribute => Is<OutputBindingAttribute>(attribute));
        if (onMethod is not null)
        {
            yield return Binding("$return", "Out", onMethod);
        }

        bool hasHttpTrigger = false;
        foreach (ParameterInfo parameter in method.GetParameters())
        {
            foreach (CustomAttributeData attribute in parameter.CustomAttributes.Where(static attribute => Is<TriggerBindingAttribute>(attribute) || Is<InputBindingAttribute>(attribute)))
            {
                hasHttpTrigger |= attribute.AttributeType == typeof(HttpTriggerAttribute);
                yield return Binding(parameter.Name!, "In", attribute, DataType(parameter.ParameterType));
            }
        }

        foreach (string binding in ReturnBindings(ReturnedValue.Of(method).Type, hasHttpTrigger, onMethod is not null))
        {
            yield return binding;
        }
    }

    private static IEnumerable<string> ReturnBindings(Type returned, bool hasHttpTrigger, bool hasMethodOutput)
    {
        bool any = false;
        foreach (PropertyInfo property in returned.GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly))
        {
            if (property.IsDefined(typeof(HttpResultAttribute)) || property.PropertyType == typeof(Microsoft.Azure.Functions.Worker.Http.HttpResponseData))
            {
                any = true;
                yield return RawBinding.HttpOutput(property.Name);
            }
            else if (property.CustomAttributes.FirstOrDefault(static attribute => Is<OutputBindingAttribute>(attribute)) is { } output)
            {
                any = true;
                yield return Binding(property.Name, "Out", output);
            }
        }

        if (hasHttpTrigger && !any && !hasMethodOutput)
        {
            yield return RawBinding.HttpOutput("$return");
        }
    }

    private static bool Is<T>(CustomAttributeData attribute) => typeof(T).IsAssignableFrom(attribute.AttributeType);

    private static string? DataType(Type type) =>
        type == typeof(string) || type == typeof(string[]) ? "String"
        : type == typeof(byte[]) || type == typeof(byte[][]) ? "Binary"
        : null;

    private static string Binding(string name, string direction, CustomAttributeData attribute, string? dataType = null)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter writer = new(stream))
        {
            writer.WriteStartObject();
            writer.WriteString("name", name);
            writer.WriteString("type", TypeOf(attribute.AttributeType.Name));
            writer.WriteString("direction", direction);
            foreach ((string argument, object? value) in Arguments(attribute).Where(static argument => argument.Value is not null))
            {
                writer.WritePropertyName(JsonNamingPolicy.CamelCase.ConvertName(argument));
                Write(writer, value!);
            }

            if (dataType is not null)
            {
                writer.WriteString("dataType", dataType);
            }

            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static string TypeOf(string attribute)
    {
        string name = attribute;
        foreach (string suffix in (string[])["Attribute", "Input", "Output"])
        {
            name = name.EndsWith(suffix, StringComparison.Ordinal) ? name[..^suffix.Length] : name;
        }

        return char.ToLowerInvariant(name[0]) + name[1..];
    }

    // Only what was written: a default is not in the text.
    private static IEnumerable<(string Name, object? Value)> Arguments(CustomAttributeData attribute) =>
        [.. attribute.Constructor.GetParameters().Zip(attribute.ConstructorArguments, static (parameter, argument) => (parameter.Name!, Value(argument))),
         .. attribute.NamedArguments.Select(static argument => (argument.MemberName, Value(argument.TypedValue)))];

    private static object? Value(CustomAttributeTypedArgument argument) =>
        argument.Value is IReadOnlyCollection<CustomAttributeTypedArgument> elements ? elements.Select(static element => element.Value?.ToString()).ToArray()
        : argument.ArgumentType.IsEnum ? Enum.GetName(argument.ArgumentType, argument.Value!)
        : argument.Value;

    private static void Write(Utf8JsonWriter writer, object value)
    {
        switch (value)
        {
            case string text:
                writer.WriteStringValue(text);
                break;
            case bool flag:
                writer.WriteBooleanValue(flag);
                break;
            case IEnumerable elements:
                writer.WriteStartArray();
                foreach (object element in elements)
                {
                    Write(writer, element);
                }

                writer.WriteEndArray();
                break;
            default:
                writer.WriteRawValue(Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture)!);
                break;
        }
    }

    private sealed record RetryOptions(int MaxRetryCount) : IRetryOptions
    {
        public TimeSpan? DelayInterval => null;

        public TimeSpan? MinimumInterval => null;

        public TimeSpan? MaximumInterval => null;

        public RetryStrategy? Strategy => RetryStrategy.FixedDelay;
    }
}
