using System.Diagnostics.CodeAnalysis;
using Microsoft.Data.Sqlite;

namespace QStash.Serverless.DevServer.Store;

/// <summary>One SQLite connection with prepared statements. Parameters are positional: <c>?1</c>, <c>?2</c>, ... Used by the store's writer only.</summary>
internal sealed class Database : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly Dictionary<string, SqliteCommand> _prepared = new(StringComparer.Ordinal);

    static Database() => SQLitePCL.Batteries_V2.Init();

    /// <summary>Opens the file, or a private database in memory when there is none.</summary>
    public Database(string? file)
    {
        _connection = new(new SqliteConnectionStringBuilder { DataSource = file ?? ":memory:", Pooling = false }.ToString());
        try
        {
            _connection.Open();
            Run("PRAGMA journal_mode=WAL");
            Run("PRAGMA synchronous=FULL");
            Run("PRAGMA foreign_keys=ON");
        }
        catch
        {
            _connection.Dispose();
            throw;
        }
    }

    public int Execute(string sql, params ReadOnlySpan<object?> arguments) => Prepare(sql, arguments).ExecuteNonQuery();

    /// <summary>Runs an INSERT and returns the new row's number.</summary>
    public long Insert(string sql, params ReadOnlySpan<object?> arguments)
    {
        Execute(sql, arguments);
        return Scalar("SELECT last_insert_rowid()") ?? throw new InvalidOperationException("SQLite returned no row number.");
    }

    /// <summary>The first column of the first row as a number; null when there is no row or no value.</summary>
    public long? Scalar(string sql, params ReadOnlySpan<object?> arguments) => Prepare(sql, arguments).ExecuteScalar() as long?;

    public string? Text(string sql, params ReadOnlySpan<object?> arguments) => Prepare(sql, arguments).ExecuteScalar() as string;

    public List<T> Query<T>(string sql, Func<SqliteDataReader, T> map, params ReadOnlySpan<object?> arguments)
    {
        using SqliteDataReader reader = Prepare(sql, arguments).ExecuteReader();
        List<T> rows = [];
        while (reader.Read())
        {
            rows.Add(map(reader));
        }

        return rows;
    }

    [SuppressMessage("Security", "CA2100:Review SQL queries for security vulnerabilities", Justification = "Constant texts of this project; values travel as parameters.")]
    public void Run(string sql)
    {
        using SqliteCommand command = _connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    public void Dispose()
    {
        foreach (SqliteCommand command in _prepared.Values)
        {
            command.Dispose();
        }

        _connection.Dispose();
    }

    [SuppressMessage("Security", "CA2100:Review SQL queries for security vulnerabilities", Justification = "Texts of this project without any caller's text in them; values travel as parameters.")]
    private SqliteCommand Prepare(string sql, ReadOnlySpan<object?> arguments)
    {
        if (!_prepared.TryGetValue(sql, out SqliteCommand? command))
        {
            command = _connection.CreateCommand();
            command.CommandText = sql;
            for (int i = 1; i <= arguments.Length; i++)
            {
                command.Parameters.Add(new SqliteParameter { ParameterName = $"?{i}" });
            }

            _prepared.Add(sql, command);
        }

        for (int i = 0; i < arguments.Length; i++)
        {
            command.Parameters[i].ResetSqliteType();
            command.Parameters[i].Value = arguments[i] ?? DBNull.Value;
        }

        return command;
    }
}
