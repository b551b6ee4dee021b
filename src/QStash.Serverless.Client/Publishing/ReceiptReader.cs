using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace QStash.Serverless.Client;

/// <summary>Reads what QStash answers to publishes and batches (protocol 2.1, 2.3; section 13, row 1). Null stands for an answer that is not understood.</summary>
internal static class ReceiptReader
{
    internal static PublishReceipt? Publish(ReadOnlyMemory<byte> body, bool duplicate)
    {
        using JsonDocument? json = Parse(body);
        return json is not null && TryMessages(json.RootElement, out List<PublishedMessage>? messages, duplicate) ? new PublishReceipt(messages) : null;
    }

    internal static IReadOnlyList<BatchItemResult>? Batch(ReadOnlyMemory<byte> body, int count)
    {
        using JsonDocument? json = Parse(body);
        if (json is null)
        {
            return null;
        }

        // A lone object can only be the answer to a lone item.
        JsonElement root = json.RootElement;
        JsonElement[] items = root.ValueKind == JsonValueKind.Array ? [.. root.EnumerateArray()] : [root];
        if (items.Length != count)
        {
            return null;
        }

        List<BatchItemResult> results = new(count);
        foreach (JsonElement item in items)
        {
            if (Error(item) is { } error)
            {
                results.Add(new BatchItemResult(null, error));
            }
            else if (TryMessages(item, out List<PublishedMessage>? messages))
            {
                results.Add(new BatchItemResult(new PublishReceipt(messages), null));
            }
            else
            {
                return null;
            }
        }

        return results;
    }

    /// <summary>The text of <c>{"error":"..."}</c>, or null.</summary>
    internal static string? Error(ReadOnlyMemory<byte> body)
    {
        using JsonDocument? json = Parse(body);
        return json is null ? null : Error(json.RootElement);
    }

    private static string? Error(JsonElement element) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty("error", out JsonElement error) && error.ValueKind == JsonValueKind.String
            ? error.GetString()
            : null;

    private static bool TryMessages(JsonElement element, [NotNullWhen(true)] out List<PublishedMessage>? messages, bool duplicate = false)
    {
        messages = null;
        if (element.ValueKind == JsonValueKind.Object)
        {
            if (element.TryGetProperty("messages", out JsonElement inner) && inner.ValueKind == JsonValueKind.Array)
            {
                return TryMessages(inner, out messages);
            }

            messages = Message(element, duplicate) is { } message ? [message] : null;
            return messages is not null;
        }

        if (element.ValueKind != JsonValueKind.Array || element.GetArrayLength() == 0)
        {
            return false;
        }

        List<PublishedMessage> all = [];
        foreach (JsonElement item in element.EnumerateArray())
        {
            if (Message(item, duplicate: false) is not { } message)
            {
                return false;
            }

            all.Add(message);
        }

        messages = all;
        return true;
    }

    private static PublishedMessage? Message(JsonElement element, bool duplicate)
    {
        if (element.ValueKind != JsonValueKind.Object
            || !element.TryGetProperty("messageId", out JsonElement id) || id.ValueKind != JsonValueKind.String || id.GetString() is not { Length: > 0 } messageId)
        {
            return null;
        }

        string? url = element.TryGetProperty("url", out JsonElement text) && text.ValueKind == JsonValueKind.String ? text.GetString() : null;
        bool deduplicated = element.TryGetProperty("deduplicated", out JsonElement flag) ? flag.ValueKind == JsonValueKind.True : duplicate;
        return new PublishedMessage(messageId, url, deduplicated);
    }

    private static JsonDocument? Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            return JsonDocument.Parse(body);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
