using System.Text;
using Microsoft.Azure.Functions.Worker;
using QStash.Serverless.AzureFunctions;
using QStash.Serverless.Testing;

namespace QStash.Serverless.HostTests.AzureFunctions;

public sealed class AnswerTests : FunctionsTest
{
    [Theory]
    [InlineData("nothing", 200, "")]
    [InlineData("task", 200, "")]
    [InlineData("value-task", 200, "")]
    [InlineData("result", 503, "")]
    [InlineData("typed", 200, """{"number":7}""")]
    [InlineData("typed-dead", 489, "no")]
    [InlineData("value-task-typed", 200, """{"number":8}""")]
    [InlineData("value", 200, """{"number":9}""")]
    [InlineData("text", 200, "thanks")]
    [InlineData("bytes", 200, "raw")]
    [InlineData("list", 200, "[1,2]")]
    [InlineData("no-value", 200, "")]
    [InlineData("no-result", 500, "")]
    [InlineData("no-typed-result", 500, "")]
    [InlineData("no-member", 500, "")]
    public async Task Return_value_of_every_kind_is_the_answer(string function, int status, string body)
    {
        await StartAsync(typeof(Answers));

        QStashFunctionsReply reply = await DeliverAsync(Delivery("/api/" + function));

        Assert.Equal((status, body), (reply.Status, reply.Text));
    }

    [Fact]
    public async Task Returned_message_is_published_as_elsewhere()
    {
        await StartAsync(typeof(Answers));

        QStashFunctionsReply reply = await DeliverAsync(Delivery("/api/message"));

        Assert.Equal((200, ""), (reply.Status, reply.Text));
        Assert.Equal("msg_1.message.messages.0", Assert.Single(Publisher.Messages).Options.DeduplicationId);
    }

    [Theory]
    [InlineData("published-text", "thanks")]
    [InlineData("published-message", "thanks")]
    [InlineData("published-result", "thanks")]
    public async Task Published_return_value_goes_out_once_and_is_no_response_body(string function, string payload)
    {
        await StartAsync(typeof(Answers));

        QStashFunctionsReply reply = await DeliverAsync(Delivery("/api/" + function));

        Assert.Equal((200, ""), (reply.Status, reply.Text));
        RecordedMessage published = Assert.Single(Publisher.Messages);
        Assert.Equal((payload, "receipts", $"msg_1.{function}.return.0"), (Encoding.UTF8.GetString(published.Body.Span), published.Destination.Value, published.Options.DeduplicationId));
    }

    [Theory]
    [InlineData("success", 200, "paid", true)]
    [InlineData("retry", 503, "", false)]
    [InlineData("dead", 489, "never", false)]
    [InlineData("throw", 500, "", false)]
    public async Task Other_outputs_go_out_with_a_success_only(string quantity, int status, string body, bool sent)
    {
        await StartAsync(typeof(Answers));

        QStashFunctionsReply reply = await DeliverAsync(Delivery("/api/both", $$"""{"id":"{{quantity}}","quantity":1}"""));

        Assert.Equal((status, body), (reply.Status, reply.Text));
        Assert.Equal(sent ? ["Audit", "Lines"] : [], reply.Outputs.Keys.Order());
        Assert.Equal(sent ? ["return.thanks"] : [], Publisher.Messages.Select(static message => Encoding.UTF8.GetString(message.Body.Span)));
        if (sent)
        {
            Assert.Equal("audited success", reply.Outputs["Audit"]);
            Assert.Equal(["a", "b"], Assert.IsType<string[]>(reply.Outputs["Lines"]));
        }
    }

    [Fact]
    public async Task Message_cannot_be_published_the_other_outputs_do_not_go_out_either()
    {
        await StartAsync(typeof(Answers));
        Publisher.FailNext(new HttpRequestException("down"));

        QStashFunctionsReply reply = await DeliverAsync(Delivery("/api/both", """{"id":"success","quantity":1}"""));

        Assert.Equal(500, reply.Status);
        Assert.Empty(reply.Outputs);
    }

    [Fact]
    public async Task Middleware_runs_the_function_again_what_it_returned_last_goes_out()
    {
        await StartAsync(static (_, qstash) => qstash.AddMiddleware<Twice>(), typeof(Answers));

        QStashFunctionsReply reply = await DeliverAsync(Delivery("/api/both", """{"id":"success","quantity":1}"""));

        Assert.Equal((200, "paid"), (reply.Status, reply.Text));
        Assert.Equal("audited success", reply.Outputs["Audit"]);
    }

    [Fact]
    public async Task Forged_delivery_sends_no_output()
    {
        await StartAsync(typeof(Answers));

        QStashFunctionsReply reply = await DeliverAsync(Delivery("/api/both", """{"id":"success","quantity":1}""").WithWrongKey());

        Assert.Equal((401, ""), (reply.Status, reply.Text));
        Assert.Empty(reply.Outputs);
        Assert.Empty(Publisher.Messages);
    }

    [Fact]
    public async Task Object_with_outputs_and_no_result_answers_200_without_a_body()
    {
        await StartAsync(typeof(Answers));

        QStashFunctionsReply reply = await DeliverAsync(Delivery("/api/outputs-only"));

        Assert.Equal((200, ""), (reply.Status, reply.Text));
        Assert.Equal("written", reply.Outputs["Audit"]);
    }

