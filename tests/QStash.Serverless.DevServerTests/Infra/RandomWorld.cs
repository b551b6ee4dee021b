using QStash.Serverless.Client;
using QStash.Serverless.Infra;

namespace QStash.Serverless.DevServerTests.Infra;

/// <summary>Declarations, things of others and edits by hand, chosen by a list of numbers: shorter lists and smaller numbers choose less.</summary>
internal sealed class RandomWorld(IReadOnlyList<int> numbers)
{
    // None of them runs at the hour at which the clock stands.
    private static readonly string[] s_crons = ["0 2 * * *", "30 3 * * MON", "CRON_TZ=Europe/Berlin 15 4 1 * *", "*/7 1-5 * * *"];
    private static readonly string[] s_names = ["a", "b", "c", "d"];
    private int _at;

    internal static InfraModel Model(RandomWorld world, ResourceScope scope)
    {
        DeclaredAt at = new("", 0, "");
        string[] groups = world.Some(s_names);
        return new InfraModel
        {
            Scope = scope,
            UrlGroups =
            [
                .. groups.Select(name => new DeclaredUrlGroup
                {
                    Group = new UrlGroup(name),
                    PhysicalName = scope.Physical(name),
                    Endpoints = world.Endpoints(),
                    Defaults = world.Next(3) switch { 0 => null, 1 => new PublishOptions { Retries = 1 }, _ => new PublishOptions { Retries = 2, Headers = [new("X-D", "d")] } },
                    At = at,
                }),
            ],
            Queues = [.. world.Some(s_names).Select(name => new DeclaredQueue { Queue = new Queue(name), PhysicalName = scope.Physical(name), Parallelism = world.Maybe(1 + world.Next(4)), Paused = world.Flag(), At = at })],
            Pins = [.. world.Some(s_names).Select(name => world.Pin(name, scope, at))],
            Schedules =
            [
                .. world.Some(s_names).Select(name => new DeclaredSchedule
                {
                    Name = name,
                    ScheduleId = scope.Physical(name),
                    Cron = CronSchedule.Parse(s_crons[world.Next(s_crons.Length)]),
                    Message = new QStashMessage<byte[]>(
                        groups.Length > 0 && world.Next(3) == 1 ? Destination.UrlGroup(scope.Physical(groups[0])) : Destination.Url("https://shop.example/" + world.Next(3)), world.Body())
                    {
                        Options = world.Options(),
                        Queue = world.Next(3) == 1 ? scope.Physical(s_names[world.Next(s_names.Length)]) : null,
                    },
                    Paused = world.Flag(),
                    At = at,
                }),
            ],
        };
    }

    /// <summary>Makes things that are not the scope's, some of them with names much like its own.</summary>
    internal async Task MakeOthersAsync(QStashClient client, ResourceScope scope)
    {
        foreach (string id in Some(["other", "shop.production.a", scope.Prefix + "by-hand", "shop.test.a"]))
        {
            await client.Schedules.CreateAsync(s_crons[Next(s_crons.Length)], new QStashMessage<byte[]>(Destination.Url("https://shop.example/" + Next(3)), Body()) { Options = Options() }, id);
        }

        foreach (string name in Some(["a", "shop.production", "shop.test.a"]))
        {
            await client.UrlGroups.AddEndpointsAsync(name, Endpoints());
            await client.Queues.UpsertAsync(name, 1 + Next(4));
            await client.FlowControl.PinAsync(name, rate: 1 + Next(4));
        }
    }

