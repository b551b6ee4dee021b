using System.Globalization;
using System.Text;

namespace QStash.Serverless.Infra;

/// <summary>A text for terminals, line by line: broken at the width, aligned, coloured where wanted.</summary>
internal sealed class TextPage(TextOptions options)
{
    private const string Arrow = " -> ";
    private readonly StringBuilder _text = new();
    private readonly int _width = Math.Max(40, options.Width);

    internal enum Ink
    {
        Plain = 0,
        Bold = 1,
        Red = 31,
        Green = 32,
        Yellow = 33,
        Cyan = 36,
    }

    public override string ToString() => _text.ToString();

    internal void Gap() => _text.Append('\n');

    /// <summary>A line, or several: those after the first are indented to where the text began, and by a little more where asked.</summary>
    internal void Line(string start, string text, Ink ink = Ink.Plain, int hang = 0)
    {
        string before = start;
        foreach (string part in Wrapped(text, Math.Max(20, _width - start.Length - hang)))
        {
            Append(before, part, ink);
            before = new string(' ', start.Length + hang);
        }
    }

    /// <summary>Fields as columns: name, before, arrow, after. What does not fit into its columns has its parts below each other.</summary>
    /// <param name="indent">Stands before each line.</param>
    /// <param name="fields">Fields that change; with <paramref name="change"/> not set, those that are set or gone.</param>
    /// <param name="change">Whether a missing side means that nothing is there, rather than that there is only one side.</param>
    /// <param name="facts">What has no before, below the fields.</param>
    internal void Fields(string indent, IReadOnlyList<InfraField> fields, bool change, IReadOnlyList<(string Name, string Value)> facts)
    {
        int names = fields.Select(static field => field.Name.Length).Concat(facts.Select(static fact => fact.Name.Length)).DefaultIfEmpty().Max();
        int room = _width - indent.Length - names - 2;
        (string Name, string Before, string After)[] rows = [.. fields.Select(field => (field.Name, field.Before ?? "(none)", field.After ?? "(none)"))];
        int befores = rows.Where(row => row.Item2.Length + Arrow.Length + row.Item3.Length <= room).Select(static row => row.Item2.Length).DefaultIfEmpty().Max();
        for (int i = 0; i < fields.Count; i++)
        {
            (string name, string before, string after) = rows[i];
            string start = indent + name.PadRight(names + 2);
            if (!change)
            {
                Line(start, fields[i].After ?? before);
            }
            else if (before.Length + Arrow.Length + after.Length <= room)
            {
                Line(start, (befores + Arrow.Length + after.Length <= room ? before.PadRight(befores) : before) + Arrow + after);
            }
            else
            {
                Line(start, before);
                Line(new string(' ', start.Length) + Arrow.TrimStart(), after);
            }
        }

        foreach ((string name, string value) in facts)
        {
            Line(indent + name.PadRight(names + 2), value);
        }
    }

    /// <summary>An instant on its own clock and in UTC.</summary>
    internal static string Time(DateTimeOffset time)
    {
        string local = time.ToString("ddd yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
        return time.Offset == TimeSpan.Zero
            ? local + " UTC"
            : $"{local} {time.ToString("zzz", CultureInfo.InvariantCulture)} ({time.UtcDateTime.ToString(time.Day == time.UtcDateTime.Day ? "HH:mm" : "ddd HH:mm", CultureInfo.InvariantCulture)} UTC)";
    }

    internal static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    internal static string Count(int count, string one, string? many = null) => $"{Number(count)} {(count == 1 ? one : many ?? one + "s")}";

    /// <summary>Where something is declared, short: the member, and the file's name and line.</summary>
    internal static string Place(DeclaredAt at)
    {
        string file = at.File[(at.File.LastIndexOfAny(['/', '\\']) + 1)..];
        return file.Length == 0 ? at.Member : $"{at.Member}, {file}:{at.Line.ToString(CultureInfo.InvariantCulture)}";
    }

    private static IEnumerable<string> Wrapped(string text, int room)
    {
        while (text.Length > room)
        {
            int space = text.LastIndexOf(' ', room);
            int cut = space > room / 3 ? space : room;
            yield return text[..cut].TrimEnd();
            text = text[cut..].TrimStart();
        }

        yield return text;
    }

    private void Append(string start, string text, Ink ink)
    {
        string line = (start + text).TrimEnd();
        _text.Append(options.Colors && ink != Ink.Plain ? string.Create(CultureInfo.InvariantCulture, $"\e[{(int)ink}m{line}\e[0m") : line).Append('\n');
    }
}
