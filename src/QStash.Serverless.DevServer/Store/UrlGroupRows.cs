using Microsoft.Data.Sqlite;
using QStash.Serverless.DevServer.Settings;

namespace QStash.Serverless.DevServer.Store;

/// <summary>A URL group as the store keeps it. Its endpoints are in the order of their insertion.</summary>
internal sealed record StoredUrlGroup(long Id, string Name, SettingsBag Defaults, long CreatedAt, long UpdatedAt, IReadOnlyList<StoredEndpoint> Endpoints);

/// <summary>An endpoint of a URL group; most have no name.</summary>
internal sealed record StoredEndpoint(long Id, long Group, string? Name, string Url, long CreatedAt, long UpdatedAt);

/// <summary>URL groups, which the wire calls topics (protocol 2.8).</summary>
internal static class UrlGroupRows
{
    public const string Tables = """
        -- defaults: publish settings for every message to the group.
        CREATE TABLE url_groups(
          id INTEGER PRIMARY KEY AUTOINCREMENT, account INTEGER NOT NULL, name TEXT NOT NULL, defaults TEXT NOT NULL, created_at INTEGER NOT NULL,
          updated_at INTEGER NOT NULL, UNIQUE(account, name));

        CREATE TABLE endpoints(
          id INTEGER PRIMARY KEY AUTOINCREMENT, url_group INTEGER NOT NULL REFERENCES url_groups(id) ON DELETE CASCADE, name TEXT, url TEXT NOT NULL,
          created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL);
        CREATE INDEX endpoints_group ON endpoints(url_group, id);
        """;

    public static StoredUrlGroup? FindUrlGroup(this StoreSession session, long account, string name)
        => session.FindUrlGroups(account, name).SingleOrDefault();

    /// <summary>One group by name, or all of them in the order of their creation.</summary>
    public static List<StoredUrlGroup> FindUrlGroups(this StoreSession session, long account, string? name = null)
    {
        List<StoredUrlGroup> groups = session.Database.Query(
            "SELECT id, name, defaults, created_at, updated_at FROM url_groups WHERE account = ?1 AND (?2 IS NULL OR name = ?2) ORDER BY id",
            row => new StoredUrlGroup(row.GetInt64(0), row.GetString(1), SettingsBag.FromJson(row.GetString(2)), row.GetInt64(3), row.GetInt64(4), []),
            account, name);
        return groups.ConvertAll(group => group with { Endpoints = session.FindEndpoints(group.Id) });
    }

    /// <summary>The name of the group with this number; null when the account has none.</summary>
    public static string? NameOfUrlGroup(this StoreSession session, long account, long id)
        => session.Database.Text("SELECT name FROM url_groups WHERE account = ?1 AND id = ?2", account, id);

    /// <summary>Gives a group another name; its schedules go on under it.</summary>
    public static void RenameUrlGroup(this StoreSession session, long account, StoredUrlGroup group, string name, long now)
    {
        session.Database.Execute("UPDATE url_groups SET name = ?2, updated_at = ?3 WHERE id = ?1", group.Id, name, now);
        session.Database.Execute("UPDATE schedules SET destination = ?3 WHERE account = ?1 AND destination = ?2", account, group.Name, name);
    }

    public static long CountUrlGroups(this StoreSession session, long account)
        => session.Database.Scalar("SELECT COUNT(*) FROM url_groups WHERE account = ?1", account) ?? 0;

    /// <summary>The group of this name, created without endpoints unless it exists.</summary>
    public static StoredUrlGroup EnsureUrlGroup(this StoreSession session, long account, string name, long now)
    {
        session.Database.Execute(
            "INSERT INTO url_groups(account, name, defaults, created_at, updated_at) VALUES(?1, ?2, '{}', ?3, ?3) ON CONFLICT DO NOTHING", account, name, now);
        return session.FindUrlGroup(account, name)!;
    }

    public static void SetDefaults(this StoreSession session, StoredUrlGroup group, SettingsBag defaults, long now)
        => session.Database.Execute("UPDATE url_groups SET defaults = ?2, updated_at = ?3 WHERE id = ?1", group.Id, defaults.ToJson(), now);

    public static void DeleteUrlGroup(this StoreSession session, StoredUrlGroup group)
        => session.Database.Execute("DELETE FROM url_groups WHERE id = ?1", group.Id);

    public static long InsertEndpoint(this StoreSession session, StoredUrlGroup group, string? name, string url, long now)
    {
        session.Touch(group.Id, now);
        return session.Database.Insert(
            "INSERT INTO endpoints(url_group, name, url, created_at, updated_at) VALUES(?1, ?2, ?3, ?4, ?4)", group.Id, name, url, now);
    }

    public static void UpdateEndpoint(this StoreSession session, StoredEndpoint endpoint, string? name, string url, long now)
    {
        session.Touch(endpoint.Group, now);
        session.Database.Execute("UPDATE endpoints SET name = ?2, url = ?3, updated_at = ?4 WHERE id = ?1", endpoint.Id, name, url, now);
    }

    public static void DeleteEndpoint(this StoreSession session, StoredEndpoint endpoint, long now)
    {
        session.Touch(endpoint.Group, now);
        session.Database.Execute("DELETE FROM endpoints WHERE id = ?1", endpoint.Id);
    }

    private static List<StoredEndpoint> FindEndpoints(this StoreSession session, long group)
        => session.Database.Query("SELECT id, url_group, name, url, created_at, updated_at FROM endpoints WHERE url_group = ?1 ORDER BY id", ReadEndpoint, group);

    private static void Touch(this StoreSession session, long group, long now)
        => session.Database.Execute("UPDATE url_groups SET updated_at = ?2 WHERE id = ?1", group, now);

    private static StoredEndpoint ReadEndpoint(SqliteDataReader row)
        => new(row.GetInt64(0), row.GetInt64(1), row.TextOrNull(2), row.GetString(3), row.GetInt64(4), row.GetInt64(5));
}