    /// <summary>Edits what the scope owns behind its back, by what any client can do; the marks of ownership stay.</summary>
    internal async Task EditAsync(QStashClient client, ResourceScope scope)
    {
        foreach (QStashSchedule schedule in (await client.Schedules.ListAsync()).Where(schedule => scope.TryGetName(schedule.ScheduleId, out _) && schedule.Labels.Contains($"qss-owner={scope}")))
        {
            await (Next(5) switch
            {
                1 => client.Schedules.PauseAsync(schedule.ScheduleId),
                2 => client.Schedules.ResumeAsync(schedule.ScheduleId),
                3 => client.Schedules.DeleteAsync(schedule.ScheduleId),
                4 => client.Schedules.CreateAsync(
                    s_crons[Next(s_crons.Length)],
                    new QStashMessage<byte[]>(Destination.Url("https://shop.example/" + Next(3)), Body()) { Options = Options() with { Labels = schedule.Labels } },
                    schedule.ScheduleId),
                _ => Task.CompletedTask,
            });
        }

        foreach (QStashUrlGroup group in (await client.UrlGroups.ListAsync()).Where(group => scope.TryGetName(group.Name, out _)))
        {
            await (Next(4) switch
            {
                1 => client.UrlGroups.DeleteAsync(group.Name),
                2 => client.UrlGroups.AddEndpointsAsync(group.Name, [new("https://intruder.example/x")]),
                3 => client.UrlGroups.RemoveEndpointsAsync(group.Name, [group.Endpoints[0]]),
                _ => Task.CompletedTask,
            });
        }

        foreach (string name in Some(s_names))
        {
            await client.Queues.UpsertAsync(scope.Physical(name), 1 + Next(4), Flag());
            await client.FlowControl.PinAsync(scope.Physical(name), parallelism: 1 + Next(4));
        }
    }

    internal bool Toss() => Next(2) == 1;

    internal static IReadOnlyList<string> Names => s_names;

    private DeclaredPin Pin(string key, ResourceScope scope, DeclaredAt at)
    {
        int which = Next(3);
        return new DeclaredPin
        {
            Key = key,
            PhysicalKey = scope.Physical(key),
            Parallelism = which == 1 ? null : 1 + Next(4),
            Rate = which == 0 ? null : 1 + Next(4),
            Period = which == 0 ? null : Maybe(TimeSpan.FromSeconds(1 + Next(90))),
            At = at,
        };
    }

    private PublishOptions Options()
    {
        PublishOptions options = new();
        return new PublishOptions
        {
            Retries = Maybe(Next(5)),
            Method = Next(3) == 1 ? HttpMethod.Put : null,
            ContentType = Next(3) == 1 ? "text/plain" : null,
            Headers = Next(3) == 1 ? [new("X-Tenant", "t" + Next(2)), new("Authorization", "s" + Next(2))] : options.Headers,
            Delay = Next(3) == 1 ? TimeSpan.FromSeconds(Next(200)) : null,
            Timeout = Next(3) == 1 ? TimeSpan.FromSeconds(1 + Next(200)) : null,
            RetryDelay = Next(3) == 1 ? RetryDelayExpression.Parse("1000 * " + Next(3)) : null,
            Callback = Next(3) == 1 ? new("https://shop.example/done") { Retries = Maybe(Next(3)), Headers = Next(2) == 1 ? [new("X-C", "c")] : [] } : null,
            FailureCallback = Next(3) == 1 ? new("https://shop.example/failed?x=" + Next(2)) { Timeout = Next(2) == 1 ? TimeSpan.FromSeconds(5) : null } : null,
            Labels = Next(3) == 1 ? ["l" + Next(2), "m"] : options.Labels,
            FlowControl = Next(3) == 1 ? new("k" + Next(2), new FlowControlValue { Rate = 1 + Next(3) }) : null,
            Redact = Next(4) switch { 1 => new() { Body = true }, 2 => new() { AllHeaders = true }, 3 => new() { Headers = ["Authorization"] }, _ => null },
        };
    }

    private UrlGroupEndpoint[] Endpoints()
    {
        int[] which = [.. Enumerable.Range(0, 4).Where(_ => Next(2) == 1)];
        int turn = Next(4);
        bool named = Next(3) != 1;
        return [.. (which.Length == 0 ? [0] : which).Select(i => new UrlGroupEndpoint($"https://shop.example/{i}", named && i != 3 ? "n" + ((i + turn) % 4) : null))];
    }

    private byte[] Body() => Next(4) switch { 1 => "{\"a\":1}"u8.ToArray(), 2 => [0, 0xff, (byte)Next(3)], 3 => "text"u8.ToArray(), _ => [] };

    private string[] Some(IReadOnlyList<string> all) => [.. all.Where(_ => Next(2) == 1)];

    private T? Maybe<T>(T value)
        where T : struct => Next(2) == 1 ? value : null;

    private bool? Flag() => Next(3) switch { 1 => true, 2 => false, _ => null };

    private int Next(int below) => _at < numbers.Count ? Math.Abs(numbers[_at++]) % below : 0;
}
