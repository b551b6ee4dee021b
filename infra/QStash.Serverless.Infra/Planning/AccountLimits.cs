using System.Globalization;

namespace QStash.Serverless.Infra;

/// <summary>The limits of QStash's public plans (protocol 8.5). Which plan an account is on cannot be read, so risks name the plans they would exceed.</summary>
internal sealed record AccountLimits(
    string Plan, int Schedules, int Queues, int QueueParallelism, int UrlGroups, int Endpoints, int? MessagesPerDay, TimeSpan? Delay, int Retries, TimeSpan Timeout, int MessageBytes)
{
    private const int Megabyte = 1024 * 1024;

    private static readonly AccountLimits[] s_plans =
    [
        new("free", 10, 10, 2, 1, 100, 1000, TimeSpan.FromDays(7), 5, TimeSpan.FromMinutes(15), Megabyte),
        new("pay as you go", 1000, 100, 10, 100, 100, null, TimeSpan.FromDays(365), 5, TimeSpan.FromHours(2), 10 * Megabyte),
        new("fixed", 10_000, 1000, 10, 1000, 1000, 1_000_000, null, 20, TimeSpan.FromHours(6), 50 * Megabyte),
    ];

    /// <summary>A risk for a number that some plans do not allow; none when all do.</summary>
    internal static IEnumerable<InfraRisk> Exceeded(long value, Func<AccountLimits, long?> limit, string what)
    {
        string[] plans = [.. s_plans.Where(plan => value > limit(plan)).Select(plan => string.Create(CultureInfo.InvariantCulture, $"{plan.Plan}: {limit(plan):N0}"))];
        return plans.Length == 0 ? [] : [new InfraRisk(string.Create(CultureInfo.InvariantCulture, $"{value:N0} {what}"), plans)];
    }

    /// <summary>The same for a duration.</summary>
    internal static IEnumerable<InfraRisk> Exceeded(TimeSpan? value, Func<AccountLimits, TimeSpan?> limit, string what)
    {
        string[] plans = [.. s_plans.Where(plan => value > limit(plan)).Select(plan => $"{plan.Plan}: {QStashDuration.Format(limit(plan)!.Value)}")];
        return plans.Length == 0 ? [] : [new InfraRisk($"{what} {QStashDuration.Format(value!.Value)}", plans)];
    }
}
