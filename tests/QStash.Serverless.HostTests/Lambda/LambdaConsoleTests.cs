using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using QStash.Serverless.Lambda;

namespace QStash.Serverless.HostTests.Lambda;

/// <summary>The function's log on Lambda's standard output.</summary>
public sealed class LambdaConsoleTests : IDisposable
{
    private readonly StringWriter _output = new(CultureInfo.InvariantCulture) { NewLine = "\n" };

    public void Dispose() => _output.Dispose();

    [Fact]
    public void Entry_is_one_line_with_time_level_category_and_exception()
    {
        using LambdaConsole console = new(_output, new ManualTimeProvider(), LogLevel.Information, isOneLine: true);
        ILogger logger = new Logger<LambdaConsoleTests>(console);

        logger.LogWarning(new InvalidOperationException("first\nsecond"), "two\r\nlines");
        logger.LogDebug("not shown");

        string text = _output.ToString();
        Assert.StartsWith("2030-03-17T17:46:40.000Z warn QStash.Serverless.HostTests.Lambda.LambdaConsoleTests: two\rlines System.InvalidOperationException: first\rsecond", text, StringComparison.Ordinal);
        Assert.Equal(text.Length - 1, text.IndexOf('\n', StringComparison.Ordinal));
    }

    [Fact]
    public async Task Entry_names_the_invocation_it_belongs_to()
    {
        using LambdaConsole console = new(_output, new ManualTimeProvider(), LogLevel.Trace, isOneLine: false);
        ILogger logger = console.CreateLogger("shop");

        await Task.WhenAll(((string[])["r-1", "r-2"]).Select(id => Task.Run(async () =>
        {
            LambdaConsole.RequestId = id;
            await Task.Yield();
            logger.LogError("of {Id}", id);
        })));
        logger.LogInformation("of none");

        string[] lines = _output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(
            ["2030-03-17T17:46:40.000Z info shop: of none", "2030-03-17T17:46:40.000Z r-1 error shop: of r-1", "2030-03-17T17:46:40.000Z r-2 error shop: of r-2"],
            lines.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(false, false, typeof(LambdaConsole))]
    [InlineData(true, false, typeof(LambdaConsole))]
    [InlineData(true, true, typeof(CapturedLogs))]
    public void Function_logs_to_its_console_unless_it_says_where_else(bool addsLogging, bool addsProvider, Type expected)
    {
        QStashLambdaBuilder builder = QStashLambda.CreateBuilder(static options => options.CurrentSigningKey = "sig_0123456789abcdef0123456789");
        if (addsLogging)
        {
            // As AddClient does.
            builder.Services.AddLogging();
        }

        if (addsProvider)
        {
            builder.Services.AddLogging(static logging => logging.AddProvider(new CapturedLogs()));
        }

        using QStashLambdaHandler handler = builder.Map("/", static (QStashDelivery _, CancellationToken _) => Task.FromResult(QStashResult.Success())).Build();

        object sink = addsLogging ? Assert.Single(handler.Services.GetServices<ILoggerProvider>()) : handler.Services.GetRequiredService<ILoggerFactory>();
        Assert.IsType(expected, sink);
        Assert.True(handler.Services.GetRequiredService<ILogger<LambdaConsoleTests>>().IsEnabled(LogLevel.Information));
        Assert.False(handler.Services.GetRequiredService<ILogger<LambdaConsoleTests>>().IsEnabled(LogLevel.Debug));
    }
}
