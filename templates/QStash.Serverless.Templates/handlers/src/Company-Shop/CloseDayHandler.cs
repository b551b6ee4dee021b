using Microsoft.Extensions.Logging;
using QStash.Serverless;

namespace Company.Shop;

[QStashRoute("/close-day")]
[QStashSchedule("close-day", "0 2 * * *", TimeZone = "Europe/Berlin", Retries = 5)]
public sealed class CloseDayHandler(ILogger<CloseDayHandler> log) : IQStashHandler
{
    public Task<QStashResult> HandleAsync(QStashDelivery delivery, CancellationToken cancellationToken)
    {
        log.LogInformation("Closing the day for {ScheduleId}", delivery.ScheduleId);
        return Task.FromResult(QStashResult.Success());
    }
}
