namespace QStash.Serverless.Infra;

/// <summary>Says more about a declared queue.</summary>
public sealed class QueueBuilder
{
    private readonly Declarations _declarations;
    private readonly DeclaredAt _at;
    private readonly Queue _queue;
    private int? _parallelism;
    private bool? _paused;

    internal QueueBuilder(Declarations declarations, DeclaredAt at, Queue queue)
    {
        _declarations = declarations;
        _at = at;
        _queue = queue;
    }

    /// <summary>Lets this many messages be in flight at once; more than 1 weakens the order. Unsaid, it stays as it is, which is 1 for a new queue.</summary>
    /// <param name="count">1 or more.</param>
    public QueueBuilder Parallelism(int count)
    {
        _parallelism = count;
        return this;
    }

    /// <summary>Keeps the queue paused, so that it takes messages and delivers none, or keeps it running. Unsaid, it stays as it is.</summary>
    /// <param name="paused">Whether it is paused.</param>
    public QueueBuilder Paused(bool paused = true)
    {
        _paused = paused;
        return this;
    }

    internal DeclaredQueue? Build()
    {
        if (_parallelism < 1)
        {
            _declarations.Wrong(_at, $"Queue '{_queue}': Parallelism: it is {_parallelism}, but must be 1 or more.");
            return null;
        }

        return _declarations.PhysicalName(_at, $"Queue '{_queue}'", _queue.Name, _queue.Shared) is not { } name
            ? null
            : new DeclaredQueue { Queue = _queue, PhysicalName = name, Parallelism = _parallelism, Paused = _paused, At = _at };
    }
}
