using QStash.Serverless.Cli.Dev;
using QStash.Serverless.DevServer;

namespace QStash.Serverless.CliTests.Dev;

public sealed class DeliveryLinesTests
{
    private static readonly DateTimeOffset s_time = new(2030, 1, 1, 23, 30, 0, 250, TimeSpan.Zero);

    [Theory]
    [InlineData("CREATED", "00:30:00.250  CREATED   msg_1  POST http://127.0.0.1/a  due 00:30:05.250, queue mail")]
    [InlineData("ERROR", "00:30:00.250  ERROR     msg_1  POST http://127.0.0.1/a  attempt 2 of 4, status 503, destination answered 503, queue mail")]
    [InlineData("RETRY", "00:30:00.250  RETRY     msg_1  POST http://127.0.0.1/a  status 503, due 00:30:05.250, queue mail")]
    public void Event_IsOneLineInLocalTime(string state, string expected) => Assert.Equal(expected, Line(Log(state) with { QueueName = "mail" }, withBeginnings: false));

    [Fact]
    public void FailureAndCallback_NameWhatTheyBelongTo()
    {
        Assert.EndsWith("status 503, dead letter 7-0", Line(Log("FAILED") with { DlqId = "7-0" }, withBeginnings: false), StringComparison.Ordinal);
        Assert.EndsWith("status 503, callback of msg_0", Line(Log("DELIVERED") with { Retried = 0, CallbackOf = "msg_0" }, withBeginnings: false), StringComparison.Ordinal);
    }

    [Fact]
    public void BeginningOfAnAttempt_IsShownOnlyOnRequest()
    {
        Assert.Null(Line(Log("ACTIVE"), withBeginnings: false));
        Assert.StartsWith("00:30:00.250  ACTIVE", Line(Log("ACTIVE"), withBeginnings: true), StringComparison.Ordinal);
    }

    private static string? Line(DeliveryLog log, bool withBeginnings) =>
        new DeliveryLines(TimeZoneInfo.CreateCustomTimeZone("an hour ahead", TimeSpan.FromHours(1), null, null), withBeginnings).Line(log) is { } parts
            ? string.Concat(parts.Select(part => part.Text))
            : null;

    private static DeliveryLog Log(string state) => new()
    {
        Time = s_time,
        MessageId = "msg_1",
        State = state,
        Url = "http://127.0.0.1/a",
        Method = "POST",
        Retried = 1,
        MaxRetries = 3,
        ResponseStatus = state is "CREATED" or "ACTIVE" ? null : 503,
        Error = state == "ERROR" ? "destination answered 503" : null,
        NextDelivery = s_time.AddSeconds(5),
    };
}
