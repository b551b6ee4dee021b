using System.Globalization;
using System.Text.Json;
using QStash.Serverless.DevServer.Intake;
using QStash.Serverless.DevServer.Settings;
using QStash.Serverless.DevServer.Store;

namespace QStash.Serverless.DevServer.Wire;

/// <summary>The dead letter queue (protocol 2.6).</summary>
internal sealed class DlqRoutes(QStashStore store, MessageIntake intake)
{
    private const int MostEntries = 100;

    private static readonly string[] BulkParameters =
        [.. MessageFilters.Names.Except(["host", "path"], StringComparer.Ordinal), "responseStatus", "dlqIds", "messageId", "cursor", "count", "order"];

    public IEnumerable<Route> All =>
    [
        new("GET", "dlq", ListAsync),
        new("GET", "dlq/{dlqId}", GetAsync),
        new("DELETE", "dlq/{dlqId}", DeleteAsync),
        new("DELETE", "dlq", DeleteManyAsync),
        new("POST", "dlq/retry/{dlqId}", RetryAsync),
        new("POST", "dlq/retry", RetryManyAsync),
    ];

    private async Task<WireReply> ListAsync(WireCall call)
    {
        ListParameters parameters = ListParameters.OfRead(call);
        if (parameters.First("host") is not null || parameters.First("path") is not null)
        {
            throw WireException.BadRequest("the dead letter queue has no filters host and path: filter by url");
        }

        int? trim = Paging.TrimBody(parameters);
        (List<DlqEntry> page, string? cursor) = await store.RunAsync(s => Page(s, call, parameters)).ConfigureAwait(false);
        return WireReply.Json(200, json =>
        {
            json.WriteStartObject();
            MessageJson.WriteText(json, "cursor", cursor);
            json.WriteStartArray("messages");
            page.ForEach(entry => Write(json, entry, trim));
            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    private async Task<WireReply> GetAsync(WireCall call)
    {
        DlqEntry entry = await store.RunAsync(s => Find(s, call, call["dlqId"])).ConfigureAwait(false);
        return WireReply.Json(200, json => Write(json, entry, trim: null));
    }

    private async Task<WireReply> DeleteAsync(WireCall call)
    {
        int deleted = await store.RunAsync(session => Delete(session, [Find(session, call, call["dlqId"])])).ConfigureAwait(false);
        return Deleted(deleted, cursor: null);
    }

    private async Task<WireReply> DeleteManyAsync(WireCall call)
    {
        ListParameters parameters = await ListParameters.OfBulkWriteAsync(call, BulkParameters).ConfigureAwait(false);
        (int deleted, string? cursor) = await store.RunAsync(session =>
        {
            (List<DlqEntry> page, string? next) = Page(session, call, parameters);
            return (Delete(session, page), next);
        }).ConfigureAwait(false);
        return Deleted(deleted, cursor);
    }

    private async Task<WireReply> RetryAsync(WireCall call)
    {
        SettingsBag overrides = SettingsReader.OfOverride(call);
        Receipt accepted = await store.RunAsync(session => Retry(session, Find(session, call, call["dlqId"]), overrides)).ConfigureAwait(false);
        return WireReply.Json(201, json => PublishRoutes.Write(json, accepted));
    }

    private async Task<WireReply> RetryManyAsync(WireCall call)
    {
        ListParameters parameters = await ListParameters.OfBulkWriteAsync(call, BulkParameters).ConfigureAwait(false);
        SettingsBag overrides = SettingsReader.OfOverride(call);
        (List<Receipt> accepted, string? cursor) = await store.RunAsync(session =>
        {
            foreach (string id in parameters.Many("dlqIds"))
            {
                Find(session, call, id);
            }

            (List<DlqEntry> page, string? next) = Page(session, call, parameters);
            return (page.ConvertAll(entry => Retry(session, entry, overrides)), next);
        }).ConfigureAwait(false);
        return WireReply.Json(201, json =>
        {
            json.WriteStartObject();
            json.WriteString("cursor", cursor ?? "");
            json.WriteStartArray("responses");
            accepted.ForEach(message => PublishRoutes.Write(json, message));
            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    /// <summary>A new message from the old one's body and settings. It is due at once and never taken for a duplicate of the failed one.</summary>
    private Receipt Retry(StoreSession session, DlqEntry entry, SettingsBag overrides)
    {
        SettingsBag stored = new SettingsBag().OverriddenBy(entry.Message.Settings.Raw);
        stored.Remove(QStashHeaders.Delay, QStashHeaders.NotBefore, QStashHeaders.DeduplicationId, QStashHeaders.ContentBasedDeduplication);
        StoredMessage failed = entry.Message;
        CheckedSubmission submission = intake.Check(session, new(failed.Account, failed.Url, stored.OverriddenBy(overrides), failed.Body, failed.CallerIp)
        {
            Again = new(failed.Url, failed.Topic, failed.Endpoint),
            Schedule = failed.Schedule,
        });
        session.DeleteDlqEntry(entry);
        return intake.Accept(session, submission);
    }

    /// <summary>One page of what is asked for. Named ids are one page of their own, whatever else is given.</summary>
    private static (List<DlqEntry> Page, string? Cursor) Page(StoreSession session, WireCall call, ListParameters parameters)
    {
        IReadOnlyList<string> ids = parameters.Many("dlqIds");
        bool latestFirst = !Paging.EarliestFirst(parameters, byDefault: true);
        int count = ids.Count > 0 ? ids.Count : Paging.Count(parameters, MostEntries, MostEntries);
        DlqQuery query = ids.Count > 0
            ? new(call.Account.Id, new(), latestFirst, count + 1) { DlqIds = ids }
            : new(call.Account.Id, MessageFilters.Read(parameters), latestFirst, count + 1)
            {
                MessageId = parameters.First("messageId"),
                Statuses = [.. parameters.Many("responseStatus").Select(Status)],
                After = Paging.After(parameters),
            };
        List<DlqEntry> found = session.FindDlqEntries(query);
        if (found.Count <= count)
        {
            return (found, null);
        }

        found.RemoveAt(count);
        return (found, Paging.Cursor(found[^1].Message.FinishedAt ?? 0, found[^1].Seq));
    }

    private static string Status(string text)
        => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int status)
            ? status.ToString(CultureInfo.InvariantCulture)
            : throw WireException.BadRequest($"invalid responseStatus '{text}': use a status such as 503, or 0 for no response");

    private static int Delete(StoreSession session, List<DlqEntry> entries)
    {
        entries.ForEach(entry => session.DeleteDlqEntry(entry));
        return entries.Count;
    }

    private static DlqEntry Find(StoreSession session, WireCall call, string dlqId)
        => session.FindDlqEntry(call.Account.Id, dlqId) ?? throw WireException.NotFound($"dlq message {dlqId} not found");

    private static WireReply Deleted(int deleted, string? cursor) => WireReply.Json(200, json =>
    {
        json.WriteStartObject();
        json.WriteNumber("deleted", deleted);
        MessageJson.WriteText(json, "cursor", cursor);
        json.WriteEndObject();
    });

    private static void Write(Utf8JsonWriter json, DlqEntry entry, int? trim)
    {
        json.WriteStartObject();
        json.WriteString("dlqId", entry.Id);
        MessageJson.WriteFields(json, entry.Message, trim);
        json.WriteNumber("responseStatus", entry.Status);
        MessageJson.WriteHeaders(json, "responseHeader", entry.ResponseHeaders);
        MessageJson.WriteBody(json, "responseBody", "responseBodyBase64", entry.ResponseBody, trim);
        json.WriteEndObject();
    }
}
