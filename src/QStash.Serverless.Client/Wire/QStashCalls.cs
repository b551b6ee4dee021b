using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace QStash.Serverless.Client;

/// <summary>The calls behind the operations: what they send, and how answers are read.</summary>
internal sealed class QStashCalls(QStashTransport transport)
{
    private static readonly KeyValuePair<string, string>[] s_json = [new("Content-Type", "application/json")];

    /// <summary>Refuses an id that could not stand in a path: an empty one would turn the call into the one for everything (protocol 2.0, rule 9).</summary>
    internal static string Segment(string id, [CallerArgumentExpression(nameof(id))] string? parameterName = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(id, parameterName);
        return id is "." or ".." ? throw new ArgumentException($"'{id}' is no id.", parameterName) : Uri.EscapeDataString(id);
    }

    /// <summary>Refuses an empty list of ids, and empty ids in it: without ids QStash takes everything.</summary>
    internal static string[] Ids(IEnumerable<string> ids, [CallerArgumentExpression(nameof(ids))] string? parameterName = null)
    {
        ArgumentNullException.ThrowIfNull(ids, parameterName);
        string[] all = [.. ids];
        return all.Length == 0 ? throw new ArgumentException("There is no id; QStash would take that for all of them.", parameterName)
            : Array.Exists(all, string.IsNullOrWhiteSpace) ? throw new ArgumentException("One of the ids is empty.", parameterName)
            : all;
    }

    internal static byte[] Json(Action<Utf8JsonWriter> write)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        return stream.ToArray();
    }

    internal static OutgoingRequest Get(string path) => new(HttpMethod.Get, path, [], default, IsRepeatable: true);

    /// <summary>A call that has the same effect when it is made twice.</summary>
    internal static OutgoingRequest Put(HttpMethod method, string path, ReadOnlyMemory<byte> json = default) => new(method, path, json.IsEmpty ? [] : s_json, json, IsRepeatable: true);

    /// <summary>Sends a call whose answer is read as JSON.</summary>
    internal async Task<T> ReadAsync<T>(OutgoingRequest request, Func<JsonElement, T> read, CancellationToken cancellationToken)
    {
        QStashResponse response = await transport.SendAsync(request, cancellationToken).ConfigureAwait(false);
        try
        {
            using JsonDocument json = JsonDocument.Parse(response.Body);
            return read(json.RootElement);
        }
        catch (Exception exception) when (exception is JsonException or FormatException)
        {
            throw transport.NotUnderstood(request, response);
        }
    }

    /// <summary>Like <see cref="ReadAsync"/>; null when QStash answers that there is no such thing.</summary>
    internal async Task<T?> FindAsync<T>(OutgoingRequest request, Func<JsonElement, T> read, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            return await ReadAsync(request, read, cancellationToken).ConfigureAwait(false);
        }
        catch (QStashApiException exception) when (exception.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    /// <summary>Sends a call whose answer does not matter beyond its status.</summary>
    internal Task SendAsync(OutgoingRequest request, CancellationToken cancellationToken) => transport.SendAsync(request, cancellationToken);

    /// <summary>Like <see cref="SendAsync"/>; false when QStash answers that there is no such thing.</summary>
    internal async Task<bool> TrySendAsync(OutgoingRequest request, CancellationToken cancellationToken)
    {
        try
        {
            await transport.SendAsync(request, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (QStashApiException exception) when (exception.StatusCode == HttpStatusCode.NotFound)
        {
            return false;
        }
    }

    /// <summary>Reads page after page, as far as the caller goes. An absent or empty cursor ends the list (protocol 9.3).</summary>
    internal async IAsyncEnumerable<T> PagesAsync<T>(Func<string?, string> path, string list, Func<JsonFields, T> read, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? cursor = null;
        do
        {
            (T[] items, string? next) = await ReadAsync(
                Get(path(cursor)),
                json =>
                {
                    JsonFields page = new(json);
                    return (page.Objects(list).Select(read).ToArray(), page.Text("cursor"));
                },
                cancellationToken).ConfigureAwait(false);
            foreach (T item in items)
            {
                yield return item;
            }

            cursor = next == cursor ? null : next;
        }
        while (!string.IsNullOrEmpty(cursor));
    }

    internal Task<T[]> ListAsync<T>(string path, Func<JsonFields, T> read, CancellationToken cancellationToken) => ReadAsync(
        Get(path),
        json => json.ValueKind == JsonValueKind.Array ? json.EnumerateArray().Select(item => read(new JsonFields(item))).ToArray() : throw new FormatException("expected a list"),
        cancellationToken);
}
