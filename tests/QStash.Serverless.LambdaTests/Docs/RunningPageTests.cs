using QStash.Serverless.Client;
using QStash.Serverless.DevServer;
using QStash.Serverless.Lambda;

namespace QStash.Serverless.LambdaTests.Docs;

/// <summary>Runs what docs/aws-lambda-running.md shows.</summary>
public sealed class RunningPageTests
{
    [Fact]
    public async Task Delivery_ReachesTheFunctionAsAnEvent()
    {
        TaskCompletionSource<Order> handled = OrderHandler.Expect("o-1");
        await using QStashDevServer qstash = await QStashDevServer.StartAsync();
        await using QStashLambdaHandler function = QStashLambda.CreateBuilder(options => options.CurrentSigningKey = qstash.CurrentSigningKey)
            .Map<Order, OrderHandler>("/orders").Build();
        await using LambdaFunctionUrl url = LambdaFunctionUrl.Start(function);              // on a free port
        QStashClient client = new(new QStashClientOptions { Url = qstash.Settings["QSTASH_URL"], Token = qstash.Token });

        await client.PublishAsync(Destination.Url(new Uri(url.Url, "/orders")), new Order("o-1", 42.50m));
        await qstash.DrainAsync(TimeSpan.FromSeconds(30));                                  // delivered as an event, and answered

        Assert.Equal(42.50m, (await handled.Task.WaitAsync(TimeSpan.FromMinutes(1), TimeProvider.System)).Total);
    }

    internal sealed record Order(string Id, decimal Total);

    internal sealed class OrderHandler : IQStashHandler<Order>
    {
        private static readonly System.Collections.Concurrent.ConcurrentDictionary<string, TaskCompletionSource<Order>> s_expected = new();

        internal static TaskCompletionSource<Order> Expect(string id) => s_expected.GetOrAdd(id, static _ => new(TaskCreationOptions.RunContinuationsAsynchronously));

        public Task<QStashResult> HandleAsync(QStashDelivery<Order> delivery, CancellationToken cancellationToken)
        {
            Expect(delivery.Payload.Id).TrySetResult(delivery.Payload);
            return Task.FromResult(QStashResult.Success());
        }
    }
}
