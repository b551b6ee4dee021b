using System.CommandLine;
using System.Text.RegularExpressions;
using QStash.Serverless.Client;

namespace QStash.Serverless.Cli.Messages;

/// <summary>What <c>publish</c>, <c>enqueue</c> and <c>schedules create</c> can be told about a message: its destination, its body and its options.</summary>
internal sealed class MessageOptions
{
    /// <summary>The option of each of the client's properties.</summary>
    private static readonly Dictionary<string, string> s_options = new(StringComparer.Ordinal)
    {
        ["Method"] = "--method",
        ["ContentType"] = "--content-type",
        ["Headers"] = "--header",
        ["Delay"] = "--delay",
        ["NotBefore"] = "--not-before",
        ["Timeout"] = "--timeout",
        ["Callback.Url"] = "--callback",
        ["FailureCallback.Url"] = "--failure-callback",
        ["DeduplicationId"] = "--deduplication-id",
        ["Labels"] = "--label",
        ["FlowControl.Key"] = "--flow-control-key",
        ["FlowControl.Limits"] = "--flow-control",
        ["Redact.Headers"] = "--redact",
    };

    private readonly Argument<string?> _url = new("url") { Description = "The destination: an absolute http or https URL, sent exactly as given.", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<string?> _group = new("--group") { HelpName = "NAME", Description = "The URL group to send to, instead of a URL." };
    private readonly Option<string?> _body = new("--body") { HelpName = "TEXT", Description = "The body." };
    private readonly Option<string?> _bodyFile = new("--body-file") { HelpName = "FILE", Description = "A file with the body, sent byte for byte; - reads the input." };
    private readonly Option<string?> _contentType = new("--content-type") { HelpName = "TYPE", Description = "The body's content type. Default: application/json for a JSON object or array, text/plain for other text, none for anything else." };
    private readonly Option<string?> _method = new("--method") { HelpName = "METHOD", Description = "GET, POST (default), PUT, PATCH or DELETE." };
    private readonly Option<KeyValuePair<string, string>[]> _headers = HeaderOption.Create("--header", "A header of the delivery. Repeatable.");
    private readonly Option<TimeSpan?> _delay = TypedOption.Duration("--delay", "How long QStash waits before the first attempt.");
    private readonly Option<DateTimeOffset?> _notBefore = TypedOption.FutureInstant("--not-before", "The instant before which no attempt is made, instead of --delay.");
    private readonly Option<TimeSpan?> _timeout = TypedOption.Duration("--timeout", "How long one attempt may take.");
    private readonly Option<int?> _retries = TypedOption.Count("--retries", 0, int.MaxValue, "How many retries follow a failed first attempt. QStash's default: 3.");
    private readonly Option<RetryDelayExpression?> _retryDelay = TypedOption.RetryDelay("--retry-delay", "The wait before each retry in milliseconds, as in 'pow(2, retried) * 1000'.");
    private readonly Option<string?> _callback = new("--callback") { HelpName = "URL", Description = "Where QStash reports every attempt." };
    private readonly Option<string?> _failureCallback = new("--failure-callback") { HelpName = "URL", Description = "Where QStash reports a message that has failed for good." };
    private readonly Option<string?> _deduplicationId = new("--deduplication-id") { HelpName = "ID", Description = "A second publish with this id within 10 minutes queues nothing." };
    private readonly Option<bool> _contentBased = new("--content-based-deduplication") { Description = "QStash derives the deduplication id from the message itself." };
    private readonly Option<string[]> _labels = new("--label") { HelpName = "LABEL", Description = "A label to find the message by. Repeatable.", DefaultValueFactory = static _ => [] };
    private readonly Option<string?> _flowControlKey = new("--flow-control-key") { HelpName = "KEY", Description = "The key whose messages share the limits of --flow-control." };
    private readonly Option<FlowControlValue?> _flowControl = TypedOption.FlowControl("--flow-control", "The limits of --flow-control-key, as in 'parallelism=3, rate=5, period=1m'.");
    private readonly Option<string[]> _redact = new("--redact") { HelpName = "body|header|NAME", Description = "What logs and reads show only as a hash: the body, all headers, or the header of this name. Repeatable.", DefaultValueFactory = static _ => [] };
    private readonly Option<KeyValuePair<string, string>[]> _raw = HeaderOption.Create("--raw-header", "A header of the request to QStash itself, such as 'Upstash-Callback-Retries: 0'. Repeatable.");
    private readonly bool _isSchedule;

    /// <param name="isSchedule">Whether the message is made by the clock: then it has no instant and no deduplication.</param>
    public MessageOptions(bool isSchedule = false) => _isSchedule = isSchedule;

    /// <summary>Adds the argument and the options to a command, and the rules between them.</summary>
    public void AddTo(Command command)
    {
        command.Arguments.Add(_url);
        Option[] all =
        [
            _group, _body, _bodyFile, _contentType, _method, _headers, _delay, _timeout, _retries, _retryDelay, _callback, _failureCallback,
            _labels, _flowControlKey, _flowControl, _redact, _raw, .. _isSchedule ? Array.Empty<Option>() : [_notBefore, _deduplicationId, _contentBased],
        ];
        foreach (Option option in all)
        {
            command.Options.Add(option);
        }

        command.Validators.Add(result =>
        {
            bool hasUrl = result.GetResult(_url) is { Tokens.Count: > 0 };
            if (hasUrl == result.GetResult(_group) is { Implicit: false })
            {
                result.AddError(hasUrl ? "A message goes to a URL or to a URL group: give one of <url> and --group." : "Where to? Give a URL, or a URL group with --group NAME.");
            }

            if (result.GetResult(_body) is { Implicit: false } && result.GetResult(_bodyFile) is { Implicit: false })
            {
                result.AddError("--body and --body-file exclude each other: give only one of them.");
            }

            if (result.GetResult(_flowControlKey) is { Implicit: false } != result.GetResult(_flowControl) is { Implicit: false })
            {
                result.AddError("--flow-control-key and --flow-control belong together: give both.");
            }
        });
    }

    /// <summary>The message that was asked for.</summary>
    /// <param name="run">The arguments.</param>
    /// <param name="queue">The queue to go through, by its name at QStash.</param>
    /// <exception cref="ArgumentException">The destination or a name is none.</exception>
    /// <exception cref="FormatException">The body's file cannot be read.</exception>
    public async Task<QStashMessage> MessageAsync(ToolRun run, string? queue = null)
    {
        Destination destination = run.Get(_group) is { } group ? Destination.UrlGroup(group) : Destination.Url(run.Get(_url)!);
        byte[] body = await MessageBody.ReadAsync(run, run.Get(_body), run.Get(_bodyFile));
        QStashMessage message = new QStashMessage<byte[]>(destination, body) { Options = Options(run, body), Queue = queue };
        try
        {
            QStashClient.ThrowIfInvalid(message);
            return message;
        }
        catch (ArgumentException refused)
        {
            throw new FormatException(InOptionsOfTheTool(refused.Message), refused);
        }
    }

    private PublishOptions Options(ToolRun run, byte[] body) => new()
    {
        Method = run.Get(_method) is { } method ? new HttpMethod(method) : null,
        ContentType = run.Get(_contentType) ?? MessageBody.ContentType(body),
        Headers = run.Get(_headers)!,
        Delay = run.Get(_delay),
        NotBefore = _isSchedule ? null : run.Get(_notBefore),
        Timeout = run.Get(_timeout),
        Retries = run.Get(_retries),
        RetryDelay = run.Get(_retryDelay),
        Callback = run.Get(_callback) is { } callback ? new CallbackOptions(callback) : null,
        FailureCallback = run.Get(_failureCallback) is { } failureCallback ? new CallbackOptions(failureCallback) : null,
        DeduplicationId = _isSchedule ? null : run.Get(_deduplicationId),
        ContentBasedDeduplication = !_isSchedule && run.Get(_contentBased) ? true : null,
        Labels = run.Get(_labels)!,
        FlowControl = run.Get(_flowControlKey) is { } key ? new FlowControl(key, run.Get(_flowControl)!) : null,
        Redact = Redaction(run.Get(_redact)!),
        RawHeaders = run.Get(_raw)!,
    };

    // The client names its properties; who typed a command knows options.
    private static string InOptionsOfTheTool(string refusal) =>
        Regex.Replace(Regex.Replace(refusal, @"^message: PublishOptions\.([\w.]+)", static match => s_options.GetValueOrDefault(match.Groups[1].Value, "--raw-header")), @"put ('[^']+') into PublishOptions\.RawHeaders", "give $1 with --raw-header");

    private static Redaction? Redaction(string[] fields) => fields.Length == 0 ? null : new()
    {
        Body = fields.Contains("body", StringComparer.Ordinal),
        AllHeaders = fields.Contains("header", StringComparer.Ordinal),
        Headers = [.. fields.Where(static field => field is not ("body" or "header"))],
    };
}
