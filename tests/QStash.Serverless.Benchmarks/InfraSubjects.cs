using QStash.Serverless.Client;
using QStash.Serverless.DevServer;
using QStash.Serverless.Infra;

namespace QStash.Serverless.Benchmarks;

/// <summary>1,000 declared schedules, all of them changed: read, planned and applied, beside the same writes made one by one.</summary>
internal sealed class InfraSubjects : IAsyncDisposable
{
    private const int Count = 1000;
    private static readonly ResourceScope s_scope = new("shop", "prod");
    private readonly QStashDevServer _server;
    private readonly QStashClient _planned;
    private readonly QStashClient _plain;
    private int _turn;

    private InfraSubjects(QStashDevServer server)
    {
        _server = server;
        _planned = new QStashClient(new QStashClientOptions { Url = server.Url.ToString(), Token = "planned" });
        _plain = new QStashClient(new QStashClientOptions { Url = server.Url.ToString(), Token = "plain" });
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    internal static async Task<InfraSubjects> StartAsync()
    {
        QStashDevServerOptions options = new() { Quota = DevServerQuota.Pro, AllowExternal = true };
        options.Accounts.Add(new DevServerAccount("planned") { Token = "planned" });
        options.Accounts.Add(new DevServerAccount("plain") { Token = "plain" });
        return new InfraSubjects(await QStashDevServer.StartAsync(options));
    }

    internal IEnumerable<Comparison> Comparisons() =>
    [
        new("infra: 1,000 changed schedules read, planned, applied", "1,000 calls in a plain loop", Repeat(ApplyAsync), Repeat(LoopAsync), MaxRatio: 1.0) { MaxRounds = 9 },
    ];

    private static Action<int> Repeat(Func<Task> work) => count =>
    {
        for (int i = 0; i < count; i++)
        {
            work().GetAwaiter().GetResult();
        }
    };

    private async Task ApplyAsync()
    {
        _turn++;
        InfraModel model = new() { Scope = s_scope, Schedules = [.. Enumerable.Range(0, Count).Select(Schedule)] };
        InfraReport report = await InfraApply.ApplyAsync(_planned, InfraPlan.Of(model, await InfraState.ReadAsync(_planned)));
        if (!report.IsComplete || report.Done.Count != Count)
        {
            throw new InvalidOperationException(InfraReportText.Human(report));
        }
    }

    private async Task LoopAsync()
    {
        _turn++;
        foreach (DeclaredSchedule schedule in Enumerable.Range(0, Count).Select(Schedule))
        {
            await _plain.Schedules.CreateAsync(schedule.Cron, schedule.Message, schedule.ScheduleId);
        }
    }

    private DeclaredSchedule Schedule(int i) => new()
    {
        Name = $"job-{i}",
        ScheduleId = s_scope.Physical($"job-{i}"),
        Cron = CronSchedule.Parse($"{i % 60} {i / 60 % 24} 1 1 *"),
        Message = new QStashMessage<string>(Destination.Url("https://shop.example/jobs"), $"{_turn} {i}"),
        At = new DeclaredAt("", 0, ""),
    };
}
