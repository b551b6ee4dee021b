using System.Collections.Frozen;
using System.Globalization;

namespace QStash.Serverless;

/// <summary>
/// Recursive descent over the grammar of protocol 7.2, one method a rule. A rule that fails records its error and returns null, and every
/// caller returns null at once, so the first error is the one reported.
/// </summary>
internal sealed class RetryDelayParser(string text)
{
    private const int LongestText = 512;
    private const int DeepestNesting = 32;
    private const string FunctionNames = "pow, exp, sqrt, abs, floor, ceil, round, min and max";

    private static readonly FrozenDictionary<string, Func<double, double>> s_unary = new Dictionary<string, Func<double, double>>
    {
        ["exp"] = Math.Exp,
        ["sqrt"] = Math.Sqrt,
        ["abs"] = Math.Abs,
        ["floor"] = Math.Floor,
        ["ceil"] = Math.Ceiling,
        ["round"] = static x => Math.Round(x, MidpointRounding.AwayFromZero),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, Func<double, double, double>> s_binary = new Dictionary<string, Func<double, double, double>>
    {
        ["pow"] = Math.Pow,
        ["min"] = Math.Min,
        ["max"] = Math.Max,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private int _at;
    private int _depth;
    private string? _error;

    /// <summary>The whole text as a function of <c>retried</c>, or null and the error.</summary>
    internal Func<double, double>? Parse(out string? error)
    {
        Func<double, double>? whole = text.Length > LongestText
            ? Fail(LongestText, $"the expression is longer than {LongestText} characters")
            : Expression();
        if (whole is not null && (Peek() != '\0' || _at < text.Length))
        {
            whole = Fail(_at, $"expected an operator or the end, but found {Found()}");
        }

        error = _error;
        return whole;
    }

    private Func<double, double>? Expression()
    {
        Func<double, double>? sum = Term();
        while (sum is { } left && Peek() is '+' or '-')
        {
            bool plus = text[_at++] == '+';
            sum = Term() is { } right ? plus ? n => left(n) + right(n) : n => left(n) - right(n) : null;
        }

        return sum;
    }

    private Func<double, double>? Term()
    {
        Func<double, double>? product = Unary();
        while (product is { } left && Peek() is '*' or '/')
        {
            bool times = text[_at++] == '*';
            product = Unary() is { } right ? times ? n => left(n) * right(n) : n => left(n) / right(n) : null;
        }

        return product;
    }

    private Func<double, double>? Unary()
    {
        char next = Peek();
        if (_depth > DeepestNesting)
        {
            return Fail(_at, $"the expression is nested deeper than {DeepestNesting}");
        }

        if (next != '-')
        {
            return Primary(next);
        }

        _at++;
        _depth++;
        Func<double, double>? operand = Unary();
        _depth--;
        return operand is null ? null : n => -operand(n);
    }

    private Func<double, double>? Primary(char next)
    {
        if (char.IsAsciiDigit(next))
        {
            return Number();
        }

        if (char.IsAsciiLetter(next))
        {
            return Name();
        }

        if (next != '(')
        {
            return Fail(_at, $"expected a number, 'retried', a function or '(', but found {Found()}");
        }

        _at++;
        _depth++;
        Func<double, double>? inner = Expression();
        _depth--;
        return inner is null || Take(')', "expected an operator or ')'") ? inner : null;
    }

    private Func<double, double>? Number()
    {
        int start = _at;
        SkipDigits();
        if (_at < text.Length && text[_at] == '.')
        {
            _at++;
            int fraction = _at;
            SkipDigits();
            if (_at == fraction)
            {
                return Fail(_at, $"expected a digit after the decimal point, but found {Found()}");
            }
        }

        double number = double.Parse(text.AsSpan(start, _at - start), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture);
        return _ => number;
    }

    private Func<double, double>? Name()
    {
        int start = _at;
        while (_at < text.Length && (char.IsAsciiLetterOrDigit(text[_at]) || text[_at] == '_'))
        {
            _at++;
        }

        string name = text[start.._at];
        if (name == "retried")
        {
            return static n => n;
        }

        bool called = Peek() == '(';
        bool takesOne = s_unary.TryGetValue(name, out Func<double, double>? unary);
        bool takesTwo = s_binary.TryGetValue(name, out Func<double, double, double>? binary);
        if (!takesOne && !takesTwo)
        {
            return called
                ? Fail(start, $"unknown function '{name}': expected one of {FunctionNames}")
                : Fail(start, $"unknown name '{name}': the only variable is 'retried'");
        }

        if (!called)
        {
            return Fail(_at, $"expected '(' after the function '{name}', but found {Found()}");
        }

        if (Arguments() is not { } arguments)
        {
            return null;
        }

        return arguments switch
        {
            [var x] when unary is not null => n => unary(x(n)),
            [var x, var y] when binary is not null => n => binary(x(n), y(n)),
            _ => Fail(start, $"function '{name}' takes {(takesOne ? "1 argument" : "2 arguments")}, but was given {arguments.Count.ToString(CultureInfo.InvariantCulture)}"),
        };
    }

    private List<Func<double, double>>? Arguments()
    {
        List<Func<double, double>> arguments = [];
        _at++;
        _depth++;
        if (Peek() != ')')
        {
            do
            {
                if (Expression() is not { } argument)
                {
                    return null;
                }

                arguments.Add(argument);
            }
            while (TakeComma());
        }

        _depth--;
        return Take(')', "expected an operator, ',' or ')'") ? arguments : null;
    }

    private bool TakeComma()
    {
        if (Peek() != ',')
        {
            return false;
        }

        _at++;
        return true;
    }

    private bool Take(char expected, string error)
    {
        if (Peek() != expected)
        {
            _ = Fail(_at, $"{error}, but found {Found()}");
            return false;
        }

        _at++;
        return true;
    }

    // The next character that is not a space or a tab; NUL at the end.
    private char Peek()
    {
        while (_at < text.Length && text[_at] is ' ' or '\t')
        {
            _at++;
        }

        return _at < text.Length ? text[_at] : '\0';
    }

    private void SkipDigits()
    {
        while (_at < text.Length && char.IsAsciiDigit(text[_at]))
        {
            _at++;
        }
    }

    private string Found() => SyntaxError.Found(text, _at);

    private Func<double, double>? Fail(int at, string error)
    {
        _error = SyntaxError.At(at, error);
        return null;
    }
}
