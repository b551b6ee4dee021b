using System.Globalization;
using System.Text;

namespace QStash.Serverless.Infra;

/// <summary>A text for terminals, line by line: broken at the width, aligned, coloured where wanted.</summary>
internal sealed class TextPage(TextOptions options)
{
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

    /// <summary>A line, or several: those after the first are indented to where the text began.</summary>
    internal void Line(string start, string text, Ink ink = Ink.Plain)
    {
        int room = _width - start.Length;
        string before = start;
        foreach (string part in Wrapped(text, Math.Max(20, room)))
        {
            Append(before, part, ink);
            before = new string(' ', start.Length);
        }
    }

    /// <summary>Fields as columns: name, before, arrow, after. A field that does not fit has its parts below each other.</summary>
    internal void Fields(string indent, IReadOnlyList<InfraField> fields)
    {
        int names = fields.Max(static field => field.Name.Length);
        int room = _width - indent.Length - names - 2;
        int befores = fields.Where(field => Before(field).Length + Arrow(field).Length + After(field).Length <= room).Select(static field => Before(field).Length).DefaultIfEmpty().Max();
        foreach (InfraField field in fields)
        {
            string start = indent + field.Name.PadRight(names + 2);
            string line = Before(field).PadRight(befores) + Arrow(field) + After(field);
            if (Before(field).Length + Arrow(field).Length + After(field).Length <= room)
            {
                Line(start, line.Length <= room ? line : Before(field) + Arrow(field) + After(field));
            }
            else
            {
                Line(start, field.Before ?? After(field));
                if (field is { Before: not null, After: not null })
                {
                    Line(new string(' ', start.Length) + "-> ", field.After);
                }
            }
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

    private static string Before(InfraField field) => field.After is null ? "" : field.Before ?? "";

    private static string Arrow(InfraField field) => field is { Before: not null, After: not null } ? " -> " : "";

    private static string After(InfraField field) => field.After ?? (field.Before is null ? "" : field.Before);

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
