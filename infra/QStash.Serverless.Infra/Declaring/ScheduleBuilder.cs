using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using QStash.Serverless.Client;

namespace QStash.Serverless.Infra;

/// <summary>Says where a schedule's messages go, what they carry and how they are delivered. What is left unsaid is not sent, and QStash's own defaults apply.</summary>
public sealed class ScheduleBuilder
{
    private static readonly Destination s_anywhere = Destination.Url("https://anywhere.invalid");

    private readonly Declarations _declarations;
    private readonly CronSchedule? _cron;
    private PublishOptions _options = new();
    private ReadOnlyMemory<byte> _body;
    private string? _bodyType;
    private Destination? _destination;
    private UrlGroup? _group;
    private int _destinations;
    private Queue? _queue;
    private bool? _paused;

    internal ScheduleBuilder(Declarations declarations, DeclaredAt at, string name, string cron, string? timeZone)
    {
        (_declarations, At, Name) = (declarations, at, name);
        _cron = ReadCron(cron ?? "", timeZone);
    }

    internal DeclaredAt At { get; }

    internal string Name { get; }

    /// <summary>The group it goes to, if it goes to one.</summary>
    internal UrlGroup? Group => _group;

    private string Subject => $"Schedule '{Name}'";

    /// <summary>Sends to a handler with a <see cref="QStashRouteAttribute"/>, or to a function with a <c>[QStashTrigger]</c>, by its route below the base URL.</summary>
    /// <typeparam name="THandler">The handler's class, or the one that the function is in.</typeparam>
    /// <param name="method">The function's method, by <c>nameof</c>; null for a handler, or for the only function of its class.</param>
    public ScheduleBuilder To<THandler>(string? method = null) => To(typeof(THandler), method);

