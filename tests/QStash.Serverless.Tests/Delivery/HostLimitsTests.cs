using System.Text;
using Microsoft.Extensions.DependencyInjection;
using QStash.Serverless.Testing;
using QStash.Serverless.Tests.Signature;

namespace QStash.Serverless.Tests.Delivery;

/// <summary>Hosts that must answer in time, and in few bytes.</summary>
public sealed class HostLimitsTests
{
    private readonly FakeQStashPublisher _publisher = new();

    [Fact]
    public async Task Response_is_as_long_as_the_host_can_send_200()
    {
        DeliveryReply reply = await HandleAsync(static (_, _) => Task.FromResult(QStashResult.Success(new string('x', 100))), maxReplyBytes: 100);

        Assert.Equal((200, 100), (reply.Status, reply.Body.Length));
    }

    [Fact]
    public async Task Response_is_longer_than_the_host_can_send_489_and_nothing_is_published()
    {
        DeliveryReply reply = await HandleAsync(
            static (_, _) => Task.FromResult(QStashResult.SuccessWith(new string('x', 101), new QStashMessage<string>(Destination.Url("https://shop.example/a"), "out"))),
            maxReplyBytes: 100);

        Assert.Equal(489, reply.Status);
        Assert.Equal("The handler's response of 101 bytes is over the 100 bytes that this host can send.", Text(reply));
        Assert.Empty(_publisher.Messages);
    }

    [Theory]
    [InlineData("abcdef", 4, "abcd")]
    [InlineData("abç", 3, "ab")]
    [InlineData("ab€", 4, "ab")]
    [InlineData("ab€", 5, "ab€")]
    [InlineData("ab\U0001F600", 5, "ab")]
    [InlineData("abc", 0, "")]
    public async Task Reason_of_a_dead_letter_is_cut_between_characters(string reason, int maxReplyBytes, string sent)
    {
        DeliveryReply reply = await HandleAsync((_, _) => Task.FromResult(QStashResult.DeadLetter(reason)), maxReplyBytes: maxReplyBytes);

        Assert.Equal((489, sent), (reply.Status, Text(reply)));
    }

    [Fact]
    public async Task Handler_ends_between_deadline_and_abandonment_it_was_waited_for()
    {
        using CancellationTokenSource deadline = new();
        using CancellationTokenSource abandonment = new();
        bool ended = false;

        DeliveryReply reply = await HandleAsync(
            async (_, cancellationToken) =>
            {
                await deadline.CancelAsync();
                Assert.True(cancellationToken.IsCancellationRequested);
                await Task.Yield();
                ended = true;
                return QStashResult.Success();
            },
            deadline: deadline.Token,
            abandonment: abandonment.Token);

        Assert.Equal((200, true), (reply.Status, ended));
    }

    [Fact]
    public async Task Handler_goes_on_after_its_abandonment_503()
    {
        using CancellationTokenSource deadline = new();
        using CancellationTokenSource abandonment = new();
        TaskCompletionSource<QStashResult> never = new();

        DeliveryReply reply = await HandleAsync(
            async (_, _) =>
            {
                await deadline.CancelAsync();
                await abandonment.CancelAsync();
                return await never.Task;
            },
            deadline: deadline.Token,
            abandonment: abandonment.Token);

        Assert.Equal(503, reply.Status);
    }

    [Fact]
    public void Warm_up_reads_every_kind_of_payload_and_calls_no_handler()
    {
        QStashJson json = new();
        DeliveryRoute[] routes =
        [
            DeliveryRoute.To<string>("text", static (_, _, _) => throw new InvalidOperationException("called")),
            DeliveryRoute.To<Strict>("strict", static (_, _, _) => throw new InvalidOperationException("called")),
            DeliveryRoute.To("bare", static (QStashDelivery _, IServiceProvider _, CancellationToken _) => throw new InvalidOperationException("called")),
        ];

        foreach (DeliveryRoute route in routes)
        {
            route.WarmUp(json);
        }

        Assert.Equal(1, Strict.Made);
    }

    private async Task<DeliveryReply> HandleAsync(Func<QStashDelivery<string>, CancellationToken, Task<QStashResult>> handler, int maxReplyBytes = int.MaxValue, CancellationToken deadline = default, CancellationToken abandonment = default)
    {
        await using Receiving app = new(build: qstash => qstash.Services.AddSingleton<IQStashPublisher>(_publisher));
        RawDelivery raw = new()
        {
            Url = Receiving.Url,
            Headers = Receiving.Signed(Receiving.Url),
            Body = DeliveryBody.FromBytes(default),
            MaxReplyBytes = maxReplyBytes,
            Deadline = deadline,
            Abandonment = abandonment,
        };
        return await app.HandleAsync(raw, DeliveryRoute.To("orders", handler));
    }

    private static string Text(DeliveryReply reply) => Encoding.UTF8.GetString(reply.Body.Span);

    private sealed class Strict
    {
        public Strict()
        {
            Made++;
            throw new InvalidOperationException("An empty payload is refused here.");
        }

        internal static int Made { get; private set; }
    }
}
