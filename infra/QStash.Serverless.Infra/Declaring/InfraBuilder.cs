using System.Runtime.CompilerServices;

namespace QStash.Serverless.Infra;

/// <summary>Takes what an <see cref="IQStashInfra"/> declares. What is wrong with it is collected and told together, each mistake with its line.</summary>
public sealed class InfraBuilder
{
    private readonly Declarations _declarations;
    private readonly string _member;

    internal InfraBuilder(Declarations declarations, string member)
    {
        _declarations = declarations;
        _member = member;
    }

    /// <summary>The app and the environment it is declared for, as in <c>if (infra.Scope.Env == "prod")</c>.</summary>
    public ResourceScope Scope => _declarations.Scope;

    /// <summary>The absolute URL that routes and paths are below, without a slash at its end.</summary>
    public string BaseUrl => _declarations.BaseUrl;

    /// <summary>Declares a schedule, which makes a message whenever its time comes (protocol 2.9). It needs a destination: one of the builder's <c>To</c> methods.</summary>
    /// <param name="name">Unique within the app: letters, digits, <c>_</c>, <c>.</c> and <c>-</c>. The schedule's id is <c>{app}.{env}.{name}</c>.</param>
    /// <param name="cron">When: five fields (protocol 8.4).</param>
    /// <param name="timeZone">The IANA id of the time zone of <paramref name="cron"/>, such as <c>Europe/Berlin</c>; UTC when null.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    public ScheduleBuilder Schedule(string name, string cron, string? timeZone = null, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0) =>
        _declarations.Schedule(_declarations.At(file, line, _member), name, cron, timeZone);

    /// <summary>Declares a URL group (protocol 2.8). Said more than once, and by <see cref="QStashUrlGroupAttribute"/> besides, its endpoints add up.</summary>
    /// <param name="group">The group, best kept in a static readonly field that publishers use too.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    public UrlGroupBuilder UrlGroup(UrlGroup group, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        ArgumentNullException.ThrowIfNull(group);
        return _declarations.UrlGroup(_declarations.At(file, line, _member), group);
    }

    /// <summary>Declares a FIFO queue (protocol 2.7). QStash makes a missing queue by itself, with a parallelism of 1: declare one to say more.</summary>
    /// <param name="queue">The queue, or its name.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    public QueueBuilder Queue(Queue queue, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        ArgumentNullException.ThrowIfNull(queue);
        return _declarations.Queue(_declarations.At(file, line, _member), queue);
    }

    /// <summary>Declares limits of a flow-control key that hold whatever its messages say (protocol 2.11).</summary>
    /// <param name="flowControlKey">The key, by the name the code uses: printable ASCII.</param>
    /// <param name="shared">Whether the key belongs to several apps or environments: QStash then knows it by this name alone.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    public PinBuilder Pin(string flowControlKey, bool shared = false, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0) =>
        _declarations.Pin(_declarations.At(file, line, _member), flowControlKey, shared);
}
