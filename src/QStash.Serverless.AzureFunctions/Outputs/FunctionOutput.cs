using System.Reflection;
using Microsoft.Extensions.Configuration;

namespace QStash.Serverless.AzureFunctions;

/// <summary>One output of a function: where its messages go and how.</summary>
internal sealed class FunctionOutput
{
    private readonly PropertyInfo? _property;
    private readonly OutputType? _type;
    private readonly string? _connection;
    private readonly OutputText? _url;
    private readonly OutputText? _urlGroup;
    private readonly OutputText? _queue;
    private readonly OutputText? _flowControlKey;
    private readonly OutputText? _label;
    private readonly OutputText? _callback;
    private readonly OutputText? _failureCallback;
    private readonly FlowControlValue? _flowControl;
    private readonly PublishOptions _options;

    /// <param name="name">The output's name: the property's, or <c>return</c>.</param>
    /// <param name="property">The property that holds the value; null when the returned value itself is it.</param>
    /// <param name="declared">The declared type of the value.</param>
    /// <param name="attribute">What the app's author wrote.</param>
    /// <param name="configuration">Where the settings are.</param>
    /// <param name="tokens">The tokens that an invocation can fill.</param>
    internal FunctionOutput(string name, PropertyInfo? property, Type declared, QStashOutputAttribute attribute, IConfiguration configuration, IReadOnlyCollection<string> tokens)
    {
        Name = name;
        _property = property;
        _connection = attribute.Connection;
        OutputReading reading = new(configuration, tokens);
        _url = reading.Text(nameof(attribute.Url), attribute.Url, UrlRefusal);
        _urlGroup = reading.Text(nameof(attribute.UrlGroup), attribute.UrlGroup, NameRefusal);
        _queue = reading.Text(nameof(attribute.Queue), attribute.Queue, NameRefusal);
        _label = reading.Text(nameof(attribute.Label), attribute.Label, LabelRefusal);
        _callback = reading.Text(nameof(attribute.Callback), attribute.Callback, UrlRefusal);
        _failureCallback = reading.Text(nameof(attribute.FailureCallback), attribute.FailureCallback, UrlRefusal);
        _flowControlKey = reading.Text(nameof(attribute.FlowControlKey), attribute.FlowControlKey, static text => IsHeaderText(text) ? null : $"'{text}' must be printable ASCII without white space around it");
        _flowControl = reading.Value<FlowControlValue>(nameof(attribute.FlowControl), attribute.FlowControl, FlowControlValue.TryParse!);
        _options = new PublishOptions
        {
            Method = reading.Method(nameof(attribute.Method), attribute.Method),
            ContentType = reading.ContentType(nameof(attribute.ContentType), attribute.ContentType),
            Delay = reading.Duration(nameof(attribute.Delay), attribute.Delay, TimeSpan.Zero),
            Timeout = reading.Duration(nameof(attribute.Timeout), attribute.Timeout, TimeSpan.FromSeconds(1)),
            Retries = attribute.Retries < 0 ? null : attribute.Retries,
            RetryDelay = reading.Value<RetryDelayExpression>(nameof(attribute.RetryDelay), attribute.RetryDelay, RetryDelayExpression.TryParse!),
            ContentBasedDeduplication = attribute.ContentBasedDeduplication ? true : null,
        };
        Errors = reading.Errors;
        try
        {
            _type = OutputType.Of(declared);
        }
        catch (FormatException wrong)
        {
            Errors.Add(wrong.Message);
        }

        CheckWhole(attribute);
    }

    internal string Name { get; }

    internal string? PropertyName => _property?.Name;

    internal string? Connection => _connection;

    /// <summary>The type whose JSON metadata the app needs, or null.</summary>
    internal Type? Json => _type?.Json;

    /// <summary>What is wrong with the declaration, one sentence each.</summary>
    internal List<string> Errors { get; }

    /// <summary>The messages of an invocation.</summary>
    /// <param name="returned">What the function returned.</param>
    /// <param name="value">The value of a token.</param>
    internal IEnumerable<QStashMessage> Messages(object? returned, Func<string, string> value)
    {
        object? payloads = _property is null || returned is null ? returned : _property.GetValue(returned);
        foreach ((object payload, Type type, int ordinal) in _type!.Payloads(payloads))
        {
            MessageOutput output = new(Name, ordinal, _connection);
            PublishOptions options = Options(value);
            Queue? queue = _queue?.Fill(value);
            yield return payload is QStashMessage message
                ? message.With(Completed(message.Options, options), message.Queue ?? queue, output)
                : new BoxedMessage(DestinationOf(value), payload, type) { Options = options, Queue = queue, Output = output };
        }
    }

