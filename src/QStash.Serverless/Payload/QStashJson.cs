using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace QStash.Serverless;

/// <summary>
/// The app's JSON metadata: its <see cref="JsonSerializerContext"/>s in the order they were added, each with its own options; then, only where
/// reflection-based serialization is enabled, reflection with <see cref="JsonSerializerOptions.Web"/>.
/// </summary>
public sealed class QStashJson
{
    private readonly IReadOnlyList<JsonSerializerContext> _contexts;

    /// <summary>Uses these contexts.</summary>
    public QStashJson(params IReadOnlyList<JsonSerializerContext> contexts)
    {
        ArgumentNullException.ThrowIfNull(contexts);
        _contexts = contexts;
    }

    /// <summary>The metadata of a type.</summary>
    /// <exception cref="InvalidOperationException">No context knows the type, and reflection-based serialization is disabled.</exception>
    public JsonTypeInfo<T> GetTypeInfo<T>()
    {
        if (Found<T>.Last is { } last && last.In == this)
        {
            return last.TypeInfo;
        }

        Found<T> found = new(this, (JsonTypeInfo<T>)GetTypeInfo(typeof(T)));
        Found<T>.Last = found;
        return found.TypeInfo;
    }

    /// <inheritdoc cref="GetTypeInfo{T}"/>
    public JsonTypeInfo GetTypeInfo(Type type)
    {
        ArgumentNullException.ThrowIfNull(type);
        foreach (JsonSerializerContext context in _contexts)
        {
            if (context.GetTypeInfo(type) is { } typeInfo)
            {
                return typeInfo;
            }
        }

        if (JsonSerializer.IsReflectionEnabledByDefault && Reflected(type) is { } reflected)
        {
            return reflected;
        }

        throw new InvalidOperationException(
            $"No JSON metadata for '{type}'. Add [JsonSerializable(typeof({type.Name}))] to a JsonSerializerContext and pass it to AddQStash().AddJson(...).");
    }

    // Remembers the last answer for a type: an app has one QStashJson, and looking up metadata costs more than reading a small payload should.
    private sealed record Found<T>(QStashJson In, JsonTypeInfo<T> TypeInfo)
    {
        internal static volatile Found<T>? Last;
    }

    // JsonSerializerOptions.Web carries no resolver of its own where reflection is disabled, so trimming never reaches the reflection path.
    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "Runs only while JsonSerializer.IsReflectionEnabledByDefault, which trimmed apps turn off.")]
    [UnconditionalSuppressMessage("AOT", "IL3050", Justification = "Runs only while JsonSerializer.IsReflectionEnabledByDefault, which AOT apps turn off.")]
    private static JsonTypeInfo? Reflected(Type type) =>
        JsonSerializerOptions.Web.TryGetTypeInfo(type, out JsonTypeInfo? typeInfo) ? typeInfo : null;
}