    /// <summary>Sends to a handler or function of a class that can be no type argument, because it is static.</summary>
    /// <param name="handler">The class.</param>
    /// <param name="method">The function's method, by <c>nameof</c>; null for the only function of its class.</param>
    public ScheduleBuilder To(Type handler, string? method = null)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return To(_declarations.Url(At, Subject, _declarations.Routes.Of(handler, method)));
    }

    /// <summary>Sends to a path below the base URL, for what no attribute states.</summary>
    /// <param name="path">The path, such as <c>/close-day</c>.</param>
    public ScheduleBuilder ToPath(string path) => To(_declarations.Path(At, $"{Subject}: the path", path));

    /// <summary>Sends to a URL outside the app.</summary>
    /// <param name="url">An absolute http or https URL, sent exactly as given.</param>
    public ScheduleBuilder ToUrl(string url) => To(_declarations.AbsoluteUrl(At, $"{Subject}: the URL", url, "ToPath"));

    /// <summary>Sends to a URL group: one message for each endpoint that it has at the time (protocol 8.4).</summary>
    /// <param name="group">The group. It is declared too, unless it is <see cref="UrlGroup.Shared"/> and another app declares it.</param>
    public ScheduleBuilder ToUrlGroup(UrlGroup group)
    {
        ArgumentNullException.ThrowIfNull(group);
        _group = group;
        _destinations++;
        _destination = Destination.UrlGroup(new UrlGroup(_declarations.Physical(group.Name, group.Shared)) { Shared = true });
        return this;
    }

    /// <summary>Sends this with each message: JSON with the defaults of the web, where reflection-based serialization is enabled; text and bytes as they are.</summary>
    /// <param name="payload">What each message carries.</param>
    public ScheduleBuilder Body<T>(T payload) => Encoded(() => new QStashMessage<T>(s_anywhere, payload).Encode(new QStashJson()));

    /// <summary>Sends this with each message, as JSON by the app's own metadata.</summary>
    /// <param name="payload">What each message carries.</param>
    /// <param name="typeInfo">The metadata, as in <c>ShopJson.Default.CloseDay</c>.</param>
    public ScheduleBuilder Body<T>(T payload, JsonTypeInfo<T> typeInfo)
    {
        ArgumentNullException.ThrowIfNull(typeInfo);
        return Encoded(() => new EncodedPayload(JsonSerializer.SerializeToUtf8Bytes(payload, typeInfo), "application/json"));
    }

    /// <summary>Sends these bytes with each message.</summary>
    /// <param name="body">The bytes.</param>
    /// <param name="contentType">What they are, such as <c>text/csv</c>.</param>
    public ScheduleBuilder Body(ReadOnlyMemory<byte> body, string contentType)
    {
        (_body, _bodyType) = (body.ToArray(), contentType);
        return this;
    }

    /// <summary>Sets the HTTP method of the delivery: GET, POST, PUT, PATCH or DELETE. QStash's default is POST.</summary>
    /// <param name="method">The method.</param>
    public ScheduleBuilder Method(HttpMethod method) => With(_options with { Method = method });

    /// <summary>Sets the content type of the delivery, instead of the body's own.</summary>
    /// <param name="contentType">The content type, such as <c>application/json</c>.</param>
    public ScheduleBuilder ContentType(string contentType) => With(_options with { ContentType = contentType });

    /// <summary>Adds a header to the delivery.</summary>
    /// <param name="name">Its name, without any prefix; those starting with <c>Upstash-</c> belong to QStash.</param>
    /// <param name="value">Its value: printable ASCII.</param>
    public ScheduleBuilder Header(string name, string value) => With(_options with { Headers = [.. _options.Headers, new(name, value)] });

    /// <summary>Lets each message wait before its first attempt.</summary>
    /// <param name="delay">0 to 365 days; a fraction of a second is rounded up. Plans without cost end at 7 days (protocol 8.5).</param>
    public ScheduleBuilder Delay(TimeSpan delay) => With(_options with { Delay = delay });

    /// <summary>Sets how long one attempt may take.</summary>
    /// <param name="timeout">At least 1 second; a fraction of a second is rounded up. It can only shorten the plan's limit.</param>
    public ScheduleBuilder Timeout(TimeSpan timeout) => With(_options with { Timeout = timeout });

    /// <summary>Sets how many retries follow a failed first attempt. QStash's default is 3.</summary>
    /// <param name="count">0 or more, up to the plan's limit.</param>
    public ScheduleBuilder Retries(int count) => With(_options with { Retries = count });

    /// <summary>Sets the wait before each retry.</summary>
    /// <param name="expression">Milliseconds, as in <c>min(pow(2, retried) * 1000, 60000)</c> (protocol 7.2).</param>
    public ScheduleBuilder RetryDelay(string expression)
    {
        if (RetryDelayExpression.TryParse(expression, out RetryDelayExpression? read, out string? error))
        {
            return RetryDelay(read);
        }

        _declarations.Wrong(At, $"{Subject}: RetryDelay: '{expression}' is not an expression: {error}.");
        return this;
    }

    /// <summary>Sets the wait before each retry.</summary>
    /// <param name="expression">The expression (protocol 7.2).</param>
    public ScheduleBuilder RetryDelay(RetryDelayExpression expression) => With(_options with { RetryDelay = expression });

    /// <summary>Lets QStash report every attempt (protocol 6).</summary>
    /// <param name="pathOrUrl">The path below the base URL, such as <c>/reports</c>, or an absolute URL.</param>
    public ScheduleBuilder Callback(string pathOrUrl) => Callback(new CallbackOptions(pathOrUrl));

    /// <summary>Lets QStash report every attempt (protocol 6), with options of its own.</summary>
    /// <param name="callback">Where to and how; the URL may be a path below the base URL.</param>
    public ScheduleBuilder Callback(CallbackOptions callback) => With(_options with { Callback = callback });

    /// <summary>Lets QStash report each message that has failed for good (protocol 6).</summary>
    /// <param name="pathOrUrl">The path below the base URL, such as <c>/failures</c>, or an absolute URL.</param>
    public ScheduleBuilder FailureCallback(string pathOrUrl) => FailureCallback(new CallbackOptions(pathOrUrl));

    /// <summary>Lets QStash report each message that has failed for good (protocol 6), with options of its own.</summary>
    /// <param name="callback">Where to and how; the URL may be a path below the base URL.</param>
    public ScheduleBuilder FailureCallback(CallbackOptions callback) => With(_options with { FailureCallback = callback });

    /// <summary>Sends the messages through a FIFO queue.</summary>
    /// <param name="queue">The queue, or its name.</param>
    public ScheduleBuilder Queue(Queue queue)
    {
        ArgumentNullException.ThrowIfNull(queue);
        _queue = queue;
        return this;
    }

    /// <summary>Holds the messages to limits that they share with all others of the same key (protocol 8.3).</summary>
    /// <param name="key">The key, by the name the code uses: printable ASCII.</param>
    /// <param name="limits">Rate, period and parallelism.</param>
    public ScheduleBuilder FlowControl(string key, FlowControlValue limits) => FlowControl(new FlowControl(key, limits));

    /// <summary>Holds the messages to limits that they share with all others of the same key (protocol 8.3).</summary>
    /// <param name="flowControl">The key and the limits, as publishers state them too.</param>
    public ScheduleBuilder FlowControl(FlowControl flowControl) => With(_options with { FlowControl = flowControl });

    /// <summary>Adds labels to filter logs and the dead letter queue by.</summary>
    /// <param name="labels">The labels: printable ASCII without commas.</param>
    public ScheduleBuilder Label(params IEnumerable<string> labels) => With(_options with { Labels = [.. _options.Labels, .. labels] });

    /// <summary>Shows parts of the messages only as a hash wherever QStash shows them (protocol 3.3).</summary>
    /// <param name="redact">Which parts.</param>
    public ScheduleBuilder Redact(Redaction redact) => With(_options with { Redact = redact });

    /// <summary>Keeps the schedule paused, so that it makes no messages, or keeps it running. Unsaid, it stays as it is.</summary>
    /// <param name="paused">Whether it is paused.</param>
    public ScheduleBuilder Paused(bool paused = true)
    {
        _paused = paused;
        return this;
    }

    internal DeclaredSchedule? Build()
    {
        int before = _declarations.Count;
        string? id = _declarations.PhysicalName(At, Subject, Name, shared: false);
        if (_destinations != 1)
        {
            _declarations.Wrong(At, _destinations == 0
                ? $"{Subject} goes nowhere: say where its messages go with To, ToPath, ToUrl or ToUrlGroup."
                : $"{Subject} has more than one destination: a schedule has one; to reach several, send to a URL group.");
        }

        string? queue = _queue is null ? null : _declarations.PhysicalName(At, $"{Subject}: queue '{_queue}'", _queue.Name, _queue.Shared);
        PublishOptions options = _declarations.WithNamesAndUrls(At, Subject, _options);
        if (options.ContentType is null && _bodyType is not null)
        {
            options = options with { ContentType = _bodyType };
        }

        foreach (string mistake in OptionRules.Mistakes(options, throughQueue: queue is not null))
        {
            _declarations.Wrong(At, $"{Subject}: {mistake}");
        }

        if (_destination is null || _cron is null || _declarations.Count > before)
        {
            return null;
        }

        QStashMessage<ReadOnlyMemory<byte>> message = new(_destination, _body) { Options = options, Queue = queue is null ? null : new Queue(queue) { Shared = true } };
        _declarations.Check(At, "", () => WireMessage.Of(message, PublishSettings.WithoutClient, Subject));
        return new DeclaredSchedule { Name = Name, ScheduleId = id!, Cron = _cron, Message = message, Paused = _paused, At = At };
    }

    /// <summary>Sends to a URL that is known to be one; null when it was refused.</summary>
    internal ScheduleBuilder To(string? url)
    {
        _destinations++;
        _destination = url is null ? null : Destination.Url(url);
        return this;
    }

    private ScheduleBuilder With(PublishOptions options)
    {
        _options = options;
        return this;
    }

    private ScheduleBuilder Encoded(Func<EncodedPayload> encode)
    {
        try
        {
            EncodedPayload encoded = encode();
            (_body, _bodyType) = (encoded.Body, encoded.ContentType);
        }
        catch (Exception exception)
        {
            // Metadata and converters are the app's: whatever they throw is a mistake of this declaration, and the others are told as well.
            _declarations.Wrong(At, $"{Subject}: the body cannot be written as JSON: {exception.Message} Pass the type's metadata, as in Body(value, ShopJson.Default.CloseDay), or the bytes.");
        }

        return this;
    }

    private CronSchedule? ReadCron(string cron, string? timeZone)
    {
        if (!CronSchedule.TryParse(cron, out CronSchedule? read, out string? error))
        {
            _declarations.Wrong(At, $"{Subject}: '{cron}' is not a cron expression: {error}.");
            return null;
        }

        if (timeZone is not null)
        {
            if (cron.TrimStart().StartsWith("CRON_TZ=", StringComparison.Ordinal))
            {
                _declarations.Wrong(At, $"{Subject}: both '{cron}' and TimeZone name a time zone: name it once.");
                return null;
            }

            if (!CronSchedule.TryParse($"CRON_TZ={timeZone} {read.Text}", out read, out _))
            {
                _declarations.Wrong(At, $"{Subject}: the time zone '{timeZone}' is unknown: name one by its IANA id, such as Europe/Berlin.");
                return null;
            }
        }

        if (read.NextAfter(DateTimeOffset.UnixEpoch) is null)
        {
            _declarations.Wrong(At, $"{Subject}: '{cron}' never comes: no month has that day.");
        }

        return read;
    }
}