    private void CheckWhole(QStashOutputAttribute attribute)
    {
        if (attribute.Url is not null && attribute.UrlGroup is not null)
        {
            Errors.Add("Url: it excludes UrlGroup; set one of them");
        }
        else if (attribute.Url is null && attribute.UrlGroup is null && _type?.IsAddressed == false)
        {
            Errors.Add("it has no destination; set Url or UrlGroup, or declare a QStashMessage<T>, which brings its own");
        }

        if (attribute.FlowControlKey is null != attribute.FlowControl is null)
        {
            Errors.Add("FlowControl: set FlowControlKey and FlowControl together");
        }

        if (attribute.Retries < -1)
        {
            Errors.Add("Retries: it must be 0 or more");
        }

        if (attribute.Connection is not null && string.IsNullOrWhiteSpace(attribute.Connection))
        {
            Errors.Add("Connection: it is empty; write the name that AddClient registered, or leave it out");
        }
    }

    private Destination DestinationOf(Func<string, string> value) =>
        _url is not null ? Destination.Url(Url(_url, value))
        : _urlGroup is not null ? Destination.UrlGroup(_urlGroup.Fill(value))
        : throw new InvalidOperationException("the value brings no destination of its own, and the attribute has none; set Url or UrlGroup");

    private PublishOptions Options(Func<string, string> value) => _options with
    {
        Labels = _label is null ? [] : [.. _label.Fill(value).Split(',', StringSplitOptions.TrimEntries)],
        FlowControl = _flowControlKey is null ? null : new FlowControl(_flowControlKey.Fill(value), _flowControl!),
        Callback = _callback is null ? null : new CallbackOptions(Url(_callback, value)),
        FailureCallback = _failureCallback is null ? null : new CallbackOptions(Url(_failureCallback, value)),
    };

    // A value of nothing but dots would lead to another path than the one that was written.
    private static string Url(OutputText text, Func<string, string> value) => text.Fill(token => value(token) is var filled && filled.Trim('.').Length > 0
        ? Uri.EscapeDataString(filled)
        : throw new InvalidOperationException($"the token '{{{token}}}' has the value '{filled}', which is no part of a URL"));

    /// <summary>A message's own options, and for what it leaves unset those of the attribute.</summary>
    private static PublishOptions Completed(PublishOptions own, PublishOptions attribute) => own with
    {
        Method = own.Method ?? attribute.Method,
        ContentType = own.ContentType ?? attribute.ContentType,
        Delay = own.Delay ?? (own.NotBefore is null ? attribute.Delay : null),
        Timeout = own.Timeout ?? attribute.Timeout,
        Retries = own.Retries ?? attribute.Retries,
        RetryDelay = own.RetryDelay ?? attribute.RetryDelay,
        Callback = own.Callback ?? attribute.Callback,
        FailureCallback = own.FailureCallback ?? attribute.FailureCallback,
        ContentBasedDeduplication = own.ContentBasedDeduplication ?? (own.DeduplicationId is null ? attribute.ContentBasedDeduplication : null),
        Labels = own.Labels.Count > 0 ? own.Labels : attribute.Labels,
        FlowControl = own.FlowControl ?? attribute.FlowControl,
    };

    private static string? UrlRefusal(string text) => Destination.Refusal(text) is { } refusal ? $"'{Destination.WithoutSecrets(text)}' {refusal.TrimEnd('.')}" : null;

    private static string? NameRefusal(string text) => QStashName.IsValid(text) ? null : $"'{text}' must be letters, digits, '_', '.' and '-' only";

    private static string? LabelRefusal(string text) =>
        Array.Find(text.Split(',', StringSplitOptions.TrimEntries), static label => label.Length == 0 || !IsHeaderText(label)) is { } label
            ? $"'{label}' must be printable ASCII, at least one character" : null;

    private static bool IsHeaderText(string text) => QStashHeaders.IsValidValue(text) && System.Text.Ascii.IsValid(text) && text.Trim() == text;
}
