namespace QStash.Serverless.DevServer.Store;

/// <summary>What a command sees of the store while its transaction is open.</summary>
internal sealed class StoreSession(Database database)
{
    public Database Database { get; } = database;

    /// <summary>The events written in this transaction, announced after its commit.</summary>
    public List<DeliveryLog> Events { get; } = [];

    /// <summary>Set when something may be due although no event tells of it: a new schedule, a resumed queue.</summary>
    public bool DueChanged { get; set; }

    /// <summary>What the process must know as soon as this transaction has committed, in order; never run otherwise.</summary>
    public List<Action> AfterCommit { get; } = [];
}
