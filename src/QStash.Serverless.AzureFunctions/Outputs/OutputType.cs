using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;

namespace QStash.Serverless.AzureFunctions;

/// <summary>What the declared type of an output means: which messages a value of it is.</summary>
internal sealed class OutputType
{
    private readonly bool _isCollection;

    private OutputType(Type message, bool isCollection)
    {
        Message = message;
        _isCollection = isCollection;
    }

    /// <summary>The type of one message's payload.</summary>
    internal Type Message { get; }

    /// <summary>Whether the messages bring their own destinations.</summary>
    internal bool IsAddressed => typeof(QStashMessage).IsAssignableFrom(Message);

    /// <summary>The type whose JSON metadata the app needs, or null: the payload's, or that of the payload in a message.</summary>
    internal Type? Json => JsonOf(!IsAddressed ? Message : Message.IsGenericType ? Message.GetGenericArguments()[0] : typeof(object));

    /// <summary>Reads a declared type.</summary>
    /// <exception cref="FormatException">Values of it cannot be published; the message says what can.</exception>
    internal static OutputType Of(Type declared)
    {
        if (declared == typeof(void))
        {
            throw new FormatException("the function returns nothing that could be published; let it return the value, or remove [QStashOutput]");
        }

        Type type = Nullable.GetUnderlyingType(declared) ?? declared;
        OutputType output = ElementOf(type) is { } element ? new OutputType(Nullable.GetUnderlyingType(element) ?? element, isCollection: true) : new OutputType(type, isCollection: false);
        return output._isCollection && output.Message == typeof(byte) ? throw new FormatException($"a collection of bytes would be one message a byte; declare it as byte[] instead of {Name(declared)}")
            : CanBeRead(output.Message) ? output
            : throw new FormatException($"{Name(declared)} cannot be published; declare a payload, string, byte[], QStashMessage<T>, or a collection of one of them");
    }

    /// <summary>The payloads of a value, each with its place in it. What is null is no message.</summary>
    internal IEnumerable<(object Payload, Type Type, int Ordinal)> Payloads(object? value)
    {
        if (value is null)
        {
            yield break;
        }

        if (Message == typeof(object) && !_isCollection && value.GetType() != typeof(object))
        {
            foreach ((object, Type, int) payload in Of(value.GetType()).Payloads(value))
            {
                yield return payload;
            }

            yield break;
        }

        int ordinal = 0;
        foreach (object? payload in _isCollection ? (IEnumerable)value : new[] { value })
        {
            if (payload is not null)
            {
                yield return (payload, Message == typeof(object) ? payload.GetType() : Message, ordinal);
            }

            ordinal++;
        }
    }

    [UnconditionalSuppressMessage("Trimming", "IL2070", Justification = "The interfaces of the types that an app's own functions return; a function app cannot be trimmed, the worker finds functions by reflection.")]
    private static Type? ElementOf(Type type)
    {
        if (type.IsArray && type != typeof(byte[]))
        {
            return type.GetElementType();
        }

        // Text, bytes and everything that is an object or a document in JSON is one message.
        if (IsAsItIs(type) || typeof(JsonNode).IsAssignableFrom(type) || typeof(IDictionary).IsAssignableFrom(type))
        {
            return null;
        }

        Type[] interfaces = type.IsInterface ? [type, .. type.GetInterfaces()] : type.GetInterfaces();
        return Array.Exists(interfaces, static i => Is(i, typeof(IDictionary<,>)) || Is(i, typeof(IReadOnlyDictionary<,>))) ? null
            : Array.Find(interfaces, static i => Is(i, typeof(IEnumerable<>)))?.GetGenericArguments()[0];
    }

    private static Type? JsonOf(Type type) => type == typeof(object) || IsAsItIs(type) ? null : type;

    private static bool IsAsItIs(Type type) => type == typeof(string) || type == typeof(byte[]) || type == typeof(ReadOnlyMemory<byte>) || type == typeof(Memory<byte>);

    [UnconditionalSuppressMessage("Trimming", "IL2070", Justification = "As above.")]
    private static bool CanBeRead(Type type) =>
        !typeof(IQStashResult).IsAssignableFrom(type) && !typeof(Task).IsAssignableFrom(type) && !typeof(Stream).IsAssignableFrom(type) && !typeof(Delegate).IsAssignableFrom(type)
        && type != typeof(ValueTask) && !Is(type, typeof(ValueTask<>))
        && !Is(type, typeof(IAsyncEnumerable<>)) && !Array.Exists(type.GetInterfaces(), static i => Is(i, typeof(IAsyncEnumerable<>)));

    private static bool Is(Type type, Type definition) => type.IsGenericType && type.GetGenericTypeDefinition() == definition;

    private static string Name(Type type) =>
        type.IsGenericType ? $"{type.Name.Split('`')[0]}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>" : type.Name;
}
