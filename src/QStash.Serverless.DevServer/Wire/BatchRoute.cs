using System.Text;
using System.Text.Json;
using QStash.Serverless.DevServer.Intake;
using QStash.Serverless.DevServer.Settings;
using QStash.Serverless.DevServer.Store;

namespace QStash.Serverless.DevServer.Wire;

/// <summary>Many publishes in one request; a bad item is refused in its place and does not hinder the others (protocol 2.3).</summary>
internal sealed class BatchRoute(QStashStore store, MessageIntake intake)
{
    public IEnumerable<Route> All => [new("POST", "batch", BatchAsync)];

    private async Task<WireReply> BatchAsync(WireCall call)
    {
        List<(CheckedSubmission? Submission, string? Error)> items = Read(call, await call.ReadBodyAsync().ConfigureAwait(false));
        List<Accepted?> accepted = await store.RunAsync(
            session => items.ConvertAll(item => item.Submission is { } submission ? intake.Accept(session, submission) : null)).ConfigureAwait(false);
        return WireReply.Json(200, json =>
        {
            json.WriteStartArray();
            for (int i = 0; i < items.Count; i++)
            {
                if (accepted[i] is { } message)
                {
                    PublishRoutes.Write(json, message);
                }
                else
                {
                    json.WriteStartObject();
                    json.WriteString("error", items[i].Error);
                    json.WriteEndObject();
                }
            }

            json.WriteEndArray();
        });
    }

    private List<(CheckedSubmission? Submission, string? Error)> Read(WireCall call, byte[] body)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(body);
        }
        catch (JsonException e)
        {
            throw WireException.BadRequest($"the body of a batch must be a JSON array of messages: {e.Message}");
        }

        using (document)
        {
            if (document.RootElement.ValueKind != JsonValueKind.Array)
            {
                throw WireException.BadRequest("the body of a batch must be a JSON array of messages");
            }

            List<(CheckedSubmission? Submission, string? Error)> items = [];
            foreach (JsonElement item in document.RootElement.EnumerateArray())
            {
                try
                {
                    items.Add((intake.Check(ReadItem(call, item)), null));
                }
                catch (WireException e)
                {
                    items.Add((null, e.Message));
                }
            }

            return items;
        }
    }

    private static Submission ReadItem(WireCall call, JsonElement item)
    {
        try
        {
            return ReadTexts(call, item);
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException)
        {
            // Half a surrogate pair or bytes that are no UTF-8: the parser only sees them when a text is taken out.
            throw WireException.BadRequest($"a text of a batch item is not valid Unicode: {e.Message}");
        }
    }

    private static Submission ReadTexts(WireCall call, JsonElement item)
    {
        if (item.ValueKind != JsonValueKind.Object)
        {
            throw WireException.BadRequest("a batch item must be a JSON object");
        }

        SettingsBag settings = new();
        Dictionary<string, string?[]> headers = Headers(item);
        foreach ((string name, string?[] values) in headers)
        {
            settings.Set(name, values);
        }

        SettingsReader.ForwardAll(settings, headers);
        if (Text(item, "queue") is { Length: > 0 } queue)
        {
            settings.Set(QStashHeaders.QueueName, queue);
        }

        return new(call.Account.Id, Text(item, "destination") ?? "", settings, Body(item), call.CallerIp);
    }

    private static Dictionary<string, string?[]> Headers(JsonElement item)
    {
        Dictionary<string, string?[]> headers = new(StringComparer.OrdinalIgnoreCase);
        if (!item.TryGetProperty("headers", out JsonElement given) || given.ValueKind == JsonValueKind.Null)
        {
            return headers;
        }

        if (given.ValueKind != JsonValueKind.Object)
        {
            throw WireException.BadRequest("the headers of a batch item must be a JSON object");
        }

        foreach (JsonProperty header in given.EnumerateObject())
        {
            headers[header.Name] = header.Value.ValueKind switch
            {
                JsonValueKind.String => [header.Value.GetString()],
                JsonValueKind.Null => [],
                JsonValueKind.Array when header.Value.EnumerateArray().All(v => v.ValueKind == JsonValueKind.String)
                    => [.. header.Value.EnumerateArray().Select(v => v.GetString())],
                _ => throw WireException.BadRequest($"the header {header.Name} of a batch item must be a string"),
            };
        }

        return headers;
    }

    /// <summary>Text as UTF-8; JSON that is not a string is written back compactly.</summary>
    private static byte[] Body(JsonElement item)
        => !item.TryGetProperty("body", out JsonElement body) || body.ValueKind == JsonValueKind.Null ? []
            : body.ValueKind == JsonValueKind.String ? Encoding.UTF8.GetBytes(body.GetString()!)
            : WireReply.Bytes(body.WriteTo).ToArray();

    private static string? Text(JsonElement item, string name)
        => !item.TryGetProperty(name, out JsonElement value) || value.ValueKind == JsonValueKind.Null ? null
            : value.ValueKind == JsonValueKind.String ? value.GetString()
            : throw WireException.BadRequest($"the {name} of a batch item must be a string");
}
