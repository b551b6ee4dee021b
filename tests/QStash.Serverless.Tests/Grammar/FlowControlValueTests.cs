namespace QStash.Serverless.Tests.Grammar;

public sealed class FlowControlValueTests
{
    [Theory]
    [InlineData("parallelism=5, rate=10, period=1m", 5, 10, 60)]
    [InlineData("parallelism=3, rate=5, period=1m", 3, 5, 60)]
    [InlineData("parallelism=3,rate=5,period=1m", 3, 5, 60)]
    [InlineData("rate=1", null, 1, 1)]
    [InlineData("Parallelism=10", 10, null, 1)]
    [InlineData("PERIOD=1d , RATE=2", null, 2, 86_400)]
    [InlineData(" rate=7 ", null, 7, 1)]
    [InlineData("rate=7,period=90", null, 7, 90)]
    [InlineData("rate=7,period=7d", null, 7, 604_800)]
    [InlineData("parallelism=2147483647", int.MaxValue, null, 1)]
    public void ValidText_IsRead(string text, int? parallelism, int? rate, long periodSeconds)
    {
        Assert.True(FlowControlValue.TryParse(text, out FlowControlValue? value, out string? error));
        Assert.Null(error);
        FlowControlValue expected = new() { Parallelism = parallelism, Rate = rate, Period = TimeSpan.FromSeconds(periodSeconds) };
        Assert.Equal(expected, value);
        Assert.Equal(expected, FlowControlValue.Parse(text));
        Assert.Equal(expected, FlowControlValue.Parse(expected.ToString()));
    }

    [Theory]
    [InlineData(null, "pair 1: expected name=value")]
    [InlineData("", "pair 1: expected name=value")]
    [InlineData("rate", "pair 1: expected name=value")]
    [InlineData("rate=1,", "pair 2: expected name=value")]
    [InlineData("rate=1,,parallelism=1", "pair 2: expected name=value")]
    [InlineData("rate=1; parallelism=1", "pair 1: rate must be a whole number, 1 to 2147483647")]
    [InlineData("rate=0", "pair 1: rate must be a whole number, 1 to 2147483647")]
    [InlineData("rate=-1", "pair 1: rate must be a whole number, 1 to 2147483647")]
    [InlineData("rate=", "pair 1: rate must be a whole number, 1 to 2147483647")]
    [InlineData("rate= 1", "pair 1: rate must be a whole number, 1 to 2147483647")]
    [InlineData("parallelism=2147483648", "pair 1: parallelism must be a whole number, 1 to 2147483647")]
    [InlineData("parallelism=1.5", "pair 1: parallelism must be a whole number, 1 to 2147483647")]
    [InlineData("rate=1, Rate=2", "pair 2: rate occurs twice")]
    [InlineData("parallelism=1,parallelism=1", "pair 2: parallelism occurs twice")]
    [InlineData("rate=1,period=1m,period=1m", "pair 3: period occurs twice")]
    [InlineData("period=1m", "expected parallelism or rate (or both) besides the period")]
    [InlineData("rate=1,period=0s", "pair 2: period must be 1s to 7d")]
    [InlineData("rate=1,period=7d1s", "pair 2: period must be 1s to 7d")]
    [InlineData("rate=1,period=", "pair 2: period is not a duration: position 1: expected a whole number, as in '1h30m', but found the end")]
    [InlineData("rate=1,period=1w", "pair 2: period is not a duration: position 2: expected one of the units d, h, m, s (from large to small, each once), but found 'w'")]
    [InlineData("ratePerSecond=1", "pair 1: expected one of the names parallelism, rate and period")]
    [InlineData("rate =1", "pair 1: expected one of the names parallelism, rate and period")]
    public void InvalidText_IsRefusedNamingThePair(string? text, string expected)
    {
        Assert.False(FlowControlValue.TryParse(text, out FlowControlValue? value, out string? error));
        Assert.Null(value);
        Assert.Equal(expected, error);
    }

    [Fact]
    public void ParseOfInvalidText_ThrowsWithTheSameError()
    {
        FormatException refused = Assert.Throws<FormatException>(() => FlowControlValue.Parse("rate=0"));
        Assert.Contains("pair 1: rate must be a whole number", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Text_NamesWhatIsSetAndLeavesOutTheDefaultPeriod()
    {
        Assert.Equal("parallelism=3, rate=5, period=1m", new FlowControlValue { Parallelism = 3, Rate = 5, Period = TimeSpan.FromMinutes(1) }.ToString());
        Assert.Equal("rate=5", new FlowControlValue { Rate = 5, Period = TimeSpan.FromSeconds(1) }.ToString());
        Assert.Equal("parallelism=3", new FlowControlValue { Parallelism = 3 }.ToString());
    }

    [Fact]
    public void ValueOutOfRange_IsRefusedWhereItIsSet()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new FlowControlValue { Parallelism = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new FlowControlValue { Rate = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new FlowControlValue { Rate = 1, Period = TimeSpan.FromMilliseconds(999) });
        Assert.Throws<ArgumentOutOfRangeException>(() => new FlowControlValue { Rate = 1, Period = TimeSpan.FromMilliseconds(1500) });
        Assert.Throws<ArgumentOutOfRangeException>(() => new FlowControlValue { Rate = 1, Period = TimeSpan.FromDays(7) + TimeSpan.FromSeconds(1) });
    }

    [Fact]
    public void HostileText_IsReadOrRefusedButNeverThrows()
    {
        foreach (string text in HostileText.From(["parallelism", "rate", "period", "=", ",", "1", "7", "d", "s"], seed: 321, count: 20_000))
        {
            bool read = FlowControlValue.TryParse(text, out FlowControlValue? value, out string? error);
            Assert.Equal((read, !read), (value is not null, error is not null));
        }
    }
}
