using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text.RegularExpressions;

namespace QStash.Serverless.Cli;

/// <summary>Options whose texts are read here, so that a mistake is named before anything is sent.</summary>
internal static class TypedOption
{
    public static Option<TimeSpan?> Duration(string name, string description) => Create<TimeSpan?>(name, "DURATION", description + " As in 90s, 1h30m, 2d.", static text => QStashDuration.Parse(text), "a duration such as 1h30m");

    public static Option<CronSchedule?> Cron(string name, string description) => Create<CronSchedule?>(name, "CRON", description, CronSchedule.Parse, "a cron expression such as '0 2 * * *'");

    public static Option<RetryDelayExpression?> RetryDelay(string name, string description) =>
        Create<RetryDelayExpression?>(name, "EXPRESSION", description, RetryDelayExpression.Parse, "an expression in milliseconds such as 'pow(2, retried) * 1000'");

    public static Option<FlowControlValue?> FlowControl(string name, string description) =>
        Create<FlowControlValue?>(name, "LIMITS", description, FlowControlValue.Parse, "limits such as 'parallelism=3, rate=5, period=1m'");

    /// <summary>An instant: ISO 8601, in UTC where it states no offset; or a duration, which is that long ago.</summary>
    public static Option<Func<DateTimeOffset, DateTimeOffset>?> Instant(string name, string description) =>
        Create<Func<DateTimeOffset, DateTimeOffset>?>(name, "TIME", description + " As in 2026-11-22T08:00:00Z, or 2h for two hours ago.", static text =>
        {
            if (QStashDuration.TryParse(text, out TimeSpan ago, out _) && !text.All(char.IsAsciiDigit))
            {
                return now => now - ago;
            }

            DateTimeOffset at = AbsoluteInstant(text);
            return _ => at;
        }, "an instant such as 2026-11-22T08:00:00Z, or a duration such as 2h");

    public static Option<DateTimeOffset?> FutureInstant(string name, string description) =>
        Create<DateTimeOffset?>(name, "TIME", description + " As in 2026-11-22T08:00:00Z.", static text => AbsoluteInstant(text), "an instant such as 2026-11-22T08:00:00Z");

    public static Option<int?> Count(string name, int least, int most, string description) => Create<int?>(name, "N", description, text =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count >= least && count <= most ? count
        : throw new FormatException(most == int.MaxValue ? $"it must be a whole number of at least {least}" : $"it must be a whole number from {least} to {most}"), null);

    /// <param name="name">The option.</param>
    /// <param name="helpName">What stands for its value in the help.</param>
    /// <param name="description">What it does.</param>
    /// <param name="read">Reads the text; throws a <see cref="FormatException"/> that says what is wrong with it.</param>
    /// <param name="expected">What was expected; null where the exception says so.</param>
    public static Option<T> Create<T>(string name, string helpName, string description, Func<string, T> read, string? expected) => new(name)
    {
        HelpName = helpName,
        Description = description,
        CustomParser = result => Parse(result, name, read, expected),
    };

    private static T? Parse<T>(ArgumentResult result, string name, Func<string, T> read, string? expected)
    {
        string text = result.Tokens[0].Value;
        try
        {
            return read(text);
        }
        catch (FormatException mistake)
        {
            result.AddError($"{name} is '{OneLine.Of(text)}': {mistake.Message.TrimEnd('.')}.{(expected is null ? "" : $" It must be {expected}.")}");
            return default;
        }
    }

    // .NET reads more, such as 11/12/2026, of which nobody knows whether it is December: too much for what chooses what is deleted.
    private static DateTimeOffset AbsoluteInstant(string text) =>
        Regex.IsMatch(text, @"^\d{4}-\d\d-\d\d([T ]|$)") && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset at) ? at : throw new FormatException("it is no instant");
}
