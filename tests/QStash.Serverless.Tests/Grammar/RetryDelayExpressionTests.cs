namespace QStash.Serverless.Tests.Grammar;

public sealed class RetryDelayExpressionTests
{
    [Theory]
    [InlineData("1000", new long[] { 1000, 1000, 1000 })]
    [InlineData("1000 * (1 + retried)", new long[] { 1000, 2000, 3000 })]
    [InlineData("1000 * retried", new long[] { 0, 1000, 2000 })]
    [InlineData("pow(2, retried) * 1000", new long[] { 1000, 2000, 4000, 8000 })]
    [InlineData("max(1000, pow(2, retried) * 100)", new long[] { 1000, 1000, 1000, 1000, 1600, 3200 })]
    [InlineData("min(pow(3, retried) * 1000, 300000)", new long[] { 1000, 3000, 9000, 27000, 81000, 243000, 300000 })]
    public void TableRow_GivesTheDelaysOfTheTable(string text, long[] milliseconds)
    {
        RetryDelayExpression expression = RetryDelayExpression.Parse(text);
        Assert.Equal(milliseconds, Enumerable.Range(0, milliseconds.Length).Select(n => (long)expression.Evaluate(n).TotalMilliseconds));
    }

    [Theory]
    [InlineData("pow(2,10)", 1024)]
    [InlineData("floor(exp(3))", 20)]
    [InlineData("sqrt(144)", 12)]
    [InlineData("abs(-5)", 5)]
    [InlineData("floor(2.9)", 2)]
    [InlineData("ceil(2.1)", 3)]
    [InlineData("round(2.5)", 3)]
    [InlineData("min(4,7)", 4)]
    [InlineData("max(4,7)", 7)]
    [InlineData("2+3*4", 14)]
    [InlineData("(2+3)*4", 20)]
    [InlineData("100-10-5", 85)]
    [InlineData("100/10/5", 2)]
    [InlineData("2*-3+10", 4)]
    [InlineData("--7", 7)]
    [InlineData("10 - -7", 17)]
    [InlineData(" \t1 +\t2 ", 3)]
    [InlineData("007", 7)]
    [InlineData("1.4", 1)]
    [InlineData("1.5", 2)]
    [InlineData("max ( 1 , 2 )", 2)]
    public void OperatorsAndFunctions_CalculateAsTheyRead(string text, long milliseconds) =>
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), RetryDelayExpression.Parse(text).Evaluate(0));

    [Theory]
    [InlineData("-1", 0)]
    [InlineData("0 - 5 * retried", 0)]
    [InlineData("0/0", 0)]
    [InlineData("sqrt(-1)", 0)]
    [InlineData("1/0 - 1/0", 0)]
    [InlineData("-1/0", 0)]
    [InlineData("1/0", 86_400_000)]
    [InlineData("86400001", 86_400_000)]
    [InlineData("exp(1000)", 86_400_000)]
    [InlineData("pow(10, retried)", 86_400_000)]
    public void ResultOutsideZeroToOneDay_IsClamped(string text, long milliseconds) =>
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), RetryDelayExpression.Parse(text).Evaluate(int.MaxValue));

    [Theory]
    [InlineData(null, "position 1: expected a number, 'retried', a function or '(', but found the end")]
    [InlineData("", "position 1: expected a number, 'retried', a function or '(', but found the end")]
    [InlineData("  ", "position 3: expected a number, 'retried', a function or '(', but found the end")]
    [InlineData("1 +", "position 4: expected a number, 'retried', a function or '(', but found the end")]
    [InlineData("+1", "position 1: expected a number, 'retried', a function or '(', but found '+'")]
    [InlineData("1000 ms", "position 6: expected an operator or the end, but found 'm'")]
    [InlineData("1 000", "position 3: expected an operator or the end, but found '0'")]
    [InlineData("2 ^ 3", "position 3: expected an operator or the end, but found '^'")]
    [InlineData("5 % 2", "position 3: expected an operator or the end, but found '%'")]
    [InlineData("1)", "position 2: expected an operator or the end, but found ')'")]
    [InlineData("1\0", "position 2: expected an operator or the end, but found U+0000")]
    [InlineData("1\r\n", "position 2: expected an operator or the end, but found U+000D")]
    [InlineData("1\u00a0", "position 2: expected an operator or the end, but found U+00A0")]
    [InlineData("\u0661", "position 1: expected a number, 'retried', a function or '(', but found U+0661")]
    [InlineData("(1", "position 3: expected an operator or ')', but found the end")]
    [InlineData("()", "position 2: expected a number, 'retried', a function or '(', but found ')'")]
    [InlineData("1.", "position 3: expected a digit after the decimal point, but found the end")]
    [InlineData(".5", "position 1: expected a number, 'retried', a function or '(', but found '.'")]
    [InlineData("1e3", "position 2: expected an operator or the end, but found 'e'")]
    [InlineData("1 + retires", "position 5: unknown name 'retires': the only variable is 'retried'")]
    [InlineData("Retried", "position 1: unknown name 'Retried': the only variable is 'retried'")]
    [InlineData("log(2)", "position 1: unknown function 'log': expected one of pow, exp, sqrt, abs, floor, ceil, round, min and max")]
    [InlineData("POW(2,3)", "position 1: unknown function 'POW': expected one of pow, exp, sqrt, abs, floor, ceil, round, min and max")]
    [InlineData("retried(1)", "position 8: expected an operator or the end, but found '('")]
    [InlineData("exp * 2", "position 5: expected '(' after the function 'exp', but found '*'")]
    [InlineData("1+pow(2)", "position 3: function 'pow' takes 2 arguments, but was given 1")]
    [InlineData("min(1,2,3)", "position 1: function 'min' takes 2 arguments, but was given 3")]
    [InlineData("abs()", "position 1: function 'abs' takes 1 argument, but was given 0")]
    [InlineData("abs(1,2)", "position 1: function 'abs' takes 1 argument, but was given 2")]
    [InlineData("max(1,)", "position 7: expected a number, 'retried', a function or '(', but found ')'")]
    [InlineData("max(1 2)", "position 7: expected an operator, ',' or ')', but found '2'")]
    public void InvalidText_IsRefusedWithPositionAndReason(string? text, string expected)
    {
        Assert.False(RetryDelayExpression.TryParse(text, out RetryDelayExpression? expression, out string? error));
        Assert.Null(expression);
        Assert.Equal(expected, error);
    }

    [Fact]
    public void TextOf512Characters_IsReadAndOneMoreIsRefused()
    {
        string longest = string.Concat(Enumerable.Repeat("1+", 255)) + "10";
        Assert.Equal(512, longest.Length);
        Assert.Equal(TimeSpan.FromMilliseconds(265), RetryDelayExpression.Parse(longest).Evaluate(0));
        Assert.False(RetryDelayExpression.TryParse(longest + "0", out _, out string? error));
        Assert.Equal("position 513: the expression is longer than 512 characters", error);
    }

    [Theory]
    [InlineData("(", ")")]
    [InlineData("abs(", ")")]
    [InlineData("-", "")]
    public void NestingOf32_IsReadAndOneMoreIsRefused(string open, string close)
    {
        string Nested(int depth) => string.Concat(Enumerable.Repeat(open, depth)) + "7" + string.Concat(Enumerable.Repeat(close, depth));
        Assert.Equal(TimeSpan.FromMilliseconds(7), RetryDelayExpression.Parse(Nested(32)).Evaluate(0));
        Assert.False(RetryDelayExpression.TryParse(Nested(33), out _, out string? error));
        Assert.EndsWith("the expression is nested deeper than 32", error, StringComparison.Ordinal);
    }

    [Fact]
    public void SiblingsOfEqualDepth_DoNotAddUp() =>
        Assert.Equal(TimeSpan.FromMilliseconds(80), RetryDelayExpression.Parse(string.Join('+', Enumerable.Repeat("(1)", 40)) + "+abs(40)").Evaluate(0));

    [Fact]
    public void NegativeRetried_IsRefused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => RetryDelayExpression.Parse("1").Evaluate(-1));

    [Fact]
    public void Expressions_AreEqualByTextAndShowIt()
    {
        RetryDelayExpression expression = RetryDelayExpression.Parse("1000 * retried");
        Assert.Equal("1000 * retried", expression.Text);
        Assert.Equal("1000 * retried", expression.ToString());
        Assert.Equal(RetryDelayExpression.Parse("1000 * retried"), expression);
        Assert.Equal(RetryDelayExpression.Parse("1000 * retried").GetHashCode(), expression.GetHashCode());
        Assert.NotEqual(RetryDelayExpression.Parse("1000*retried"), expression);
    }

    [Theory]
    [InlineData(0, "0")]
    [InlineData(15_000_000, "1500")]
    [InlineData(1, "1")]
    [InlineData(864_000_000_000, "86400000")]
    public void Constant_WaitsThatLongBeforeEveryRetry(long ticks, string text)
    {
        RetryDelayExpression constant = RetryDelayExpression.Constant(TimeSpan.FromTicks(ticks));
        Assert.Equal(text, constant.Text);
        Assert.Equal(RetryDelayExpression.Parse(text), constant);
        Assert.Equal(RetryDelayExpression.Parse(text).Evaluate(9), constant.Evaluate(9));
    }

    [Fact]
    public void ConstantOutsideZeroToOneDay_IsRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => RetryDelayExpression.Constant(TimeSpan.FromTicks(-1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => RetryDelayExpression.Constant(TimeSpan.FromDays(1) + TimeSpan.FromTicks(1)));
    }

    [Fact]
    public void ParseOfInvalidText_ThrowsWithTheSameError()
    {
        FormatException refused = Assert.Throws<FormatException>(() => RetryDelayExpression.Parse("pow(1)"));
        Assert.Contains("position 1: function 'pow' takes 2 arguments, but was given 1", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void HostileText_IsReadOrRefusedAndWhateverIsReadNeverThrows()
    {
        int readCount = 0;
        foreach (string text in HostileText.From(["1", "20", "retried", "+", "-", "*", "/", "pow(2,retried)", "sqrt(", "1)", " "], seed: 72, count: 40_000))
        {
            bool read = RetryDelayExpression.TryParse(text, out RetryDelayExpression? expression, out string? error);
            Assert.Equal((read, !read), (expression is not null, error is not null));
            foreach (int retried in (int[])[0, 1, 7, int.MaxValue])
            {
                if (expression is not null)
                {
                    Assert.InRange(expression.Evaluate(retried), TimeSpan.Zero, TimeSpan.FromDays(1));
                    readCount++;
                }
            }
        }

        Assert.True(readCount > 100, $"Only {readCount} of the texts were expressions: the fragments no longer exercise Evaluate.");
    }
}
