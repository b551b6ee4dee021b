using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace QStash.Serverless;

/// <summary>
/// A parsed <c>Upstash-Retry-Delay</c> expression (protocol 7.2): milliseconds as a function of <c>retried</c>, for example
/// <c>min(pow(2, retried) * 1000, 60000)</c>. Two expressions are equal when their texts are.
/// </summary>
/// <remarks>
/// Operators <c>+ - * /</c>, parentheses, decimal numbers, the variable <c>retried</c> (0 before the first retry), and the functions
/// <c>pow(x,y)</c>, <c>exp(x)</c>, <c>sqrt(x)</c>, <c>abs(x)</c>, <c>floor(x)</c>, <c>ceil(x)</c>, <c>round(x)</c>, <c>min(x,y)</c> and
/// <c>max(x,y)</c>. Names are case-sensitive; spaces and tabs are ignored. At most 512 characters, nested at most 32 deep.
/// </remarks>
public sealed record RetryDelayExpression
{
    private const double LongestMilliseconds = 86_400_000;
    private readonly Func<double, double> _milliseconds;

    private RetryDelayExpression(string text, Func<double, double> milliseconds)
    {
        Text = text;
        _milliseconds = milliseconds;
    }

    /// <summary>The expression as written.</summary>
    public string Text { get; }

    /// <summary>Reads an expression.</summary>
    /// <param name="text">The text of the header.</param>
    /// <param name="expression">The expression, or null when the text is refused.</param>
    /// <param name="error">When the text is refused: the position, counted from 1, and what is wrong there.</param>
    /// <returns>Whether the text is an expression.</returns>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out RetryDelayExpression? expression, [NotNullWhen(false)] out string? error)
    {
        text ??= "";
        Func<double, double>? milliseconds = new RetryDelayParser(text).Parse(out error);
        expression = milliseconds is null ? null : new RetryDelayExpression(text, milliseconds);
        return expression is not null;
    }

    /// <summary>Reads an expression.</summary>
    /// <param name="text">The text of the header.</param>
    /// <exception cref="FormatException">The text is not an expression; the message names the position and what is wrong there.</exception>
    public static RetryDelayExpression Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return TryParse(text, out RetryDelayExpression? expression, out string? error)
            ? expression
            : throw new FormatException($"Not a retry delay expression: {error}.");
    }

    /// <summary>The expression that waits equally long before every retry.</summary>
    /// <param name="delay">0 to 1 day; a fraction of a millisecond is rounded up.</param>
    /// <exception cref="ArgumentOutOfRangeException">The delay is negative or longer than one day.</exception>
    public static RetryDelayExpression Constant(TimeSpan delay)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(delay, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(delay, TimeSpan.FromDays(1));
        long milliseconds = (long)Math.Ceiling(delay.TotalMilliseconds);
        return new RetryDelayExpression(milliseconds.ToString(CultureInfo.InvariantCulture), _ => milliseconds);
    }

    /// <summary>How long to wait before a retry, in whole milliseconds: 0 where the result is negative or not a number, at most one day.</summary>
    /// <param name="retried">How often the message was retried so far: 0 for the wait before the first retry.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="retried"/> is negative.</exception>
    public TimeSpan Evaluate(int retried)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(retried);
        double milliseconds = _milliseconds(retried);
        return milliseconds > 0
            ? TimeSpan.FromMilliseconds((long)Math.Round(Math.Min(milliseconds, LongestMilliseconds), MidpointRounding.AwayFromZero))
            : TimeSpan.Zero;
    }

    /// <summary>Whether the other expression has the same text.</summary>
    public bool Equals(RetryDelayExpression? other) => other is not null && string.Equals(Text, other.Text, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override int GetHashCode() => string.GetHashCode(Text, StringComparison.Ordinal);

    /// <summary>The expression as written.</summary>
    public override string ToString() => Text;
}
