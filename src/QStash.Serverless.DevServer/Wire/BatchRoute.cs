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
        List<(Submission? Submission, string? Error)> items = Read(call, await call.ReadBodyAsync().ConfigureAwait(false));
        List<(Receipt? Receipt, string? Error)> answers = await store.RunAsync(session => items.ConvertAll(item => Accept(session, item))).ConfigureAwait(false);
        return WireReply.Json(200, json =>
        {
            json.WriteStartArray();
            foreach ((Receipt? receipt, string? error) in answers)
            {
                if (receipt is not null)
                {
                    PublishRoutes.Write(json, receipt);
                }
                else
                {
                    json.WriteStartObject();
                    json.WriteString("error", error);
                    json.WriteEndObject();
                }
            }

            json.WriteEndArray();
        });
    }

    /// <summary>Nothing is written before a check refuses, so a refusal leaves the other items as they are.</summary>
    private (Receipt? Receipt, string? Error) Accept(StoreSession session, (Submission? Submission, string? Error) item)
    {
        try
        {
            return item.Submission is { } submission ? (intake.Accept(session, intake.Check(session, submission)), null) : (null, item.Error);
        }
        catch (WireException e)
        {
            return (null, e.Message);
        }
    }

    private static List<(Submission? Submission, string? Error)> Read(WireCall call, byte[] body)
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

            List<(Submission? Submission, string? Error)> items = [];
            foreach (JsonElement item in document.RootElement.EnumerateArray())
            {
                try
                {
                    items.Add((JsonBody.Valid(() => ReadItem(call, item)), null));
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
        if (item.ValueKind != JsonValueKind.Object)
        {
            throw WireException.BadRequest("a batch item must be a JSON object");
        }

        SettingsBag settings = new();
        Dictionary<string, string?[]> headers = JsonBody.Headers(item);
        foreach ((string name, string?[] values) in headers)
        {
            settings.Set(name, values);
        }

        if (JsonBody.Text(item, "queue") is { } queue)
        {
            settings.Set(QStashHeaders.QueueName, queue);
        }

        return new(call.Account.Id, JsonBody.Text(item, "destination") ?? "", settings, Body(item), call.CallerIp) { Incoming = headers };
    }

    /// <summary>Text as UTF-8; JSON that is not a string is written back compactly.</summary>
    private static byte[] Body(JsonElement item)
        => !item.TryGetProperty("body", out JsonElement body) || body.ValueKind == JsonValueKind.Null ? []
            : body.ValueKind == JsonValueKind.String ? Encoding.UTF8.GetBytes(body.GetString()!)
            : WireReply.Bytes(body.WriteTo).ToArray();
}
