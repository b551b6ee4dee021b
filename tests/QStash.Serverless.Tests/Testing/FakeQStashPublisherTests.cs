using System.Text.Json.Serialization;
using QStash.Serverless.Client;
using QStash.Serverless.Testing;

namespace QStash.Serverless.Tests.Testing;

public sealed class FakeQStashPublisherTests
{
    private static readonly Destination s_shop = Destination.Url("https://shop.example/api/orders");

    [Fact]
    public async Task Messages_AreRememberedInOrder()
    {
        FakeQStashPublisher publisher = new();

        PublishReceipt first = await publisher.PublishAsync(s_shop, new Order(42), new() { Retries = 1 });
        PublishReceipt second = await publisher.EnqueueAsync("fifo", Destination.UrlGroup("group"), "çay");
        IReadOnlyList<BatchItemResult> batch = await publisher.PublishBatchAsync([new QStashMessage<byte[]>(s_shop, [1]), new QStashMessage<string>(s_shop, "x")]);

        Assert.Equal(["msg_1", "msg_2", "msg_3", "msg_4"], [first.MessageId, second.MessageId, .. batch.Select(item => item.Receipt!.MessageId)]);
        Assert.Equal(["msg_1", "msg_2", "msg_3", "msg_4"], publisher.Messages.Select(message => message.MessageId));
        Assert.Equal((new Order(42), 1, "application/json"), (publisher.Messages[0].Read<Order>(), publisher.Messages[0].Options.Retries, publisher.Messages[0].ContentType));
        Assert.Equal(("fifo", "group", "çay"), (publisher.Messages[1].Queue?.Name, publisher.Messages[1].Destination.Value, publisher.Messages[1].Text));
        Assert.Equal([1], publisher.Messages[2].Body.ToArray());
    }

    [Fact]
    public async Task Failure_HitsTheNextPublishOnly()
    {
        FakeQStashPublisher publisher = new();
        publisher.FailNext(new QStashApiException("no", System.Net.HttpStatusCode.TooManyRequests));

        await Assert.ThrowsAsync<QStashApiException>(() => publisher.PublishAsync(s_shop, "lost"));
        await publisher.PublishAsync(s_shop, "kept");

        Assert.Equal("kept", Assert.Single(publisher.Messages).Text);
    }

    [Fact]
    public async Task Payload_IsWrittenByTheAppsOwnMetadata()
    {
        FakeQStashPublisher publisher = new(new QStashJson(StrictJson.Default));

        await publisher.PublishAsync(s_shop, new Order(1));

        Assert.Equal("""{"OrderId":1}""", Assert.Single(publisher.Messages).Text);
    }

    [Fact]
    public async Task WhatTheClientRefuses_IsRefused()
    {
        FakeQStashPublisher publisher = new();

        await Assert.ThrowsAsync<ArgumentException>(() => publisher.PublishAsync(s_shop, "x", new() { Retries = -1 }));
        ArgumentException refused = await Assert.ThrowsAsync<ArgumentException>(() => publisher.PublishBatchAsync([new QStashMessage<string>(s_shop, "x"), new QStashMessage<byte[]>(s_shop, [0xff])]));

        Assert.Contains("messages[1]", refused.Message, StringComparison.Ordinal);
        Assert.Empty(publisher.Messages);
    }

    [Fact]
    public async Task ManyThreads_LoseNothing()
    {
        FakeQStashPublisher publisher = new();

        await Parallel.ForEachAsync(Enumerable.Range(0, 500), async (i, cancellationToken) => await publisher.PublishAsync(s_shop, $"{i}", cancellationToken: cancellationToken));

        Assert.Equal(500, publisher.Messages.Select(message => message.Text).Distinct().Count());
        Assert.Equal(500, publisher.Messages.Select(message => message.MessageId).Distinct().Count());
    }

    [Fact]
    public async Task Clear_Forgets()
    {
        FakeQStashPublisher publisher = new();
        await publisher.PublishAsync(s_shop, "x");
        publisher.FailNext(new InvalidOperationException());

        publisher.Clear();

        Assert.Empty(publisher.Messages);
        Assert.Equal("msg_2", (await publisher.PublishAsync(s_shop, "y")).MessageId);
    }
}

internal sealed record Order(int OrderId);

[JsonSerializable(typeof(Order))]
internal sealed partial class StrictJson : JsonSerializerContext;
