using QStash.Serverless;

namespace Company.Shop;

[QStashRoute("/close-month-route")]
[QStashSchedule("close-month-route", "CRON-EXPRESSION", TimeZone = "TIME-ZONE")]
public sealed class CloseMonthHandler : IQStashHandler
{
    public Task<QStashResult> HandleAsync(QStashDelivery delivery, CancellationToken cancellationToken)
    {
        return Task.FromResult(QStashResult.Success());
    }
}
