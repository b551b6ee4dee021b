namespace QStash.Serverless.DevServer.Store;

/// <summary>Creates the tables; each concept declares its own. All are keyed by account, times are Unix milliseconds.</summary>
internal static class Schema
{
    private const long Version = 2;

    private static readonly string Tables = string.Join(
        '\n',
        AccountRows.Tables,
        MessageRows.Tables,
        EventRows.Tables,
        DlqRows.Tables,
        QueueRows.Tables,
        UrlGroupRows.Tables,
        ScheduleRows.Tables,
        FlowControlRows.Tables,
        UsageRows.Tables,
        DeduplicationRows.Tables);

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
