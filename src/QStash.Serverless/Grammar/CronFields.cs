namespace QStash.Serverless;

/// <summary>
/// What the five fields of a cron expression allow, one bit a value. With <c>EitherDay</c> a day needs to match only one of days and weekdays,
/// because both are restricted.
/// </summary>
internal sealed record CronFields(ulong Minutes, uint Hours, uint Days, uint Months, uint Weekdays, bool EitherDay)
{
    internal bool HasMonth(int month) => (Months >> month & 1) != 0;

    internal bool HasDay(DateOnly day)
    {
        bool ofMonth = (Days >> day.Day & 1) != 0;
        bool ofWeek = (Weekdays >> (int)day.DayOfWeek & 1) != 0;
        return EitherDay ? ofMonth || ofWeek : ofMonth && ofWeek;
    }
}
