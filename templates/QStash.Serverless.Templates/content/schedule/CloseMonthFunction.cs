using Microsoft.Azure.Functions.Worker;
using QStash.Serverless;
using QStash.Serverless.AzureFunctions;

namespace Company.Shop;

public sealed class CloseMonthFunction
{
    [Function("close-month-route")]
    [QStashSchedule("close-month-route", "CRON-EXPRESSION", TimeZone = "TIME-ZONE")]
    public QStashResult Handle([QStashTrigger("close-month-route")] QStashDelivery delivery)
    {
        return QStashResult.Success();
    }
}
