using System.CommandLine;
using System.Text.Json;
using QStash.Serverless.Cli.Account;
using QStash.Serverless.Client;

namespace QStash.Serverless.Cli;

/// <summary>One run of a command: its arguments, the account it works on, and how it answers.</summary>
internal sealed class ToolRun(Surroundings around, ToolOptions options, ParseResult arguments, Interruption interruption)
{
    private Settings? _settings;
    private Connection? _account;
    private QStashClient? _client;

    public Screen Screen { get; } = Screen.Open(around, arguments.GetValue(options.NoColor));

    public Surroundings Around => around;

    public TimeProvider Time => around.Time;

    /// <summary>Cancelled by Ctrl+C.</summary>
    public CancellationToken Stopped => interruption.Token;

    /// <summary>The exit code of a command that was stopped.</summary>
    public int StoppedExitCode => interruption.IsCtrlC ? Interruption.CtrlCExitCode : 1;

    /// <summary>Whether a question stands there without an answer.</summary>
    public bool IsAsking { get; private set; }

    public bool IsJson => arguments.GetValue(options.Json);

    public Settings Settings => _settings ??= new Settings(arguments.GetValue(options.EnvFile), around);

    public Connection Account => _account ??= Connection.Of(arguments.GetValue(options.Url), arguments.GetValue(options.Token), Settings);

    public QStashClient Client => _client ??= Account.Open(Time);

    public T? Get<T>(Option<T> option) => arguments.GetValue(option);

    public T Get<T>(Argument<T> argument) => arguments.GetValue(argument)!;

    /// <summary>Whether an option was given, its default aside.</summary>
    public bool Has(Option option) => arguments.GetResult(option) is { Implicit: false };

    /// <summary>Says why it did not work, and is the exit code of that.</summary>
    public int Refuse(string text)
    {
        Screen.Error(text);
        return 1;
    }

    /// <summary>Says that there is no such thing, and how names are meant, and is the exit code of that.</summary>
    public int NotFound(string kind, string name)
    {
        string? physical = Settings.Read("QSTASH_APP") is { } app && Settings.Read("QSTASH_ENV") is { } env && !name.StartsWith($"{app}.{env}.", StringComparison.Ordinal) ? $"{app}.{env}.{name}" : null;
        return Refuse($"There is no {kind} '{OneLine.Of(name)}' in the account at {Account.Url}."
            + (physical is null ? "" : $" Names are QStash's own here: that of QSTASH_APP and QSTASH_ENV is '{OneLine.Of(physical)}'."));
    }

    /// <summary>Writes what was done: a sentence, or the JSON.</summary>
    public int Done(string text, object json)
    {
        if (IsJson)
        {
            Json(json);
        }
        else
        {
            Screen.Line(text);
        }

        return 0;
    }

    /// <summary>Writes a list: a table, or its objects as JSON.</summary>
    /// <param name="items">What is in it.</param>
    /// <param name="json">An item's object.</param>
    /// <param name="none">What to say about an empty one.</param>
    /// <param name="columns">The table's columns.</param>
    public int List<T>(IReadOnlyList<T> items, Func<T, JsonElement> json, string none, params Column<T>[] columns)
    {
        if (IsJson)
        {
            Json(items.Select(json));
        }
        else if (items.Count == 0)
        {
            Screen.Error(none);
        }
        else
        {
            Screen.Write(Column<T>.Table(items, columns, Screen.IsTerminal));
        }

        return 0;
    }

    /// <summary>Writes one thing: a line a field, those without a value left out; or its object as JSON.</summary>
    public int Show(JsonElement json, params (string Name, string? Value)[] fields)
    {
        if (IsJson)
        {
            Json(json);
            return 0;
        }

        (string Name, string? Value)[] shown = [.. fields.Where(static field => !string.IsNullOrEmpty(field.Value))];
        int width = shown.Max(static field => field.Name.Length) + 2;
        foreach ((string name, string? value) in shown)
        {
            Screen.Line(new Part(name.PadRight(width), Part.Strong), OneLine.Of(value!, 4000));
        }

        return 0;
    }

    /// <summary>Writes the whole result as JSON.</summary>
    public void Json(object json) => new JsonOutput(around.Output).Write(json);

    /// <summary>Writes a part of a result without an end as JSON, in one line.</summary>
    public void JsonLine(object json) => new JsonOutput(around.Output).WriteLine(json);

    /// <summary>Asks before something that cannot be taken back.</summary>
    /// <param name="question">The question, with all that depends on the answer.</param>
    /// <param name="isSaid">Whether the answer was given as an option.</param>
    /// <param name="option">That option.</param>
    public async Task<bool> ConfirmAsync(string question, bool isSaid, string option = "--yes")
    {
        if (isSaid)
        {
            return true;
        }

        if (around.IsInputRedirected)
        {
            Screen.Error($"{question} There is no terminal to ask at: say so with {option}. Nothing was changed.");
            return false;
        }

        bool isYes = await AskAsync($"{question} [y/N] ") is { } answer && (answer.Equals("y", StringComparison.OrdinalIgnoreCase) || answer.Equals("yes", StringComparison.OrdinalIgnoreCase));
        if (!isYes)
        {
            Screen.Error("Nothing was changed.");
        }

        return isYes;
    }

    /// <summary>Reads a line from who sits there.</summary>
    public async Task<string?> AskAsync(string question)
    {
        IsAsking = true;
        await around.Errors.WriteAsync(question);
        await around.Errors.FlushAsync(Stopped);

        // A terminal's read cannot be cancelled; Ctrl+C ends the command all the same.
        string? answer = (await Task.Run(around.Answers.ReadLine, Stopped).WaitAsync(Stopped))?.Trim();
        IsAsking = false;
        return answer;
    }

    /// <summary>An instant as tables show it: local time to the second, and UTC for who reads the output later.</summary>
    public string At(DateTimeOffset? instant) => instant is { } at
        ? (Screen.IsTerminal ? TimeZoneInfo.ConvertTime(at, Time.LocalTimeZone) : at.ToUniversalTime()).ToString(Screen.IsTerminal ? "yyyy-MM-dd HH:mm:ss" : "yyyy-MM-ddTHH:mm:ssZ", System.Globalization.CultureInfo.InvariantCulture)
        : "";
}
