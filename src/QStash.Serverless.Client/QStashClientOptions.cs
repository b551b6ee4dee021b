using System.ComponentModel.DataAnnotations;
using System.Diagnostics.CodeAnalysis;

namespace QStash.Serverless.Client;

/// <summary>Where QStash is and how the client talks to it (protocol section 1).</summary>
public sealed class QStashClientOptions : IValidatableObject
{
    /// <summary>The hosted service's default region, EU: used when no URL is configured.</summary>
    public const string DefaultUrl = "https://qstash.upstash.io";

    /// <summary>The name of the <see cref="IHttpClientFactory"/> client that <c>AddQStashClient</c> registers, to add handlers or a proxy to.</summary>
    public const string HttpClientName = "QStash";

    private string? _url;

    /// <summary>
    /// The base URL, <see cref="DefaultUrl"/> unless set. A trailing <c>/</c>, <c>/v2</c> or <c>/v2/publish</c> is dropped; every region has
    /// its own URL and its own token.
    /// </summary>
    [AllowNull]
    public string Url
    {
        get => _url ?? DefaultUrl;
        set => _url = string.IsNullOrWhiteSpace(value) ? null : value;
    }

    /// <summary>The region's token, sent as a bearer token with every request. Never logged.</summary>
    public string? Token { get; set; }

    /// <summary>How long one attempt of a call may take, its answer included: 10 ms to 1 day, 60 seconds unless set.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>What happens when no answer arrives.</summary>
    [Required]
    public TransportRetryOptions TransportRetries { get; set; } = new();

    /// <summary>
    /// Whether a publish carries the current <see cref="System.Diagnostics.Activity"/> to the receiver as <c>traceparent</c> and <c>tracestate</c>, so
    /// that publisher and handler show up in one trace: true unless set. A message that names <c>traceparent</c> itself keeps its own, and one with
    /// content-based deduplication gets none, because QStash counts forwarded headers as content.
    /// </summary>
    public bool PropagateTraceContext { get; set; } = true;

