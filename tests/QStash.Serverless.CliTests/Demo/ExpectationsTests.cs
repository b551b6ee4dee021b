using QStash.Serverless.Cli.Demo;
using QStash.Serverless.Cli.Demo.Orders;

namespace QStash.Serverless.CliTests.Demo;

public sealed class ExpectationsTests
{
    [Fact]
    public void EverythingObserved_NothingIsMissing() => Assert.Empty(Check(Kept.Events()));

    [Fact]
    public void NothingObserved_AlmostEverythingIsMissing()
    {
        IReadOnlyList<Expectation> expectations = Expectations.For(Kept.Orders);
        IReadOnlyList<Unmet> missing = Expectations.Check(expectations, new Observations([]));

        // Only what must not happen has not happened.
        Assert.Equal(["text: never shown to a handler", "handlers: nothing but the file's orders reaches them"],
            expectations.Select(e => $"{e.Subject}: {e.Promise}").Except(missing.Select(m => $"{m.Subject}: {m.Promise}")));
    }

    public static TheoryData<string> EveryEvent() => [.. Enumerable.Range(0, Kept.Events().Count).Select(i => $"{i} {Kept.Events()[i].GetType().Name}")];

    [Theory]
    [MemberData(nameof(EveryEvent))]
    public void AnyOneThingUnobserved_SomethingIsMissing(string removed)
    {
        List<DemoEvent> events = Kept.Events();
        events.RemoveAt(int.Parse(removed.Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture));
        Assert.NotEmpty(Check(events));
    }

    [Theory]
    [MemberData(nameof(EveryEvent))]
    public void AnyOneThingObservedTwice_SomethingIsWrong(string repeated)
    {
        List<DemoEvent> events = Kept.Events();
        DemoEvent twice = events[int.Parse(repeated.Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture)];
        events.Add(twice);

        // At least once: QStash may call back twice, and that is nothing to complain of.
        Assert.Equal(twice is FailureReported, Check(events).Count == 0);
    }

    [Fact]
    public void OrderPublishedButNeverDelivered_IsNamedWithWhatWasSeen()
    {
        List<DemoEvent> events = Kept.Events();
        events.RemoveAll(seen => seen is OrderDelivered { OrderId: "plain" } or InvoiceDelivered { Invoice.OrderId: "plain" });

        Assert.Contains(new Unmet("plain", "handled on the first attempt", "no delivery reached its handler"), Check(events));
        Assert.Contains(new Unmet("plain", "its invoice over 13.50 EUR delivered", "no invoice arrived"), Check(events));
        Assert.Contains(new Unmet("total", "12 delivered", "10"), Check(events));
    }

    [Fact]
    public void OrderRefusedByQStash_IsNamedWithItsAnswer() =>
        Expect("plain", "accepted by QStash, via publish", "quota exceeded", static events =>
            events[events.FindIndex(static seen => seen is OrderPublished { OrderId: "plain" })] = new OrderNotPublished(Kept.Start, "plain", Via.Publish, "quota exceeded"));

    [Fact]
    public void DelayedOrderThatArrivesEarly_IsNamed() =>
        Expect("late", "first delivered when its delay is over, and no sooner", "it arrived after 999 ms", static events =>
            Replace<OrderDelivered>(events, static seen => seen.OrderId == "late", static seen => seen with { At = Kept.Start.AddMilliseconds(999) }));

    [Fact]
    public void TransientOrderHandledAtOnce_IsNamed() =>
        Expect("shaky", "failed on the first attempt, handled on a later one", "attempt 1 was handled", static events =>
        {
            events.RemoveAll(static seen => seen is OrderDelivered { OrderId: "shaky", Result: HandlerResult.Failed });
            Replace<OrderDelivered>(events, static seen => seen.OrderId == "shaky", static seen => seen with { Retried = 0 });
        });

    [Fact]
    public void PoisonThatIsRetried_IsNamed() =>
        Expect("bad", "refused by its handler on the only attempt", "attempt 1 was refused for good, then attempt 2 was refused for good",
            static events => events.Add(new OrderDelivered(Kept.Start, "bad", "msg_bad", 1, HandlerResult.DeadLettered, "")));

    [Fact]
    public void MalformedOrderThatReachesAHandler_IsNamed() =>
        Expect("text", "never shown to a handler", "attempt 1 was handled", static events => events.Add(new OrderDelivered(Kept.Start, "text", "msg_text", 0, HandlerResult.Handled, "")));

    [Fact]
    public void InvoiceOverAnotherAmount_IsNamed() =>
        Expect("q3", "its invoice over 13.50 EUR delivered", "an invoice over 13.49 EUR for 'Ada' arrived", static events =>
            Replace<InvoiceDelivered>(events, static seen => seen.Invoice.OrderId == "q3", static seen => seen with { Invoice = seen.Invoice with { Total = 13.49m } }));

    [Fact]
    public void CallbackThatNamesAnotherDeadLetter_IsNamed() =>
        Expect("bad", "its failure callback delivered, naming that dead letter", "it names dlq-other, but dlq-bad is listed", static events =>
            Replace<FailureReported>(events, static seen => seen.OrderId == "bad", static seen => seen with { DlqId = "dlq-other" }));

    [Fact]
    public void QueueOutOfOrder_IsNamed() =>
        Expect("queue orders-EUR", "its 3 orders in the order of their enqueueing, each settled before the next begins", "they arrived as q1, q2, q3, q2", static events =>
        {
            // The third comes between the two attempts of the second.
            int retry = events.FindIndex(static seen => seen is OrderDelivered { OrderId: "q2", Retried: 1 });
            DemoEvent moved = events[retry];
            events.RemoveAt(retry);
            events.Add(moved);
        });

    [Theory]
    [InlineData("WrongKey", "forged request")]
    [InlineData("TamperedBody", "tampered body")]
    public void ForgeryThatIsAccepted_IsNamed(string forgery, string subject) =>
        Expect(subject, "refused with 401", "the app answered 200", events =>
            Replace<ForgeryAnswered>(events, seen => seen.Forgery.ToString() == forgery, static seen => seen with { Status = 200 }));

    [Fact]
    public void OrderFromNowhere_IsNamed() =>
        Expect("handlers", "nothing but the file's orders reaches them", "the order 'forged-1' did",
            static events => events.Add(new OrderDelivered(Kept.Start, "forged-1", "msg_1", 0, HandlerResult.Failed, "")));

    [Fact]
    public void StrangerInTheDeadLetterQueue_IsCounted() =>
        Expect("total", "2 dead-lettered", "3", static events => events.Add(new DeadLetterListed(Kept.Start, "msg_invoice_plain", "dlq-9", 500)));

    private static IReadOnlyList<Unmet> Check(IReadOnlyList<DemoEvent> events) => Expectations.Check(Expectations.For(Kept.Orders), new Observations(events));

    private static void Expect(string subject, string promise, string instead, Action<List<DemoEvent>> falsify)
    {
        List<DemoEvent> events = Kept.Events();
        falsify(events);
        Assert.Contains(new Unmet(subject, promise, instead), Check(events));
    }

    private static void Replace<T>(List<DemoEvent> events, Func<T, bool> which, Func<T, T> by)
        where T : DemoEvent
    {
        int index = events.FindIndex(seen => seen is T typed && which(typed));
        events[index] = by((T)events[index]);
    }
}
