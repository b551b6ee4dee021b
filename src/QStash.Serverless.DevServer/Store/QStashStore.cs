using System.Threading.Channels;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace QStash.Serverless.DevServer.Store;

/// <summary>
/// The durable state: one writer runs every command, many in one transaction, and answers each only after the commit. A batch closes when
/// no further command waits, never by a timer. Reads take the same road, so they see a consistent state and nothing uncommitted escapes.
/// </summary>
internal sealed class QStashStore : IAsyncDisposable
{
    private const int LargestBatch = 1024;

    private readonly DirectoryLock? _lock;
    private readonly Database _database;
    private readonly ILogger _logger;
    private readonly Channel<Command> _intake = Channel.CreateUnbounded<Command>(new() { SingleReader = true });
    private readonly Task _writer;

    private QStashStore(DirectoryLock? directoryLock, Database database, ILogger logger)
    {
        _lock = directoryLock;
        _database = database;
        _logger = logger;
        _writer = Task.Run(WriteAsync);
    }

    /// <summary>Told of each commit after which something may be due, with its events, in commit order, before the commands are answered.</summary>
    public event Action<IReadOnlyList<DeliveryLog>>? Committed;

    /// <summary>Opens the store in a directory, or in memory when there is none.</summary>
    /// <exception cref="InvalidOperationException">Another server uses the directory, it cannot be read or written, or its data has another format.</exception>
    public static QStashStore Open(string? directory, ILogger logger)
    {
        if (directory is null)
        {
            return new(null, OpenDatabase(null), logger);
        }

        DirectoryLock? directoryLock = null;
        try
        {
            directoryLock = DirectoryLock.Take(directory);
            return new(directoryLock, OpenDatabase(Path.Combine(directory, "qstash.db")), logger);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SqliteException)
        {
            directoryLock?.Dispose();
            throw new InvalidOperationException(
                $"The data directory '{Path.GetFullPath(directory)}' cannot be used: {e.Message} Make it a directory that can be written and holds nothing broken, or choose another one.", e);
        }
        catch
        {
            directoryLock?.Dispose();
            throw;
        }
    }

    /// <summary>Runs a command on the writer. Completes after the commit; if it throws, nothing of it is kept and others are not affected.</summary>
    /// <exception cref="ObjectDisposedException">The store is closed.</exception>
    public Task<T> RunAsync<T>(Func<StoreSession, T> work)
    {
        Command<T> command = new(work);
        return _intake.Writer.TryWrite(command) ? command.Task : throw new ObjectDisposedException(nameof(QStashStore), "The local QStash is stopped.");
    }

    public async ValueTask DisposeAsync()
    {
        _intake.Writer.TryComplete();
        await _writer.ConfigureAwait(false);
        _database.Dispose();
        _lock?.Dispose();
    }

    private static Database OpenDatabase(string? file)
    {
        Database database = new(file);
        try
        {
            Schema.Apply(database);
            return database;
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    private async Task WriteAsync()
    {
        List<Command> batch = [];
        while (await _intake.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            Commit(batch);
            batch.Clear();
        }
    }

    private void Commit(List<Command> batch)
    {
        StoreSession session = new(_database);
        bool begun = false;
        try
        {
            _database.Execute("BEGIN");
            begun = true;
            while (batch.Count < LargestBatch && _intake.Reader.TryRead(out Command? command))
            {
                batch.Add(command);
                RunOne(session, command);
            }

            _database.Execute("COMMIT");
        }
        catch (Exception e)
        {
            // Whatever stopped the commit (disk full, I/O error), every caller of this batch is told and the next batch may try again.
            Log.CommitFailed(_logger, e);
            if (begun)
            {
                Rollback();
            }

            DrainInto(batch);
            batch.ForEach(command => command.Fail(e));
            return;
        }

        session.AfterCommit.ForEach(action => action());
        if (session.Events.Count > 0 || session.DueChanged)
        {
            Committed?.Invoke(session.Events);
        }

        batch.ForEach(command => command.Answer());
    }

    private void RunOne(StoreSession session, Command command)
    {
        _database.Execute("SAVEPOINT command");
        int events = session.Events.Count;
        int actions = session.AfterCommit.Count;
        try
        {
            command.Run(session);
            _database.Execute("RELEASE command");
        }
        catch (Exception e)
        {
            // Only this command's own writes go; if SQLite has already dropped the whole transaction, this throws and the batch fails.
            _database.Run("ROLLBACK TO command; RELEASE command");
            session.Events.RemoveRange(events, session.Events.Count - events);
            session.AfterCommit.RemoveRange(actions, session.AfterCommit.Count - actions);
            command.Fail(e);
        }
    }

    private void DrainInto(List<Command> batch)
    {
        if (batch.Count == 0 && _intake.Reader.TryRead(out Command? waiting))
        {
            batch.Add(waiting);
        }
    }

    private void Rollback()
    {
        try
        {
            _database.Run("ROLLBACK");
        }
        catch (SqliteException e)
        {
            // SQLite rolls back by itself on some errors; then there is nothing left to roll back.
            Log.RollbackFailed(_logger, e);
        }
    }

    private abstract class Command
    {
        public abstract void Run(StoreSession session);

        public abstract void Answer();

        public abstract void Fail(Exception error);
    }

    private sealed class Command<T>(Func<StoreSession, T> work) : Command
    {
        private readonly TaskCompletionSource<T> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private T? _result;

        public Task<T> Task => _answer.Task;

        public override void Run(StoreSession session) => _result = work(session);

        public override void Answer() => _answer.TrySetResult(_result!);

        public override void Fail(Exception error) => _answer.TrySetException(error);
    }
}
