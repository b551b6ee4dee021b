using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace QStash.Serverless.Cli;

/// <summary>Where a command writes: colours and movement on a terminal, plain lines everywhere else. Errors go to the error stream, always plain.</summary>
internal sealed class Screen
{
    private const int WidestLine = 1000;

    // What somebody reads later has the same shape wherever it was written.
    private const int WidthOfFiles = 120;

    private readonly IAnsiConsole _console;
    private readonly TextWriter _output;
    private readonly TextWriter _errors;
    private readonly bool _isColoured;

    private Screen(IAnsiConsole console, TextWriter output, TextWriter errors, bool isTerminal, bool isColoured)
    {
        _console = console;
        _output = output;
        _errors = errors;
        IsTerminal = isTerminal;
        _isColoured = isColoured;
    }

    /// <summary>Whether somebody is watching: if not, there are no colours, no boxes and nothing that moves.</summary>
    public bool IsTerminal { get; }

    /// <summary>Whether colours are wanted and can be shown.</summary>
    public bool IsColoured => _isColoured;

    /// <summary>How many characters a line should have at most.</summary>
    public int Width => IsTerminal ? _console.Profile.Width : WidthOfFiles;

    /// <summary>The process's own console.</summary>
    /// <param name="noColor">No colours, even on a terminal; the variable <c>NO_COLOR</c> says the same.</param>
    /// <param name="besideJson">Whether the output is for programs: then everything goes to the error stream.</param>
    public static Screen Open(bool noColor, bool besideJson = false)
    {
        Surroundings process = Surroundings.OfProcess();
        return Open(besideJson ? process with { Output = process.Errors, IsOutputRedirected = true } : process, noColor);
    }

    /// <param name="around">Where it writes.</param>
    /// <param name="noColor">No colours, even on a terminal; the variable <c>NO_COLOR</c> says the same.</param>
    public static Screen Open(Surroundings around, bool noColor)
    {
        bool isTerminal = !around.IsOutputRedirected && around.Variable("TERM") != "dumb";
        bool isColoured = isTerminal && !noColor && string.IsNullOrEmpty(around.Variable("NO_COLOR"));
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = isTerminal ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = isColoured ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = isTerminal ? InteractionSupport.Detect : InteractionSupport.No,
            Out = new AnsiConsoleOutput(around.Output),
        });
        return new Screen(console, around.Output, around.Errors, isTerminal, isColoured);
    }

    /// <summary>Writes a line of differently styled parts.</summary>
    public void Line(params IReadOnlyList<Part> parts)
    {
        if (!IsTerminal)
        {
            _output.WriteLine(string.Concat(parts.Select(static part => part.Text)).TrimEnd());
            return;
        }

        Paragraph line = new();
        foreach (Part part in parts)
        {
            line.Append(part.Text, part.Style);
        }

        line.Append("\n");
        _console.Write(line);
    }

    /// <summary>Writes a line that can be copied as a whole: it is never broken, however narrow the terminal is.</summary>
    public void Copyable(string text) => _output.WriteLine(text);

    /// <summary>Writes a table.</summary>
    public void Write(IRenderable table)
    {
        if (IsTerminal)
        {
            _console.Write(table);
            return;
        }

        using StringWriter text = new();
        IAnsiConsole plain = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors, Out = new AnsiConsoleOutput(text) });
        plain.Profile.Width = WidestLine;
        plain.Write(table);
        foreach (string line in text.ToString().TrimEnd().ReplaceLineEndings("\n").Split('\n'))
        {
            _output.WriteLine(line.TrimEnd());
        }
    }

    /// <summary>Writes a line to the error stream.</summary>
    public void Error(string text) => _errors.WriteLine(text);

    /// <summary>Log lines of this level and above, for the error stream as well.</summary>
    public ILoggerFactory LogToErrors(LogLevel least) => LoggerFactory.Create(builder => builder
        .SetMinimumLevel(least)
        .AddConsole(static console => console.LogToStandardErrorThreshold = LogLevel.Trace)
        .AddSimpleConsole(line => (line.SingleLine, line.ColorBehavior) = (true, _isColoured ? LoggerColorBehavior.Default : LoggerColorBehavior.Disabled)));

    /// <summary>Runs something that takes a while: on a terminal, with a line below everything else that says how far it is.</summary>
    /// <param name="text">What to say at first.</param>
    /// <param name="work">The work; it is given what changes the text.</param>
    public Task<T> WhileAsync<T>(string text, Func<Action<string>, Task<T>> work) => IsTerminal
        ? _console.Status().Spinner(Spinner.Known.Dots).StartAsync(Markup.Escape(text), status => work(news => status.Status(Markup.Escape(news))))
        : work(static _ => { });
}

/// <summary>A part of a line, and how it looks on a terminal.</summary>
internal sealed record Part(string Text, Style? Style = null)
{
    public static readonly Style Faint = new(decoration: Decoration.Dim);
    public static readonly Style Strong = new(decoration: Decoration.Bold);
    public static readonly Style Good = new(Color.Green);
    public static readonly Style Warning = new(Color.Yellow);
    public static readonly Style Bad = new(Color.Red);

    public static implicit operator Part(string text) => new(text);

    public static Part FromString(string text) => new(text);
}
