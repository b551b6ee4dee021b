using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using QStash.Serverless.Client;
using QStash.Serverless.DevServer;
using QStash.Serverless.DevServerTests.Server;
using QStash.Serverless.Infra;

namespace QStash.Serverless.DevServerTests.Infra;

/// <summary>A real server with a client whose calls are counted and can be made to fail, and models made by hand.</summary>
public abstract class InfraTest : ServerTest
{
    protected static readonly ResourceScope Prod = new("shop", "prod");

    private protected CountingHandler Calls { get; } = new();

    protected QStashClient Client { get; private set; } = null!;

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        Client = NewClient(Server.Token);
    }

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        Calls.Dispose();
    }

    protected override void Configure(QStashDevServerOptions options)
    {
        options.Quota = DevServerQuota.Pro;
        options.MapHost("*.example", App);
    }

    protected QStashClient NewClient(string token) => new(
        new HttpClient(Calls), new QStashClientOptions { Url = Server.Url.ToString(), Token = token, TransportRetries = { MaxAttempts = 1 } });

    protected Task<InfraState> ReadAsync() => InfraState.ReadAsync(Client, Clock);

    protected async Task<InfraPlan> PlanAsync(InfraModel model, PlanOptions? options = null) => InfraPlan.Of(model, await ReadAsync(), options);

    protected Task<InfraReport> ApplyAsync(InfraPlan plan) => InfraApply.ApplyAsync(Client, plan, new ApplyOptions { TimeProvider = Clock });

    /// <summary>Applies what differs, and expects that all of it can be done and nothing is left to do.</summary>
    protected async Task<InfraPlan> SettleAsync(InfraModel model, PlanOptions? options = null)
    {
        InfraPlan plan = await PlanAsync(model, options);
        InfraReport report = await ApplyAsync(plan);
        Assert.True(report.IsComplete, InfraReportText.Human(report));
        InfraPlan again = await PlanAsync(model, options);
        Assert.True(again.IsEmpty, InfraPlanText.Human(again));
        return plan;
    }

    /// <summary>The whole account as the API shows it, without counters and times that move by themselves.</summary>
    protected async Task<Dictionary<string, string>> AccountAsync()
    {
        Dictionary<string, string> account = new(StringComparer.Ordinal);
        foreach ((string path, string key) in new[] { ("schedules", "scheduleId"), ("topics", "name"), ("queues", "name"), ("flowControl", "flowControlKey") })
        {
            foreach (JsonNode? item in (await GetAsync("/v2/" + path)).Json.AsArray())
            {
                account.Add($"{path} {item![key]}", item.ToJsonString());
            }
        }

        return account;
    }

    protected async Task<JsonNode> ScheduleAsync(string id) => (await GetAsync("/v2/schedules/" + id)).Json;

    protected static DeclaredSchedule Schedule(string name, string cron = "0 2 * * *", PublishOptions? options = null, string body = "", bool? paused = null, Destination? destination = null, string? queue = null, ResourceScope? scope = null) => new()
    {
        Name = name,
        ScheduleId = (scope ?? Prod).Physical(name),
        Cron = CronSchedule.Parse(cron),
        Message = new QStashMessage<byte[]>(destination ?? Destination.Url("https://shop.example/" + name), System.Text.Encoding.UTF8.GetBytes(body)) { Options = options ?? new(), Queue = queue },
        Paused = paused,
        At = new DeclaredAt("/src/Shop/Jobs.cs", 12, "Jobs." + name),
    };

    protected static DeclaredUrlGroup Group(string name, params UrlGroupEndpoint[] endpoints) => new()
    {
        Group = new UrlGroup(name),
        PhysicalName = Prod.Physical(name),
        Endpoints = endpoints,
        At = new DeclaredAt("/src/Shop/Groups.cs", 7, "Groups"),
    };

    protected static DeclaredQueue Queue(string name, int? parallelism = null, bool? paused = null) => new()
    {
        Queue = new Queue(name),
        PhysicalName = Prod.Physical(name),
        Parallelism = parallelism,
        Paused = paused,
        At = new DeclaredAt("/src/Shop/Queues.cs", 7, "Queues"),
    };

    protected static DeclaredPin Pin(string key, int? parallelism = null, int? rate = null, TimeSpan? period = null) => new()
    {
        Key = key,
        PhysicalKey = Prod.Physical(key),
        Parallelism = parallelism,
        Rate = rate,
        Period = period,
        At = new DeclaredAt("/src/Shop/Pins.cs", 7, "Pins"),
    };

    protected static InfraModel Model(params object[] declared) => ModelOf(Prod, declared);

    protected static InfraModel ModelOf(ResourceScope scope, params object[] declared) => new()
    {
        Scope = scope,
        Schedules = [.. declared.OfType<DeclaredSchedule>()],
        UrlGroups = [.. declared.OfType<DeclaredUrlGroup>()],
        Queues = [.. declared.OfType<DeclaredQueue>()],
        Pins = [.. declared.OfType<DeclaredPin>()],
    };

    /// <summary>Compares a text with the approved one; the server's address, which changes, reads <c>https://qstash.test</c>.</summary>
    protected void Approve(string name, string text) => Approved.Check(name, text.Replace(Server.Url.GetLeftPart(UriPartial.Authority), "https://qstash.test", StringComparison.Ordinal));
}

/// <summary>Counts what goes to the server, and lets chosen calls fail.</summary>
internal sealed class CountingHandler() : DelegatingHandler(new SocketsHttpHandler())
{
    private readonly ConcurrentQueue<string> _calls = new();
    private int _reads;
    private int _writes;

    /// <summary>Every call, as in <c>POST /v2/queues</c>.</summary>
    internal string[] All => [.. _calls];

    internal int Reads => All.Count(static call => call.StartsWith("GET", StringComparison.Ordinal));

    internal int Writes => All.Length - Reads;

    /// <summary>Answers a write instead of the server: given its number, from 1, and the call; null lets it through.</summary>
    internal Func<int, string, HttpStatusCode?>? Refuses { get; set; }

    /// <summary>The same for a read.</summary>
    internal Func<int, HttpStatusCode?>? RefusesRead { get; set; }

    /// <summary>Hears of each write before it is sent.</summary>
    internal Action<int>? BeforeWrite { get; set; }

    /// <summary>The server that calls go to, whatever their URL says.</summary>
    internal Uri? Instead { get; set; }

    internal void Forget()
    {
        _calls.Clear();
        _writes = 0;
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.RequestUri = Instead is null ? request.RequestUri : new Uri(Instead, request.RequestUri!.PathAndQuery);
        string call = $"{request.Method} {request.RequestUri!.PathAndQuery}";
        _calls.Enqueue(call);
        if (request.Method != HttpMethod.Get)
        {
            int number = Interlocked.Increment(ref _writes);
            BeforeWrite?.Invoke(number);
            if (Refuses?.Invoke(number, call) is { } status)
            {
                return new HttpResponseMessage(status) { Content = new StringContent("""{"error":"made to fail"}""") };
            }
        }

        else if (RefusesRead?.Invoke(Interlocked.Increment(ref _reads)) is { } status)
        {
            return new HttpResponseMessage(status) { Content = new StringContent("""{"error":"made to fail"}""") };
        }

        return await base.SendAsync(request, cancellationToken);
    }
}
