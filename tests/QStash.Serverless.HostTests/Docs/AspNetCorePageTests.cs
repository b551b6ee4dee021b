using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using QStash.Serverless.Testing;

namespace QStash.Serverless.HostTests.Docs;

/// <summary>Runs what docs/aspnet-core.md shows.</summary>
public sealed class AspNetCorePageTests : IAsyncDisposable
{
    private readonly string _signingKey = SignedDelivery.NewSigningKey();
    private readonly FakeQStashPublisher _published = new();
    private readonly Billing _billing = new();
    private WebApplication? _app;

    [Fact]
    public async Task Group_shares_its_prefix_and_its_values_reach_the_handler()
    {
        HttpClient client = await StartAsync(app =>
        {
            RouteGroupBuilder tenants = app.MapGroup("/tenants/{tenant}");
            tenants.MapQStash<Invoice, InvoiceHandler>("/invoices");
        });

        Assert.Equal(HttpStatusCode.OK, await SendAsync(client, "/tenants/acme/invoices", """{"id":"i-1","total":5}"""));
        Assert.Equal(["acme: i-1"], _billing.Charged);
    }

    [Fact]
    public async Task Bare_handler_takes_any_body()
    {
        HttpClient client = await StartAsync(static app =>
        {
            app.MapQStash("/close-day", static (QStashDelivery delivery, CancellationToken _) =>
                Task.FromResult($"closed by {delivery.ScheduleId}"));
        });

        SignedDelivery delivery = Delivery("/close-day", "") with { Headers = [new("Upstash-Schedule-Id", "close-day")] };
        HttpResponseMessage reply = await client.SendAsync(delivery.ToRequest());

        Assert.Equal("closed by close-day", await reply.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Callback_tells_what_became_of_a_message()
    {
        HttpClient client = await StartAsync(static app => app.MapQStash("/failures", static (QStashDelivery<QStashCallback> delivery, Billing billing, CancellationToken _) =>
        {
            QStashCallback failure = delivery.Payload;
            if (failure.IsFailure)
            {
                Invoice lost = failure.ReadSource<Invoice>();
                billing.Lost.Add($"{lost.Id}: {failure.Status} after {failure.Retried} retries");
            }

            return Task.CompletedTask;
        }));

        Assert.Equal(HttpStatusCode.OK, await SendAsync(client, "/failures", """
            {"status":500,"retried":3,"maxRetries":3,"dlqId":"dlq_1","sourceMessageId":"msg_1","url":"https://shop.test/invoices","sourceBody":"eyJpZCI6ImktMSIsInRvdGFsIjo1fQ=="}
            """));
        Assert.Equal(["i-1: 500 after 3 retries"], _billing.Lost);
    }

    [Fact]
    public async Task Middleware_answers_in_place_of_the_handler_and_exceptions_are_mapped()
    {
        HttpClient client = await StartAsync(
            static app => app.MapQStash<Invoice, InvoiceHandler>("/invoices"),
            static qstash =>
            {
                qstash.AddMiddleware<OnlyOnce>();
                qstash.MapException<CardDeclinedException>(static declined => QStashResult.DeadLetter(declined.Message));
                qstash.MapException<TimeoutException>(static _ => QStashResult.Retry(TimeSpan.FromMinutes(1)));
            });
        SignedDelivery delivery = Delivery("/invoices", """{"id":"i-1","total":5}""");

        Assert.Equal(HttpStatusCode.OK, (await client.SendAsync(delivery.ToRequest())).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await client.SendAsync(delivery.ToRequest())).StatusCode);
        Assert.Single(_billing.Charged);
        Assert.Equal((HttpStatusCode)489, await SendAsync(client, "/invoices", """{"id":"declined","total":5}"""));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await SendAsync(client, "/invoices", """{"id":"slow","total":5}"""));
    }

    [Fact]
    public async Task Keys_come_from_a_source_of_the_app_s_own()
    {
        HttpClient client = await StartAsync(
            static app => app.MapQStash<Invoice, InvoiceHandler>("/invoices"),
            qstash =>
            {
                qstash.Services.AddSingleton(new Vault(_signingKey));
                qstash.UseSigningKeys<VaultKeys>();
            },
            configuredKey: null);

        Assert.Equal(HttpStatusCode.OK, await SendAsync(client, "/invoices", """{"id":"i-1","total":5}"""));
    }

