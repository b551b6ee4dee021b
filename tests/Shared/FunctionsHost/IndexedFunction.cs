using System.Text.Json;

namespace QStash.Serverless.Tests.FunctionsHost;

/// <summary>A function as the worker described it to the host.</summary>
internal sealed class IndexedFunction
{
    internal IndexedFunction(ProtobufMessage metadata)
    {
        Metadata = metadata.Bytes;
        Name = metadata.Text(4);
        Id = metadata.Text(13);
        RawBindings = [.. metadata.Texts(10)];
        foreach (string binding in RawBindings)
        {
            using JsonDocument json = JsonDocument.Parse(binding);
            if (json.RootElement.GetProperty("type").GetString() is { } type && type.EndsWith("Trigger", StringComparison.OrdinalIgnoreCase))
            {
                Trigger = new(
                    json.RootElement.GetProperty("name").GetString()!,
                    type,
                    json.RootElement.TryGetProperty("route", out JsonElement route) ? route.GetString() : null,
                    json.RootElement.TryGetProperty("methods", out JsonElement methods) ? [.. methods.EnumerateArray().Select(static method => method.GetString()!)] : []);
            }
        }

        if (Trigger is null)
        {
            throw new InvalidDataException($"The worker describes the function '{Name}' without a trigger: {string.Join(' ', RawBindings)}");
        }
    }

    internal string Name { get; }

    internal string Id { get; }

    internal IReadOnlyList<string> RawBindings { get; }

    internal FunctionTrigger Trigger { get; }

    /// <summary>The description itself, to be sent back when the function is loaded.</summary>
    internal ReadOnlyMemory<byte> Metadata { get; }
}

internal sealed record FunctionTrigger(string Name, string Type, string? Route, IReadOnlyList<string> Methods)
{
    internal bool IsHttp => Type.Equals("httpTrigger", StringComparison.OrdinalIgnoreCase);
}
