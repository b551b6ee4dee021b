using QStash.Serverless.Cli;

namespace QStash.Serverless.CliTests.Terminal;

public sealed class OneLineTests
{
    [Theory]
    [InlineData("Emil Sørensen 🧾", "Emil Sørensen 🧾")]
    [InlineData("a\tb\u0007", "a\\u0009b\\u0007")]
    [InlineData("12345678901", "1234567...")]
    [InlineData("1234567890", "1234567890")]
    [InlineData("123456🧾🧾🧾", "123456...")]
    public void Text_FitsOneLine(string text, string expected) => Assert.Equal(expected, OneLine.Of(text, text.StartsWith('1') ? 10 : 120));
}
