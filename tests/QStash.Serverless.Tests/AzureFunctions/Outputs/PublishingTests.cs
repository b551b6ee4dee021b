using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using QStash.Serverless.AzureFunctions;
using QStash.Serverless.Testing;

namespace QStash.Serverless.Tests.AzureFunctions.Outputs;

/// <summary>When what a function returns is published, whatever triggers it, and what becomes of its other outputs.</summary>
public sealed class PublishingTests
{
    private static readonly string s_key = SignedDelivery.NewSigningKey();
    private readonly FakeQStashPublisher _published = new();

    [Fact]
    public async Task Timer_publishes_what_it_returns()
    {
        await using QStashFunctionsHarness app = await StartAsync();

        IReadOnlyDictionary<string, object> others = await app.InvokeAsync("timer", new TimerInfo());

        Assert.Equal(["EU", "US"], _published.Messages.Select(static message => message.Text));
        Assert.Empty(others);
    }

    [Fact]
    public async Task Function_that_throws_publishes_nothing()
    {
        await using QStashFunctionsHarness app = await StartAsync();

        await Assert.ThrowsAsync<TimeoutException>(() => app.InvokeAsync("timer", new TimerInfo { IsPastDue = true }));
        await Assert.ThrowsAsync<InvalidOperationException>(() => app.InvokeAsync("queue", "broken"));

        Assert.Empty(_published.Messages);
    }

    [Fact]
    public async Task Function_fails_when_its_output_cannot_be_published()
    {
        await using QStashFunctionsHarness app = await StartAsync();
        _published.FailNext(new HttpRequestException("down"));

        InvalidOperationException failure = await Assert.ThrowsAsync<InvalidOperationException>(() => app.InvokeAsync("timer", new TimerInfo()));

        Assert.Equal("Function 'timer', output 'return': message 1 of 2 could not be published, so the function failed: down", failure.Message);
        Assert.Empty(_published.Messages);
    }

    [Fact]
    public async Task Other_outputs_are_sent_beside_ours()
    {
        await using QStashFunctionsHarness app = await StartAsync();

        IReadOnlyDictionary<string, object> others = await app.InvokeAsync("queue", "o-1");

        Assert.Equal("""{"orderId":"o-1"}""", Assert.Single(_published.Messages).Text);
        Assert.Equal([new("Label", "o-1")], others);
    }

    [Fact]
    public async Task Other_outputs_are_not_sent_when_ours_cannot_be_published()
    {
        await using QStashFunctionsHarness app = await StartAsync();
        _published.FailNext(new HttpRequestException("down"));

        // The invocation fails, and a host sends nothing of an invocation that failed.
        await Assert.ThrowsAsync<InvalidOperationException>(() => app.InvokeAsync("queue", "o-1"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task HTTP_function_answers_as_it_would_and_publishes_before(bool hasAspNetCoreIntegration)
    {
        await using QStashFunctionsHarness app = await StartAsync(hasAspNetCoreIntegration);

        QStashFunctionsReply reply = await PostAsync(app, "checkout/o-1");
        QStashFunctionsReply without = await PostAsync(app, "checkout/none");

        Assert.Equal((202, "thank you", 202), (reply.Status, reply.Text, without.Status));
        RecordedMessage message = Assert.Single(_published.Messages);
        Assert.Equal(("https://shop.example/orders/o-1", """{"id":"o-1","total":1}"""), (message.Destination.Value, message.Text));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task HTTP_function_fails_when_its_output_cannot_be_published(bool hasAspNetCoreIntegration)
    {
        await using QStashFunctionsHarness app = await StartAsync(hasAspNetCoreIntegration);
        _published.FailNext(new HttpRequestException("down"));

        await Assert.ThrowsAsync<InvalidOperationException>(() => PostAsync(app, "checkout/o-1"));
    }

    [Fact]
    public async Task HTTP_function_that_returns_only_a_message_answers_with_nothing()
    {
        await using QStashFunctionsHarness app = await StartAsync();

        QStashFunctionsReply reply = await PostAsync(app, "orders/o-1");

        Assert.Equal("", reply.Text);
        Assert.Equal("https://shop.example/orders/o-1", Assert.Single(_published.Messages).Destination.Value);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Delivery_publishes_and_sends_its_other_outputs_only_on_success(bool hasAspNetCoreIntegration)
    {
        await using QStashFunctionsHarness app = await StartAsync(hasAspNetCoreIntegration);

        QStashFunctionsReply[] refused = [await DeliverAsync(app, "refused"), await DeliverAsync(app, "later")];
        int afterRefusals = _published.Messages.Count;
        QStashFunctionsReply done = await DeliverAsync(app, "good");

        Assert.Equal([489, 503], refused.Select(static reply => reply.Status));
        Assert.All(refused, static reply => Assert.Empty(reply.Outputs));
        Assert.Equal((0, 200, "shipped p-1"), (afterRefusals, done.Status, done.Text));
        Assert.Equal([new("Label", "good")], done.Outputs);
        RecordedMessage message = Assert.Single(_published.Messages);
        Assert.Equal(("notes", "good", "msg_7.delivery.Note.0"), (message.Destination.Value, message.Text, message.Options.DeduplicationId));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Delivery_sends_none_of_its_outputs_when_ours_cannot_be_published(bool hasAspNetCoreIntegration)
    {
        await using QStashFunctionsHarness app = await StartAsync(hasAspNetCoreIntegration);
        _published.FailNext(new HttpRequestException("down"));

        QStashFunctionsReply failed = await DeliverAsync(app, "good");
        QStashFunctionsReply again = await DeliverAsync(app, "good");

        Assert.Equal((500, "", 200), (failed.Status, failed.Text, again.Status));
        Assert.Empty(failed.Outputs);
        Assert.Equal([new("Label", "good")], again.Outputs);
    }

    private static Task<QStashFunctionsReply> DeliverAsync(QStashFunctionsHarness app, string order) =>
        app.SendAsync(new SignedDelivery("https://shop.example/api/parcels/p-1", s_key) { Body = System.Text.Encoding.UTF8.GetBytes(order), MessageId = "msg_7" }.ToRequest());

    private static async Task<QStashFunctionsReply> PostAsync(QStashFunctionsHarness app, string path)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, "https://shop.example/api/" + path);
        return await app.SendAsync(request);
    }

    private Task<QStashFunctionsHarness> StartAsync(bool hasAspNetCoreIntegration = false) => QStashFunctionsHarness.StartAsync(
        builder =>
        {
            if (hasAspNetCoreIntegration)
            {
                // What ConfigureFunctionsWebApplication() does that is seen of it from outside.
                builder.Services.Configure<WorkerOptions>(static options => options.Capabilities["HttpUri"] = "http://localhost:1");
            }

            builder.Services.AddSingleton<IQStashPublisher>(_published);
            builder.UseQStash(static options => options.CurrentSigningKey = s_key);
        },
        typeof(PublishingFunctions));
}
