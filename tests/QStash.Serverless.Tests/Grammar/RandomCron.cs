using NodaTime;

namespace QStash.Serverless.Tests.Grammar;

/// <summary>A random cron expression together with what its fields mean, so that nothing has to read the text to know it.</summary>
internal sealed record RandomCron(string Text, HashSet<int> Minutes, HashSet<int> Hours, HashSet<int> Days, HashSet<int> Months, HashSet<int> Weekdays, bool AnyDay, bool AnyWeekday)
{
    private static readonly string[] MonthNames = ["", "jan", "FEB", "Mar", "APR", "may", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
    private static readonly string[] WeekdayNames = ["SUN", "mon", "TUE", "WED", "THU", "FRI", "Sat", "7"];

    public static RandomCron From(Random random)
    {
        (string minute, HashSet<int> minutes, _) = Field(random, 0, 59, []);
        (string hour, HashSet<int> hours, _) = Field(random, 0, 23, []);
        (string day, HashSet<int> days, bool anyDay) = Field(random, 1, 31, []);
        (string month, HashSet<int> months, _) = Field(random, 1, 12, MonthNames);
        (string weekday, HashSet<int> weekdays, bool anyWeekday) = Field(random, 0, 6, WeekdayNames);
        return new($"{minute} {hour} {day} {month} {weekday}", minutes, hours, days, months, weekdays, anyDay, anyWeekday);
    }

    /// <summary>Whether a clock that shows this time is at an occurrence.</summary>
    public bool Matches(LocalDateTime time)
    {
        bool ofMonth = Days.Contains(time.Day);
        bool ofWeek = Weekdays.Contains((int)time.DayOfWeek % 7);
        bool day = AnyDay || AnyWeekday ? ofMonth && ofWeek : ofMonth || ofWeek;
        return day && time.Second == 0 && Minutes.Contains(time.Minute) && Hours.Contains(time.Hour) && Months.Contains(time.Month);
    }

    private static (string Text, HashSet<int> Values, bool Any) Field(Random random, int least, int most, string[] names)
    {
        List<string> texts = [];
        HashSet<int> values = [];
        bool any = false;
        for (int items = random.Next(3) == 0 ? 2 : 1; items > 0; items--)
        {
            int a = random.Next(least, most + 1);
            int b = random.Next(a, most + 1);
            int step = random.Next(1, 20);
            (string text, int first, int last, int by) = random.Next(6) switch
            {
                0 or 1 => ("*", least, most, 1),
                2 => ($"*/{step}", least, most, step),
                3 => (Name(a), a, a, 1),
                4 => ($"{Name(a)}-{Name(b)}", a, b, 1),
                _ => random.Next(2) == 0 ? ($"{a}-{b}/{step}", a, b, step) : ($"{a}/{step}", a, most, step),
            };
            any |= text is "*" or "*/1";
            texts.Add(text);
            for (int value = first; value <= last; value += by)
            {
                values.Add(value);
            }
        }

        return (string.Join(',', texts), values, any);

        string Name(int value) => names.Length > 0 && random.Next(2) == 0 ? names[value] : value.ToString();
    }
}
