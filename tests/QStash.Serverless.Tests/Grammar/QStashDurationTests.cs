namespace QStash.Serverless.Tests.Grammar;

public sealed class QStashDurationTests
{
    [Theory]
    [InlineData("90s", 90)]
    [InlineData("3m", 180)]
    [InlineData("10h", 36_000)]
    [InlineData("1d10h30m", 124_200)]
    [InlineData("3d5h12m", 277_920)]
    [InlineData("1h30m3s", 5_403)]
    [InlineData("6m5s", 365)]
    [InlineData("1d1s", 86_401)]
    [InlineData("0s", 0)]
    [InlineData("0d0h0m0s", 0)]
    [InlineData("30", 30)]
    [InlineData("0", 0)]
    [InlineData("007m", 420)]
    [InlineData("120m", 7_200)]
    [InlineData("922337203685", 922_337_203_685)]
    public void ValidText_IsRead(string text, long seconds)
    {
        Assert.True(QStashDuration.TryParse(text, out TimeSpan value, out string? error));
        Assert.Null(error);
        Assert.Equal(TimeSpan.FromSeconds(seconds), value);
        Assert.Equal(value, QStashDuration.Parse(text));
    }

    [Theory]
    [InlineData(null, "position 1: expected a whole number, as in '1h30m', but found the end")]
    [InlineData("", "position 1: expected a whole number, as in '1h30m', but found the end")]
    [InlineData(" 1s", "position 1: expected a whole number, as in '1h30m', but found ' '")]
    [InlineData("-1s", "position 1: expected a whole number, as in '1h30m', but found '-'")]
    [InlineData("+1", "position 1: expected a whole number, as in '1h30m', but found '+'")]
    [InlineData("s", "position 1: expected a whole number, as in '1h30m', but found 's'")]
    [InlineData("1h30", "position 5: expected one of the units m, s (from large to small, each once), but found the end")]
    [InlineData("1h2d", "position 4: expected one of the units m, s (from large to small, each once), but found 'd'")]
    [InlineData("1h2h", "position 4: expected one of the units m, s (from large to small, each once), but found 'h'")]
    [InlineData("1.5h", "position 2: expected one of the units d, h, m, s (from large to small, each once), but found '.'")]
    [InlineData("1H", "position 2: expected one of the units d, h, m, s (from large to small, each once), but found 'H'")]
    [InlineData("5ms", "position 3: expected a whole number, as in '1h30m', but found 's'")]
    [InlineData("1w", "position 2: expected one of the units d, h, m, s (from large to small, each once), but found 'w'")]
    [InlineData("1d 2h", "position 3: expected a whole number, as in '1h30m', but found ' '")]
    [InlineData("1s5", "position 3: expected the end of the duration after the seconds")]
    [InlineData("1s5s", "position 3: expected the end of the duration after the seconds")]
    [InlineData("1s ", "position 3: expected the end of the duration after the seconds")]
    [InlineData("\u0661s", "position 1: expected a whole number, as in '1h30m', but found U+0661")]
    public void InvalidText_IsRefusedWithPositionAndExpectation(string? text, string expected)
    {
        Assert.False(QStashDuration.TryParse(text, out TimeSpan value, out string? error));
        Assert.Equal(TimeSpan.Zero, value);
        Assert.Equal(expected, error);
    }

    [Theory]
    [InlineData("922337203686", "position 1")]
    [InlineData("10675200d", "position 1")]
    [InlineData("10675199d24h", "position 10")]
    [InlineData("99999999999999999999999999999999999999999d", "position 1")]
    [InlineData("18446744073709551617s", "position 1")]
    public void TextBeyondTimeSpan_IsRefused(string text, string position)
    {
        Assert.False(QStashDuration.TryParse(text, out _, out string? error));
        Assert.Equal($"{position}: the duration is too long: expected at most 922337203685 seconds in all", error);
    }

    [Fact]
    public void ParseOfInvalidText_ThrowsWithTheSameError()
    {
        FormatException refused = Assert.Throws<FormatException>(() => QStashDuration.Parse("1x"));
        Assert.True(!QStashDuration.TryParse("1x", out _, out string? error) && refused.Message.Contains(error, StringComparison.Ordinal));
        Assert.Throws<ArgumentNullException>(() => QStashDuration.Parse(null!));
    }

    [Theory]
    [InlineData(0, "0s")]
    [InlineData(1, "1s")]
    [InlineData(1_000, "1s")]
    [InlineData(1_001, "2s")]
    [InlineData(59_999, "1m")]
    [InlineData(5_403_000, "1h30m3s")]
    [InlineData(277_920_000, "3d5h12m")]
    [InlineData(86_400_000, "1d")]
    [InlineData(86_401_000, "1d1s")]
    public void Format_WritesTheShortestFormInWholeSecondsRoundedUp(long milliseconds, string expected) =>
        Assert.Equal(expected, QStashDuration.Format(TimeSpan.FromMilliseconds(milliseconds)));

    [Fact]
    public void FormatOfExtremes_NeverOverflows()
    {
        Assert.Equal("1s", QStashDuration.Format(TimeSpan.FromTicks(1)));
        Assert.Equal("10675199d2h48m6s", QStashDuration.Format(TimeSpan.MaxValue));
        Assert.Throws<ArgumentOutOfRangeException>(() => QStashDuration.Format(TimeSpan.FromTicks(-1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => QStashDuration.Format(TimeSpan.MinValue));
    }

    [Fact]
    public void FormattedText_ReadsBackAsTheSameDuration()
    {
        Random random = new(31);
        for (int i = 0; i < 2_000; i++)
        {
            TimeSpan value = TimeSpan.FromSeconds(random.NextInt64(1L << random.Next(1, 39)));
            Assert.Equal(value, QStashDuration.Parse(QStashDuration.Format(value)));
        }
    }

    [Fact]
    public void HostileText_IsReadOrRefusedButNeverThrows()
    {
        foreach (string text in HostileText.From(["1", "23", "d", "h", "m", "s", "0"], seed: 311, count: 20_000))
        {
            Assert.Equal(!QStashDuration.TryParse(text, out _, out string? error), error is not null);
        }
    }
}
