using System.CommandLine;
using System.Net;
using QStash.Serverless.DevServer;

namespace QStash.Serverless.Cli.Dev;

/// <summary>What <c>dotnet qstash dev</c> can be told, and the server's options it makes of it.</summary>
internal sealed class DevOptions
{
    private const int DefaultPort = 8080;
    private const string DefaultFolder = ".qstash";

    private readonly Option<int> _port = new("--port")
    {
        HelpName = "PORT",
        Description = "The port to listen on; 0 takes a free one. Default: QSTASH_DEV_PORT, else 8080.",
        DefaultValueFactory = static result => FromEnvironment(result, "QSTASH_DEV_PORT", DefaultPort, int.Parse),
    };

    private readonly Option<string> _host = new("--host")
    {
        HelpName = "ADDRESS",
        Description = "The address to listen on. Any other than loopback lets other machines in and needs credentials of your own.",
        DefaultValueFactory = static _ => "127.0.0.1",
    };

    private readonly Option<string> _data = new("--data")
    {
        HelpName = "DIR",
        Description = "Where messages, queues, logs and credentials are kept (qstash.db); created if missing.",
        DefaultValueFactory = static _ => Path.Combine(".", DefaultFolder),
    };

    private readonly Option<bool> _inMemory = new("--in-memory") { Description = "Keep nothing: everything is gone when the command ends." };

    private readonly Option<string[]> _map = new("--map")
    {
        HelpName = "HOST=URL",
        Description = "Deliver for a public host to an app on this machine, for example https://orders.example.com=http://localhost:5000. Repeatable; *.example.com stands for every name below.",
        DefaultValueFactory = static _ => [],
    };

    private readonly Option<bool> _allowExternal = new("--allow-external") { Description = "Deliver over the network to hosts that are not on this machine. Without it nothing leaves the machine." };

    private readonly Option<DevServerQuota> _quota = new("--quota")
    {
        HelpName = "payg|pro|free",
        Description = "Whose limits apply: those of pay as you go, of a fixed plan, or of the free plan. Default: QSTASH_DEV_QUOTA, else payg.",
        DefaultValueFactory = static result => FromEnvironment(result, "QSTASH_DEV_QUOTA", DevServerQuota.PayAsYouGo, Quota),
        CustomParser = static result =>
        {
            try
            {
                return Quota(result.Tokens[0].Value);
            }
            catch (FormatException e)
            {
                result.AddError($"--quota: {e.Message}");
                return default;
            }
        },
    };

    private readonly Option<bool> _ownCredentials = new("--own-credentials") { Description = "A random token and random keys, kept with the data, instead of the public ones of the official development server." };

    private readonly Option<string?> _accounts = new("--accounts")
    {
        HelpName = "FILE",
        Description = """Accounts of your own, isolated from each other: a JSON file [{"name":"shop","token":"...","readOnlyToken":"...","currentSigningKey":"...","nextSigningKey":"..."}]. Only the name is required.""",
    };

    private readonly Option<string[]> _cors = new("--cors")
    {
        HelpName = "ORIGIN",
        Description = "Let web pages of an origin such as https://console.example.com use the server; * for all. Repeatable. Without it requests of web pages are refused.",
        DefaultValueFactory = static _ => [],
    };

    private readonly Option<int?> _burst = new("--burst") { HelpName = "N", Description = "Answer more than N requests a second that publish nothing with 429 and the burst headers." };

    private readonly Option<bool> _verbose = new("--verbose") { Description = "Show every event, the beginnings of attempts included, and the server's own log." };

    public IEnumerable<Option> All => [_port, _host, _data, _inMemory, _map, _allowExternal, _quota, _ownCredentials, _accounts, _cors, _burst, _verbose];

    public bool IsVerbose(ParseResult arguments) => arguments.GetValue(_verbose);

