using QStash.Serverless.Cli.Demo;
using QStash.Serverless.Cli.Demo.Orders;

namespace QStash.Serverless.CliTests.Demo;

public sealed class TimelineTests
{
    [Fact]
    public void Events_BecomeAlignedLines() => Assert.Equal(
        """
          0.000  plain      published      via publish  msg_1
          1.250  shaky      failed         attempt 1: No stock. To be retried
          1.250  shaky      handled        attempt 2: 1 line
          1.250  bad        refused        attempt 1: Not sold. Not to be retried
          1.250  bad        dead letter    callback names dlq-1: 489 Not sold.
          1.250  plain      invoiced       INV-1 over 13.50 EUR
         12.000  forged     refused        signed with another key: 401
         12.000  tampered   accepted       signed by QStash, then changed: 200
        """,
        string.Join('\n', Lines(
            new OrderPublished(Kept.Start, "plain", Via.Publish, "msg_1", Kept.Start),
            new OrderDelivered(At(1.25), "shaky", "msg_2", 0, HandlerResult.Failed, "No stock."),
            new OrderDelivered(At(1.25), "shaky", "msg_2", 1, HandlerResult.Handled, "1 line"),
            new OrderDelivered(At(1.25), "bad", "msg_3", 0, HandlerResult.DeadLettered, "Not sold."),
            new FailureReported(At(1.25), "bad", "msg_3", "dlq-1", "489 Not sold."),
            new InvoiceDelivered(At(1.25), new Invoice("INV-1", "plain", "Ada", "EUR", 13.5m), "msg_4", 0),
            new ForgeryAnswered(At(12), Forgery.WrongKey, 401),
            new ForgeryAnswered(At(12), Forgery.TamperedBody, 200))),
        ignoreLineEndingDifferences: true);

    [Fact]
    public void WhatComesFromOutside_CannotMoveTheCursor()
    {
        string line = Assert.Single(Lines(new FailureReported(Kept.Start, "\u001b[2J", "msg", "dlq", "\r\n\u202Eevil")));
        Assert.EndsWith("\\u001b[2J  dead letter    callback names dlq: \\u000d\\u000a\\u202eevil", line, StringComparison.Ordinal);
    }

    private static DateTimeOffset At(double seconds) => Kept.Start.AddSeconds(seconds);

    private static IEnumerable<string> Lines(params DemoEvent[] events)
    {
        Timeline timeline = new(Kept.Start, Kept.Orders);
        return events.Select(seen => string.Concat(timeline.Line(seen)!.Select(part => part.Text)));
    }
}
