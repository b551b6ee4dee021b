using System.Text;

namespace QStash.Serverless.Cli.Demo.App;

/// <summary>Hears of messages that have failed for good.</summary>
internal sealed class FailureHandler(DemoJournal journal) : IQStashHandler<QStashCallback>
{
    /// <summary>The header in which the publisher tells its failure callbacks which order they are about, percent-encoded.</summary>
    public const string OrderIdHeader = "Order-Id";

    public Task<QStashResult> HandleAsync(QStashDelivery<QStashCallback> delivery, CancellationToken cancellationToken)
    {
        QStashCallback callback = delivery.Payload;
        string orderId = Uri.UnescapeDataString(delivery.Headers[OrderIdHeader].ToString());
        string reason = Encoding.UTF8.GetString(callback.ResponseBody.Span);
        journal.Add(new FailureReported(journal.Now, orderId, callback.SourceMessageId, callback.DlqId, $"{callback.Status} {reason}"));
        return Task.FromResult(QStashResult.Success());
    }
}