    [Fact]
    public async Task Existing_group_is_protected_and_sees_the_delivery()
    {
        HttpClient client = await StartAsync(static app =>
        {
            RouteGroupBuilder hooks = app.MapGroup("/hooks").RequireQStashSignature();
            hooks.MapPost("/orders", static (Invoice invoice, HttpContext context) => Results.Ok($"{invoice.Id} in {context.GetQStashDelivery()!.MessageId}"));
        });
        SignedDelivery delivery = Delivery("/hooks/orders", """{"id":"i-1","total":5}""") with { MessageId = "msg_7" };

        Assert.Equal("\"i-1 in msg_7\"", await (await client.SendAsync(delivery.ToRequest())).Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.SendAsync(delivery.Tampered().ToRequest())).StatusCode);
    }

    [Fact]
    public async Task Fan_out_and_queues_are_outputs()
    {
        HttpClient client = await StartAsync(static app => app.MapQStash("/invoices", static (QStashDelivery<Invoice> delivery, CancellationToken _) =>
        {
            Invoice invoice = delivery.Payload;
            return Task.FromResult(QStashResult.Success(
                new QStashMessage<Invoice>(Destination.UrlGroup("paid"), invoice),
                new QStashMessage<Reminder>(Destination.Url("https://shop.test/remind"), new Reminder(invoice.Id))
                {
                    Queue = "reminders",
                    Options = new() { Delay = TimeSpan.FromDays(14) },
                }));
        }));

        Assert.Equal(HttpStatusCode.OK, await SendAsync(client, "/invoices", """{"id":"i-1","total":5}"""));
        Assert.Equal(["paid", "https://shop.test/remind"], _published.Messages.Select(static message => message.Destination.Value));
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }
    }

    private async Task<HttpClient> StartAsync(Action<WebApplication> map, Action<QStashBuilder>? qstash = null, string? configuredKey = "")
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseTestServer();
        builder.Services.AddSingleton<Seen>().AddSingleton(_billing).AddSingleton<IQStashPublisher>(_published);
        QStashBuilder added = builder.AddQStash(options => options.CurrentSigningKey = configuredKey is null ? null : _signingKey);
        qstash?.Invoke(added);
        _app = builder.Build();
        map(_app);
        await _app.StartAsync();
        return _app.GetTestClient();
    }

    private async Task<HttpStatusCode> SendAsync(HttpClient client, string path, string json) => (await client.SendAsync(Delivery(path, json).ToRequest())).StatusCode;

    private SignedDelivery Delivery(string path, string json) => new SignedDelivery("https://shop.test" + path, _signingKey).WithJson(json);
}

public sealed record Invoice(string Id, decimal Total);

public sealed record Reminder(string InvoiceId);

public sealed class Billing
{
    internal List<string> Charged { get; } = [];

    internal List<string> Lost { get; } = [];
}

public sealed class CardDeclinedException() : Exception("the card was declined");

public sealed class InvoiceHandler(Billing billing) : IQStashHandler<Invoice>
{
    public Task<QStashResult> HandleAsync(QStashDelivery<Invoice> delivery, CancellationToken cancellationToken)
    {
        Invoice invoice = delivery.Payload;
        switch (invoice.Id)
        {
            case "declined": throw new CardDeclinedException();
            case "slow": throw new TimeoutException();
        }

        billing.Charged.Add($"{delivery.RouteValues.GetValueOrDefault("tenant")}: {invoice.Id}");
        return Task.FromResult(QStashResult.Success());
    }
}

public sealed class OnlyOnce(Seen seen) : IQStashMiddleware
{
    public async Task<QStashResult> InvokeAsync(QStashDelivery delivery, QStashNext next, CancellationToken cancellationToken)
    {
        if (seen.Contains(delivery.MessageId))
        {
            return QStashResult.Success();
        }

        QStashResult result = await next(cancellationToken);
        if (result.Outcome == QStashOutcome.Success)
        {
            seen.Add(delivery.MessageId);
        }

        return result;
    }
}

public sealed class Seen
{
    private readonly HashSet<string> _ids = [];

    internal bool Contains(string messageId) => _ids.Contains(messageId);

    internal void Add(string messageId) => _ids.Add(messageId);
}

public sealed class Vault(string key)
{
    internal ValueTask<string> ReadAsync(string name, CancellationToken cancellationToken) => ValueTask.FromResult(name == "current" ? key : SignedDelivery.NewSigningKey());
}

public sealed class VaultKeys(Vault vault) : ISigningKeySource
{
    public async ValueTask<IReadOnlyList<string>> GetSigningKeysAsync(string? region, CancellationToken cancellationToken) =>
        [await vault.ReadAsync("current", cancellationToken), await vault.ReadAsync("next", cancellationToken)];
}
