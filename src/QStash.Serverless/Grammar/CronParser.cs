using System.Buffers;

namespace QStash.Serverless;

/// <summary>Reads a cron expression from left to right. What fails records its error and returns null, and every caller returns at once.</summary>
internal sealed class CronParser(string text)
{
    private const int LongestText = 512;
    private const string ZonePrefix = "CRON_TZ=";

    private static readonly SearchValues<char> s_zoneCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/_+-");
    private static readonly Field s_minute = new("minute", 0, 59, []);
    private static readonly Field s_hour = new("hour", 0, 23, []);
    private static readonly Field s_day = new("day of the month", 1, 31, []);
    private static readonly Field s_month = new("month", 1, 12, ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]);
    private static readonly Field s_weekday = new("weekday", 0, 7, ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]);

    private int _at;
    private string? _error;

    /// <summary>The fields, or null and the error.</summary>
    internal CronFields? Parse(out TimeZoneInfo timeZone, out string? error)
    {
        TimeZoneInfo? zone = text.Length > LongestText
            ? Fail<TimeZoneInfo>(LongestText, $"the expression is longer than {LongestText} characters")
            : Zone();
        CronFields? fields = zone is null ? null : Fields();
        timeZone = zone ?? TimeZoneInfo.Utc;
        error = _error;
        return fields;
    }

    private TimeZoneInfo? Zone()
    {
        SkipSpace();
        if (!text.AsSpan(_at).StartsWith(ZonePrefix, StringComparison.Ordinal))
        {
            return TimeZoneInfo.Utc;
        }

        _at += ZonePrefix.Length;
        int length = text.AsSpan(_at).IndexOfAny(' ', '\t');
        string id = length < 0 ? text[_at..] : text.Substring(_at, length);

        // The text names a file on some systems: what is no zone id must not get there. Windows' own ids mean nothing to QStash.
        bool wellFormed = id.Length > 0 && id[0] != '/' && !id.AsSpan().ContainsAnyExcept(s_zoneCharacters);
        if (!wellFormed || !TimeZoneInfo.TryFindSystemTimeZoneById(id, out TimeZoneInfo? zone) || !zone.HasIanaId)
        {
            return Fail<TimeZoneInfo>(_at, $"expected the IANA id of a time zone that this system knows, such as Europe/Berlin, but found {(wellFormed ? $"'{id}'" : "something else")}");
        }

        _at += id.Length;
        return zone;
    }

    private CronFields? Fields()
    {
        if (Read(s_minute, out bool _) is not { } minutes || Read(s_hour, out bool _) is not { } hours || Read(s_day, out bool anyDay) is not { } days
            || Read(s_month, out bool _) is not { } months || Read(s_weekday, out bool anyWeekday) is not { } weekdays)
        {
            return null;
        }

        SkipSpace();
        const uint Sunday = 1, AlsoSunday = 1 << 7;
        return _at < text.Length
            ? Fail<CronFields>(_at, $"expected the end after the five fields minute, hour, day, month and weekday, but found {SyntaxError.Found(text, _at)}")
            : new(minutes, (uint)hours, (uint)days, (uint)months, (weekdays & AlsoSunday) != 0 ? (uint)weekdays | Sunday : (uint)weekdays, !anyDay && !anyWeekday);
    }

    /// <summary>One field: a list of items, up to white space or the end.</summary>
    /// <param name="field">Which.</param>
    /// <param name="any">Whether an item allows everything: <c>*</c> without a step.</param>
    private ulong? Read(Field field, out bool any)
    {
        ulong bits = 0;
        any = false;
        SkipSpace();
        while (true)
        {
            if (Item(field, out bool star) is not { } item)
            {
                return null;
            }

            bits |= item;
            any |= star;
            if (_at == text.Length || text[_at] is ' ' or '\t')
            {
                return bits;
            }

            if (text[_at] != ',')
            {
                return FailValue(_at, $"expected ',', white space or the end after the {field.Name}, but found {SyntaxError.Found(text, _at)}");
            }

            _at++;
        }
    }

    private ulong? Item(Field field, out bool star)
    {
        int first = field.Least;
        int last = field.Name == s_weekday.Name ? 6 : field.Most;
        star = _at < text.Length && text[_at] is '*' or '?';
        bool single = false;
        int start = _at;
        if (star)
        {
            _at++;
        }
        else
        {
            if (Value(field) is not { } from)
            {
                return null;
            }

            first = from;
            single = _at == text.Length || text[_at] != '-';
            if (!single)
            {
                _at++;
                if (Value(field) is not { } to)
                {
                    return null;
                }

                last = to;
            }
        }

        int step = 1;
        if (_at < text.Length && text[_at] == '/')
        {
            _at++;
            if (Step(field) is not { } given)
            {
                return null;
            }

            // A number with a step runs to the end of the field; without one it stands for itself.
            step = given;
            star &= step == 1;
            last = single ? Math.Max(first, last) : last;
        }
        else if (single)
        {
            last = first;
        }

        if (last < first)
        {
            return FailValue(start, $"the range of the {field.Name} ends before it starts: expected the smaller value first");
        }

        ulong bits = 0;
        for (int value = first; value <= last; value += step)
        {
            bits |= 1UL << value;
        }

        return bits;
    }

    private int? Value(Field field)
    {
        int start = _at;
        if (_at < text.Length && char.IsAsciiDigit(text[_at]))
        {
            int number = Number();
            return number >= field.Least && number <= field.Most ? number : FailNumber(start, $"the {field.Name} is out of range: expected {field.Least} to {field.Most}");
        }

        while (_at < text.Length && char.IsAsciiLetter(text[_at]))
        {
            _at++;
        }

        int name = Array.FindIndex(field.Names, n => text.AsSpan(start, _at - start).Equals(n, StringComparison.OrdinalIgnoreCase));
        if (name >= 0)
        {
            return field.Least + name;
        }

        string names = field.Names.Length > 0 ? $", a name from {field.Names[0]} to {field.Names[^1]}" : "";
        return FailNumber(start, $"expected the {field.Name}: '*', a number from {field.Least} to {field.Most}{names}, but found {SyntaxError.Found(text, start)}");
    }

    private int? Step(Field field)
    {
        int start = _at;
        if (_at == text.Length || !char.IsAsciiDigit(text[_at]))
        {
            return FailNumber(start, $"expected the step of the {field.Name} as a number, but found {SyntaxError.Found(text, start)}");
        }

        int step = Number();
        return step > 0 ? step : FailNumber(start, $"the step of the {field.Name} must be 1 or more");
    }

    /// <summary>Digits, as at most a thousand: more than any field allows.</summary>
    private int Number()
    {
        int number = 0;
        for (; _at < text.Length && char.IsAsciiDigit(text[_at]); _at++)
        {
            number = Math.Min((number * 10) + (text[_at] - '0'), 1000);
        }

        return number;
    }

    private void SkipSpace()
    {
        while (_at < text.Length && text[_at] is ' ' or '\t')
        {
            _at++;
        }
    }

    private T? Fail<T>(int at, string error)
        where T : class
    {
        _error = SyntaxError.At(at, error);
        return null;
    }

    private ulong? FailValue(int at, string error)
    {
        _error = SyntaxError.At(at, error);
        return null;
    }

    private int? FailNumber(int at, string error)
    {
        _error = SyntaxError.At(at, error);
        return null;
    }

    private sealed record Field(string Name, int Least, int Most, string[] Names);
}