    /// <summary>Headers of every delivery, sent as <c>Upstash-Forward-</c>&lt;name&gt; unless the message sets the same name.</summary>
    [Required]
    public IDictionary<string, string> DefaultHeaders { get; set; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// The app's name, such as <c>shop</c>: letters, digits, <c>_</c> and <c>-</c>. With it and <see cref="Env"/>, what this client publishes goes to the URL
    /// groups, queues and flow-control keys of this app in this environment: QStash knows them as <c>{App}.{Env}.{name}</c>, the names that
    /// <c>dotnet qstash apply</c> gives them, except those that are <c>Shared</c>. This holds for what a <see cref="Destination"/>, a <see cref="Queue"/> or a
    /// <see cref="FlowControl"/> says; names and ids passed as text to the management operations are QStash's own, as in <c>UrlGroups.GetAsync("shop.prod.receipts")</c>.
    /// Unset with <see cref="Env"/>: every name is sent as it is.
    /// </summary>
    public string? App { get; set; }

    /// <summary>The environment's name, such as <c>prod</c>: letters, digits, <c>_</c> and <c>-</c>. Set together with <see cref="App"/> or not at all.</summary>
    public string? Env { get; set; }

    internal const string DefaultSection = "QStash";

    /// <summary>The configuration section that these options were read from: named in error texts.</summary>
    internal string Section { get; set; } = DefaultSection;

    internal bool UrlIsSet => _url is not null;

    /// <summary>What names belong to; null when they are sent as they are. Valid options only.</summary>
    internal ResourceScope? Scope => string.IsNullOrWhiteSpace(App) || string.IsNullOrWhiteSpace(Env) ? null : new ResourceScope(App, Env);

    /// <summary>
    /// The options that QStash's own variables describe: <c>QSTASH_TOKEN</c> and <c>QSTASH_URL</c>, or with <c>QSTASH_REGION</c> the region's pair,
    /// for example <c>US_EAST_1_QSTASH_TOKEN</c> and <c>US_EAST_1_QSTASH_URL</c>, when both are set (protocol 1.2). And <c>QSTASH_APP</c> and <c>QSTASH_ENV</c>,
    /// which are this library's.
    /// </summary>
    /// <param name="read">Reads one variable; the process environment when null.</param>
    /// <exception cref="InvalidOperationException"><c>QSTASH_REGION</c> names no region.</exception>
    public static QStashClientOptions FromEnvironment(Func<string, string?>? read = null)
    {
        QStashClientOptions options = new();
        QStashVariables.Fill(options, read ?? Environment.GetEnvironmentVariable);
        return options;
    }

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (BaseUrl.Refusal(Url) is { } refusal)
        {
            yield return new ValidationResult($"{Setting("Url", "QSTASH_URL")} {refusal}", [nameof(Url)]);
        }

        if (string.IsNullOrWhiteSpace(Token))
        {
            yield return new ValidationResult(
                $"No QStash token. Set {Setting("Token", "QSTASH_TOKEN")} to the token that the QStash console, or `dotnet qstash dev`, shows.",
                [nameof(Token)]);
        }
        else if (!IsToken(Token))
        {
            yield return new ValidationResult(
                $"{Setting("Token", "QSTASH_TOKEN")} has a character no bearer token has, such as white space or a quote: copy it again, without anything around it.",
                [nameof(Token)]);
        }

        foreach (ValidationResult wrong in ValidateScope())
        {
            yield return wrong;
        }

        if (Timeout < TimeSpan.FromMilliseconds(10) || Timeout > TimeSpan.FromDays(1))
        {
            yield return new ValidationResult("Timeout must be between 10 ms and 1 day.", [nameof(Timeout)]);
        }

        if (TransportRetries is { MaxAttempts: < 1 or > 100 })
        {
            yield return new ValidationResult("TransportRetries.MaxAttempts must be between 1 (no retries) and 100.", [nameof(TransportRetries)]);
        }

        if (TransportRetries is { Backoff: null })
        {
            yield return new ValidationResult("TransportRetries.Backoff must not be null.", [nameof(TransportRetries)]);
        }

        foreach ((string name, string value) in DefaultHeaders ?? new Dictionary<string, string>())
        {
            if (OptionHeaders.ForwardRefusal(name, value) is { } broken)
            {
                yield return new ValidationResult($"DefaultHeaders: {broken}", [nameof(DefaultHeaders)]);
            }
        }
    }

    /// <summary>The URL, and whether there is a token: the token itself is left out.</summary>
    public override string ToString() => $"{nameof(QStashClientOptions)} {{ Url = {BaseUrl.Shown(Url)}, Token = {(string.IsNullOrEmpty(Token) ? "none" : "[hidden]")} }}";

    private IEnumerable<ValidationResult> ValidateScope()
    {
        (string app, string env) = (Setting(nameof(App), "QSTASH_APP"), Setting(nameof(Env), "QSTASH_ENV"));
        if (string.IsNullOrWhiteSpace(App) != string.IsNullOrWhiteSpace(Env))
        {
            (string set, string missing) = string.IsNullOrWhiteSpace(App) ? (env, app) : (app, env);
            yield return new ValidationResult(
                $"{set} is set and {missing} is not. Set both, and names belong to that app and environment, or neither, and names are sent as they are.", [nameof(App), nameof(Env)]);
        }

        foreach ((string member, string setting, string? value) in new[] { (nameof(App), app, App), (nameof(Env), env, Env) })
        {
            if (!string.IsNullOrWhiteSpace(value) && (!QStashName.IsValid(value) || value.Contains('.', StringComparison.Ordinal)))
            {
                yield return new ValidationResult($"{setting} is '{value}': use letters, digits, '_' and '-' only. A '.' separates app, environment and name.", [member]);
            }
        }
    }

    private string Setting(string name, string variable) => Section == DefaultSection ? $"{Section}:{name} (or the variable {variable})" : $"{Section}:{name}";

    // RFC 6750, section 2.1.
    private static bool IsToken(string token) => token.All(static c => char.IsAsciiLetterOrDigit(c) || "-._~+/=".Contains(c, StringComparison.Ordinal));
}