    /// <summary>Checks what can be checked before anything is started.</summary>
    public void Validate(Command command)
    {
        _port.Validators.Add(static result =>
        {
            if (result.Tokens.Count > 0 && int.TryParse(result.Tokens[0].Value, out int value) && value is < 0 or > 65_535)
            {
                result.AddError($"--port is {value}; it must lie between 0 and 65535.");
            }
        });
        _host.Validators.Add(static result =>
        {
            if (result.Tokens.Count > 0 && !IPAddress.TryParse(result.Tokens[0].Value, out _))
            {
                result.AddError($"--host is '{result.Tokens[0].Value}'; it must be an address such as 127.0.0.1 or 0.0.0.0.");
            }
        });
        _map.Validators.Add(static result =>
        {
            foreach (string mapping in result.Tokens.Select(t => t.Value).Where(m => m.Split('=') is not [{ Length: > 0 }, { Length: > 0 }]))
            {
                result.AddError($"--map is '{mapping}'; it must be HOST=URL, for example https://orders.example.com=http://localhost:5000.");
            }
        });
        _burst.Validators.Add(static result =>
        {
            if (result.Tokens.Count > 0 && int.TryParse(result.Tokens[0].Value, out int value) && value < 1)
            {
                result.AddError($"--burst is {value}; it must be at least 1.");
            }
        });
        command.Validators.Add(result =>
        {
            if (result.GetValue(_inMemory) && result.GetResult(_data) is { Implicit: false })
            {
                result.AddError("--data and --in-memory exclude each other: give only one of them.");
            }
        });
    }

    /// <summary>The server's options: a clock that runs and can be moved ahead, and signatures of the system's time.</summary>
    /// <exception cref="FormatException">The accounts file cannot be used.</exception>
    /// <exception cref="ArgumentException">A mapping means nothing.</exception>
    public QStashDevServerOptions Build(ParseResult arguments)
    {
        string? accounts = arguments.GetValue(_accounts);
        QStashDevServerOptions options = new()
        {
            Address = IPAddress.Parse(arguments.GetValue(_host)!),
            Port = arguments.GetValue(_port),
            DataDirectory = arguments.GetValue(_inMemory) ? null : arguments.GetValue(_data),
            UseWellKnownAccounts = accounts is null && !arguments.GetValue(_ownCredentials),
            AllowExternal = arguments.GetValue(_allowExternal),
            Quota = arguments.GetValue(_quota),
            RequestsPerSecond = arguments.GetValue(_burst),
            TimeProvider = new DevServerClock(TimeProvider.System.GetUtcNow()) { IsFrozen = false },
            SignatureTimeProvider = TimeProvider.System,
        };
        foreach (string mapping in arguments.GetValue(_map)!)
        {
            string[] parts = mapping.Split('=');
            options.MapHost(parts[0], new Uri(parts[1], UriKind.RelativeOrAbsolute));
        }

        foreach (string origin in arguments.GetValue(_cors)!)
        {
            options.AllowedOrigins.Add(origin);
        }

        if (accounts is not null)
        {
            AccountsFile.Read(accounts).ForEach(options.Accounts.Add);
        }

        return options;
    }

    private static DevServerQuota Quota(string text) => text.ToUpperInvariant() switch
    {
        "PAYG" => DevServerQuota.PayAsYouGo,
        "PRO" => DevServerQuota.Pro,
        "FREE" => DevServerQuota.Free,
        _ => throw new FormatException($"'{text}' is not one of payg, pro and free."),
    };

    private static T FromEnvironment<T>(System.CommandLine.Parsing.ArgumentResult result, string name, T otherwise, Func<string, T> parse)
    {
        if (Environment.GetEnvironmentVariable(name) is not { Length: > 0 } value)
        {
            return otherwise;
        }

        try
        {
            return parse(value);
        }
        catch (Exception e) when (e is FormatException or OverflowException)
        {
            result.AddError($"The variable {name}: {e.Message}");
            return otherwise;
        }
    }
}