    [Fact]
    public async Task Timer_publishes_after_it_has_run_and_its_other_outputs_go_out()
    {
        await StartAsync(typeof(Answers));

        IReadOnlyDictionary<string, object> sent = await App.InvokeAsync("close-day", new TimerInfo());

        Assert.Equal("closed", sent["Audit"]);
        Assert.Equal("report", Encoding.UTF8.GetString(Assert.Single(Publisher.Messages).Body.Span));
    }

    [Fact]
    public async Task Timer_cannot_publish_it_fails()
    {
        await StartAsync(typeof(Answers));
        Publisher.FailNext(new HttpRequestException("down"));

        InvalidOperationException exception = await Assert.ThrowsAsync<InvalidOperationException>(() => App.InvokeAsync("close-day", new TimerInfo()));

        Assert.Contains("close-day", exception.Message, StringComparison.Ordinal);
    }

    public sealed record Receipt(int Number);

    public sealed class Both
    {
        public QStashResult<string>? Answer { get; init; }

        [QueueOutput("audit")]
        public string? Audit { get; init; }

        [QueueOutput("lines")]
        public string[]? Lines { get; init; }

        [QStashOutput(Url = "https://shop.example/thanks")]
        public string? Thanks { get; init; }
    }

    public sealed class OutputsOnly
    {
        [QueueOutput("audit")]
        public string? Audit { get; init; }

        [QStashOutput(UrlGroup = "reports")]
        public string? Report { get; init; }
    }

    public sealed class Member
    {
        public QStashResult? Answer { get; init; }

        public string? Other { get; init; }
    }

    private sealed class Twice : IQStashMiddleware
    {
        public async Task<QStashResult> InvokeAsync(QStashDelivery delivery, QStashNext next, CancellationToken cancellationToken)
        {
            await next(cancellationToken);
            return await next(cancellationToken);
        }
    }

    private sealed class Answers
    {
        [Function("nothing")]
        public static void Nothing([QStashTrigger] QStashDelivery delivery)
        {
        }

        [Function("task")]
        public static Task Finish([QStashTrigger] QStashDelivery delivery) => Task.CompletedTask;

        [Function("value-task")]
        public static async ValueTask FinishSoon([QStashTrigger] QStashDelivery delivery) => await Task.Yield();

        [Function("result")]
        public static QStashResult Result([QStashTrigger] QStashDelivery delivery) => QStashResult.Retry();

        [Function("typed")]
        public static async Task<QStashResult<Receipt>> Typed([QStashTrigger] QStashDelivery delivery)
        {
            await Task.Yield();
            return new Receipt(7);
        }

        [Function("typed-dead")]
        public static QStashResult<Receipt> Dead([QStashTrigger] QStashDelivery delivery) => QStashResult.DeadLetter("no");

        [Function("value-task-typed")]
        public static async ValueTask<QStashResult<Receipt>> TypedSoon([QStashTrigger] QStashDelivery delivery)
        {
            await Task.Yield();
            return new Receipt(8);
        }

        [Function("value")]
        public static Receipt Value([QStashTrigger] QStashDelivery delivery) => new(9);

        [Function("text")]
        public static string Text([QStashTrigger] QStashDelivery delivery) => "thanks";

        [Function("bytes")]
        public static byte[] Bytes([QStashTrigger] QStashDelivery delivery) => [.. "raw"u8];

        [Function("list")]
        public static Task<IReadOnlyList<int>> List([QStashTrigger] QStashDelivery delivery) => Task.FromResult<IReadOnlyList<int>>([1, 2]);

        [Function("no-value")]
        public static Receipt? NoValue([QStashTrigger] QStashDelivery delivery) => null;

        [Function("no-result")]
        public static QStashResult NoResult([QStashTrigger] QStashDelivery delivery) => null!;

        [Function("no-typed-result")]
        public static QStashResult<Receipt> NoTypedResult([QStashTrigger] QStashDelivery delivery) => null!;

        [Function("no-member")]
        public static Member NoMember([QStashTrigger] QStashDelivery delivery) => new() { Other = "x" };

        [Function("message")]
        public static QStashMessage<string> Message([QStashTrigger] QStashDelivery delivery) => new(Destination.UrlGroup("receipts"), "thanks");

        [Function("published-text")]
        [QStashOutput(UrlGroup = "receipts")]
        public static string PublishedText([QStashTrigger] QStashDelivery delivery) => "thanks";

        [Function("published-message")]
        [QStashOutput]
        public static QStashMessage<string> PublishedMessage([QStashTrigger] QStashDelivery delivery) => new(Destination.UrlGroup("receipts"), "thanks");

        [Function("published-result")]
        [QStashOutput(UrlGroup = "receipts")]
        public static QStashResult<string> PublishedResult([QStashTrigger] QStashDelivery delivery) => "thanks";

        [Function("both")]
        public static Task<Both> Run([QStashTrigger] Purchase purchase) => Task.FromResult(new Both
        {
            Answer = purchase.Id switch
            {
                "success" => "paid",
                "retry" => QStashResult.Retry(),
                "dead" => QStashResult.DeadLetter("never"),
                _ => throw new InvalidOperationException("out of order"),
            },
            Audit = "audited " + purchase.Id,
            Lines = ["a", "b"],
            Thanks = "return.thanks",
        });

        [Function("outputs-only")]
        public static OutputsOnly Outputs([QStashTrigger] QStashDelivery delivery) => new() { Audit = "written" };

        [Function("close-day")]
        public static OutputsOnly CloseDay([TimerTrigger("0 0 2 * * *")] TimerInfo timer) => new() { Audit = "closed", Report = "report" };
    }
}
