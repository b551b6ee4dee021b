using System.ComponentModel.DataAnnotations;
using System.Net;
using QStash.Serverless.Client;

namespace QStash.Serverless.Cli.Account;

/// <summary>Which QStash the tool talks to and with which token: options first, then the env file, then the environment, each variable on its own.</summary>
internal sealed class Connection
{
    private static readonly string[] s_account = ["QSTASH_URL", "QSTASH_TOKEN"];

    // Nobody waits at a terminal for as long as an app does.
    private const int Attempts = 3;

    private readonly QStashClientOptions _options;
    private string _urlFrom = "the default";
    private string _tokenFrom = "";

    private Connection(QStashClientOptions options)
    {
        _options = options;
        options.TransportRetries.MaxAttempts = Attempts;
        options.PropagateTraceContext = false;
    }

    public string Url => _options.Url;

    /// <param name="url"><c>--url</c>.</param>
    /// <param name="token"><c>--token</c>.</param>
    /// <param name="settings">Reads variables.</param>
    /// <exception cref="FormatException">There is no usable token or URL; the text says what to set, and never quotes a token.</exception>
    public static Connection Of(string? url, string? token, Settings settings)
    {
        // Who names an account more closely does not mean the region that is named less closely, whose URL would get another region's token.
        bool isRegional = url is null && token is null && (settings.IsInFile("QSTASH_REGION") || !s_account.Any(settings.IsInFile));
        Dictionary<string, string> from = new(StringComparer.Ordinal);
        QStashClientOptions options = QStashClientOptions.FromEnvironment(name =>
        {
            // Names are QStash's own in this tool's commands: the app and the environment change none of them here.
            string? value = name is "QSTASH_APP" or "QSTASH_ENV" || (name == "QSTASH_REGION" && !isRegional) ? null : settings.Read(name);
            if (!string.IsNullOrWhiteSpace(value))
            {
                from[name.EndsWith("QSTASH_TOKEN", StringComparison.Ordinal) ? "token" : "url"] = settings.Source(name);
            }

            return value;
        });
        Connection connection = new(options) { _urlFrom = from.GetValueOrDefault("url", "the default"), _tokenFrom = from.GetValueOrDefault("token", "") };
        if (url is not null)
        {
            (options.Url, connection._urlFrom) = (url, "--url");
        }

        if (token is not null)
        {
            (options.Token, connection._tokenFrom) = (token, "--token");
        }

        connection.Validate();
        return connection;
    }

    public QStashClient Open(TimeProvider time) => new(_options, timeProvider: time);

    /// <summary>What went wrong and what to do about it here, where the settings come from options, files and variables.</summary>
    public string Explain(QStashApiException exception) => exception switch
    {
        { StatusCode: HttpStatusCode.Unauthorized } => $"{Refused(exception)} {Url} does not accept the token ({_tokenFrom}): each account and region has its own."
            + " The QStash console shows it; `dotnet qstash dev` prints the local one.",
        { StatusCode: HttpStatusCode.Forbidden } => $"{Refused(exception)} The token ({_tokenFrom}) may only read: use the account's full token. Nothing was changed by this call.",
        { InnerException: HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError } cause } =>
            $"Nothing answers at {Url} ({_urlFrom}): {cause.Message.TrimEnd('.')}. Check the URL and the network; `dotnet qstash dev` starts a local QStash.",
        { StatusCode: null } => $"{exception.Message} The URL is from {_urlFrom}.",
        _ => exception.Message,
    };

    private static string Refused(QStashApiException exception) =>
        $"QStash refused {exception.Request} with HTTP {(int)exception.StatusCode!}{(exception.Error is { } error ? $": {OneLine.Of(error.TrimEnd('.'))}" : "")}.";

    private void Validate()
    {
        if (string.IsNullOrWhiteSpace(_options.Token))
        {
            throw new FormatException("No QStash token: set QSTASH_TOKEN in the environment or in a file given with --env-file, or give --token."
                + " The QStash console shows the token; `dotnet qstash dev` prints the one of the local QStash.");
        }

        if (_options.Validate(new ValidationContext(_options)).FirstOrDefault() is { } refusal)
        {
            bool isUrl = refusal.MemberNames.Contains(nameof(QStashClientOptions.Url));
            throw new FormatException(refusal.ErrorMessage!
                .Replace("QStash:Url (or the variable QSTASH_URL)", $"The URL ({_urlFrom})", StringComparison.Ordinal)
                .Replace("the token goes to QStash:Token", "the token goes to --token or QSTASH_TOKEN", StringComparison.Ordinal)
                .Replace("QStash:Token (or the variable QSTASH_TOKEN)", $"The token ({(isUrl ? "" : _tokenFrom)})", StringComparison.Ordinal));
        }
    }
}
