using System.Globalization;
using Microsoft.Data.Sqlite;
using QStash.Serverless.DevServer.Delivery;

namespace QStash.Serverless.DevServer.Store;

/// <summary>An entry of the dead letter queue together with its message.</summary>
internal sealed record DlqEntry(long Seq, string Id, int Status, IReadOnlyDictionary<string, string[]> ResponseHeaders, byte[] ResponseBody, StoredMessage Message);

/// <summary>What a DLQ read asks for. Null and empty mean no restriction.</summary>
internal sealed record DlqQuery(long Account, MessageFilter Filter, bool LatestFirst, int Count)
{
    public IReadOnlyList<string> DlqIds { get; init; } = [];

    public string? MessageId { get; init; }

    public IReadOnlyList<string> Statuses { get; init; } = [];

    public long? After { get; init; }
}

/// <summary>The dead letter queue (protocol 2.6, 9.4).</summary>
internal static class DlqRows
{
    public const string Tables = """
        CREATE TABLE dlq(
          seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, account INTEGER NOT NULL, message INTEGER NOT NULL REFERENCES messages(seq),
          status INTEGER NOT NULL, response_headers TEXT NOT NULL, response_body BLOB NOT NULL);
        CREATE INDEX dlq_account ON dlq(account, seq);
        CREATE INDEX dlq_message ON dlq(message);
        """;

    /// <summary>Keeps a failed message with its last response, and returns the entry's id.</summary>
    public static string InsertDlqEntry(this StoreSession session, StoredMessage message, Outcome outcome, long now)
    {
        long previous = session.Database.Scalar("SELECT seq FROM sqlite_sequence WHERE name = 'dlq'") ?? 0;
        string id = string.Create(CultureInfo.InvariantCulture, $"{now}-{previous}");
        session.Database.Execute(
            "INSERT INTO dlq(id, account, message, status, response_headers, response_body) VALUES(?1, ?2, ?3, ?4, ?5, ?6)",
            id, message.Account, message.Seq, outcome.Status, EventRows.HeaderText(outcome.Headers), outcome.Body);
        return id;
    }

    /// <summary>One page, oldest first unless asked otherwise.</summary>
    public static List<DlqEntry> FindDlqEntries(this StoreSession session, DlqQuery query)
    {
        string sql = $"""
            SELECT {MessageRows.Columns}, d.seq, d.id, d.status, d.response_headers, d.response_body
            FROM dlq d JOIN messages m ON m.seq = d.message
            WHERE d.account = ?1 AND (?2 IS NULL OR m.id = ?2) AND (?3 IS NULL OR d.seq {(query.LatestFirst ? '<' : '>')} ?3)
            {(query.DlqIds.Count > 0 ? "AND d.id IN (SELECT value FROM json_each(?5))" : "AND ?5 = '[]'")}
            AND (?6 = '[]' OR d.status IN (SELECT CAST(value AS INTEGER) FROM json_each(?6))) AND {MessageFilter.Sql(7, "m.finished_at")}
            ORDER BY d.seq {(query.LatestFirst ? "DESC" : "ASC")} LIMIT ?4
            """;
        return session.Database.Query(
            sql, Read, [query.Account, query.MessageId, query.After, query.Count, EventRows.Set(query.DlqIds), EventRows.Set(query.Statuses), .. query.Filter.Arguments]);
    }

    public static DlqEntry? FindDlqEntry(this StoreSession session, long account, string id)
        => session.FindDlqEntries(new(account, new(), LatestFirst: false, Count: 1) { DlqIds = [id] }).SingleOrDefault();

    public static void DeleteDlqEntry(this StoreSession session, DlqEntry entry)
        => session.Database.Execute("DELETE FROM dlq WHERE seq = ?1", entry.Seq);

    private static DlqEntry Read(SqliteDataReader row)
    {
        const int First = MessageRows.ColumnCount;
        return new(
            row.GetInt64(First), row.GetString(First + 1), row.GetInt32(First + 2), EventRows.Headers(row.GetString(First + 3)),
            row.GetFieldValue<byte[]>(First + 4), MessageRows.Read(row));
    }
}
