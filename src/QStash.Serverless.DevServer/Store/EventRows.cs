using System.Text.Json;
using Microsoft.Data.Sqlite;
using QStash.Serverless.DevServer.Delivery;

namespace QStash.Serverless.DevServer.Store;

/// <summary>One stored event together with its message.</summary>
internal sealed record StoredEvent(
    long Seq, long Time, string State, string? Error, long? NextDelivery, int? Status, IReadOnlyDictionary<string, string[]>? ResponseHeaders, byte[]? ResponseBody, StoredMessage Message);

/// <summary>What <c>GET /v2/events</c> asks for. Null means no restriction.</summary>
internal sealed record EventQuery(
    long Account, MessageFilter Filter, IReadOnlyList<string> MessageIds, IReadOnlyList<string> States, bool EarliestFirst, long? After, int Count);

/// <summary>The events of one message that a query found.</summary>
internal sealed record EventGroup(StoredMessage Message, List<StoredEvent> Events);

/// <summary>The events of messages (protocol 9).</summary>
internal static class EventRows
{
    public const string Tables = """
        CREATE TABLE events(
          seq INTEGER PRIMARY KEY AUTOINCREMENT, account INTEGER NOT NULL, message INTEGER NOT NULL REFERENCES messages(seq), time INTEGER NOT NULL,
          state TEXT NOT NULL, error TEXT, next_delivery INTEGER, status INTEGER, response_headers TEXT, response_body BLOB);
        CREATE INDEX events_account ON events(account, seq);
        CREATE INDEX events_message ON events(message, seq);
        """;

    private const string EventColumns = "e.seq, e.time, e.state, e.error, e.next_delivery, e.status, e.response_headers, e.response_body";

    private static readonly string Condition = $"""
        e.account = ?1 AND (?4 = '[]' OR m.id IN (SELECT value FROM json_each(?4))) AND (?5 = '[]' OR e.state IN (SELECT value FROM json_each(?5)))
        AND {MessageFilter.Sql(6, "e.time")}
        """;

    /// <summary>Records an event; it is announced when the transaction has committed.</summary>
    public static void Record(
        this StoreSession session, StoredMessage message, string state, long now, Outcome? outcome = null, long? nextDelivery = null, string? dlqId = null)
    {
        bool failed = outcome is { Delivered: false };
        session.Database.Execute(
            """
            INSERT INTO events(account, message, time, state, error, next_delivery, status, response_headers, response_body)
            VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
            """,
            message.Account, message.Seq, now, state, outcome?.Error, nextDelivery, failed ? outcome!.Status : null,
            failed ? HeaderText(outcome!.Headers) : null, failed ? outcome!.Body : null);
        session.Events.Add(new()
        {
            Time = DateTimeOffset.FromUnixTimeMilliseconds(now),
            MessageId = message.Id,
            State = state,
            Url = message.Url,
            Method = message.Settings.Method,
            Retried = message.Retried,
            MaxRetries = message.Settings.Retries,
            QueueName = message.Queue,
            UrlGroup = message.Topic,
            ScheduleId = message.Schedule,
            CallbackOf = message.Source,
            Labels = message.Settings.Labels,
            ResponseStatus = outcome?.Status,
            Error = outcome?.Error,
            NextDelivery = nextDelivery is { } next ? DateTimeOffset.FromUnixTimeMilliseconds(next) : null,
            DlqId = dlqId,
        });
    }

    /// <summary>One page, in the order asked for.</summary>
    public static List<StoredEvent> FindEvents(this StoreSession session, EventQuery query)
    {
        string sql = $"""
            SELECT {MessageRows.Columns}, {EventColumns}
            FROM events e JOIN messages m ON m.seq = e.message
            WHERE {Condition} AND (?2 IS NULL OR e.seq {(query.EarliestFirst ? '>' : '<')} ?2)
            {(query.MessageIds.Count > 0 ? "AND e.message IN (SELECT seq FROM messages WHERE id IN (SELECT value FROM json_each(?4)))" : "")}
            ORDER BY e.seq {Direction(query)} LIMIT ?3
            """;
        return session.Database.Query(sql, Read, Arguments(query, query.After, query.Count));
    }

    /// <summary>
    /// One page of messages with those of their events that the query lets through. Messages come in the order of their creation, which no
    /// later event changes, so that pages do not shift.
    /// </summary>
    public static List<EventGroup> FindEventGroups(this StoreSession session, EventQuery query)
    {
        string messages = $"""
            SELECT {MessageRows.Columns} FROM messages m
            WHERE m.account = ?1 AND (?2 IS NULL OR m.seq {(query.EarliestFirst ? '>' : '<')} ?2)
              AND EXISTS (SELECT 1 FROM events e WHERE e.message = m.seq AND {Condition})
            ORDER BY m.seq {Direction(query)} LIMIT ?3
            """;
        string events = $"""
            SELECT {MessageRows.Columns}, {EventColumns}
            FROM events e JOIN messages m ON m.seq = e.message
            WHERE {Condition} AND e.message = ?2 AND ?3 IS NULL
            ORDER BY e.seq {Direction(query)}
            """;
        return session.Database.Query(messages, MessageRows.Read, Arguments(query, query.After, query.Count))
            .ConvertAll(message => new EventGroup(message, session.Database.Query(events, Read, Arguments(query, message.Seq, null))));
    }

    private static object?[] Arguments(EventQuery query, long? second, int? third)
        => [query.Account, second, third, Set(query.MessageIds), Set(query.States), .. query.Filter.Arguments];

    private static string Direction(EventQuery query) => query.EarliestFirst ? "ASC" : "DESC";

    /// <summary>A list as the parameter of <c>json_each</c>, so that the text of the SQL never depends on it.</summary>
    public static string Set(IReadOnlyList<string> values) => JsonSerializer.Serialize(values, StoreJson.Default.IReadOnlyListString);

    /// <summary>The list that <see cref="Set"/> wrote.</summary>
    public static IReadOnlyList<string> Texts(string set) => JsonSerializer.Deserialize(set, StoreJson.Default.IReadOnlyListString) ?? [];

    public static string HeaderText(IReadOnlyDictionary<string, string[]> headers)
        => JsonSerializer.Serialize(new Dictionary<string, string[]>(headers), StoreJson.Default.DictionaryStringStringArray);

    public static IReadOnlyDictionary<string, string[]> Headers(string text)
        => JsonSerializer.Deserialize(text, StoreJson.Default.DictionaryStringStringArray) ?? [];

    private static StoredEvent Read(SqliteDataReader row)
    {
        const int First = MessageRows.ColumnCount;
        return new(
            row.GetInt64(First), row.GetInt64(First + 1), row.GetString(First + 2), row.TextOrNull(First + 3), row.NumberOrNull(First + 4),
            (int?)row.NumberOrNull(First + 5), row.TextOrNull(First + 6) is { } headers ? Headers(headers) : null, row.BytesOrNull(First + 7), MessageRows.Read(row));
    }
}
