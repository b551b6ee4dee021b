namespace QStash.Serverless.DevServer.Store;

/// <summary>The tables, all keyed by account. Times are Unix milliseconds.</summary>
internal static class Schema
{
    private const long Version = 1;

    private const string Tables = """
        CREATE TABLE accounts(
          id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, token TEXT NOT NULL UNIQUE, current_key TEXT NOT NULL, next_key TEXT NOT NULL);

        -- phase: 0 waiting, 1 attempt in progress, 2 finished. ready: 0 while the message stands in a queue behind others.
        -- slot_of: the queued message whose queue slot this callback holds open. source: the message this callback tells about.
        CREATE TABLE messages(
          seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, account INTEGER NOT NULL REFERENCES accounts(id), url TEXT NOT NULL,
          settings TEXT NOT NULL, caller_ip TEXT, queue TEXT, slot_of TEXT, source TEXT, created_at INTEGER NOT NULL, not_before INTEGER NOT NULL,
          due INTEGER NOT NULL, retried INTEGER NOT NULL, phase INTEGER NOT NULL, ready INTEGER NOT NULL, cancel_requested INTEGER NOT NULL DEFAULT 0,
          finished_at INTEGER, body BLOB NOT NULL);
        CREATE INDEX messages_due ON messages(due, seq) WHERE phase = 0 AND ready = 1;
        CREATE INDEX messages_standing ON messages(account, queue, seq) WHERE phase = 0 AND ready = 0;
        CREATE INDEX messages_queued ON messages(account, queue) WHERE queue IS NOT NULL AND phase < 2;
        CREATE INDEX messages_active ON messages(seq) WHERE phase = 1;
        CREATE INDEX messages_finished ON messages(finished_at) WHERE phase = 2;

        CREATE TABLE events(
          seq INTEGER PRIMARY KEY AUTOINCREMENT, account INTEGER NOT NULL, message INTEGER NOT NULL REFERENCES messages(seq), time INTEGER NOT NULL,
          state TEXT NOT NULL, error TEXT, next_delivery INTEGER, status INTEGER, response_headers TEXT, response_body BLOB);
        CREATE INDEX events_account ON events(account, seq);
        CREATE INDEX events_message ON events(message, seq);

        CREATE TABLE dlq(
          seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, account INTEGER NOT NULL, message INTEGER NOT NULL REFERENCES messages(seq),
          status INTEGER NOT NULL, response_headers TEXT NOT NULL, response_body BLOB NOT NULL);
        CREATE INDEX dlq_account ON dlq(account, seq);
        CREATE INDEX dlq_message ON dlq(message);

        CREATE TABLE queues(
          account INTEGER NOT NULL, name TEXT NOT NULL, parallelism INTEGER NOT NULL, paused INTEGER NOT NULL, created_at INTEGER NOT NULL,
          updated_at INTEGER NOT NULL, PRIMARY KEY(account, name)) WITHOUT ROWID;

        -- A slot is held by the message at a queue's head; open counts the message and its unfinished callbacks.
        CREATE TABLE queue_slots(message_id TEXT PRIMARY KEY, account INTEGER NOT NULL, queue TEXT NOT NULL, open INTEGER NOT NULL) WITHOUT ROWID;
        CREATE INDEX queue_slots_queue ON queue_slots(account, queue);

        CREATE TABLE deduplication(
          account INTEGER NOT NULL, key TEXT NOT NULL, message_id TEXT NOT NULL, expires_at INTEGER NOT NULL, PRIMARY KEY(account, key)) WITHOUT ROWID;
        CREATE INDEX deduplication_expiry ON deduplication(expires_at);
        """;

    /// <summary>Creates the tables in an empty database.</summary>
    /// <exception cref="InvalidOperationException">The database was written by another version of this server.</exception>
    public static void Apply(Database database)
    {
        long version = database.Scalar("PRAGMA user_version") ?? 0;
        if (version == Version)
        {
            return;
        }

        if (version != 0)
        {
            throw new InvalidOperationException(
                $"The local QStash data has format {version}, this version reads format {Version}: delete the data directory or use the version that wrote it.");
        }

        database.Run($"BEGIN; {Tables} PRAGMA user_version = {Version}; COMMIT;");
    }
}
