using QStash.Serverless.Testing;
using QStash.Serverless.Tests.FunctionsHost;

namespace QStash.Serverless.HostTests.AzureFunctions.RealWorker;

/// <summary>The sample app on the vendor's own worker, in each of the ways in which a function app starts.</summary>
public abstract class RealWorkerContract(string startup)
{
    private const string Good = """{"id":"o-1","total":42.5}""";

    [RealWorkerFact]
    public async Task Delivery_is_good_its_output_reaches_the_next_function_before_the_reply()
    {
        await using RealApp app = await RealApp.StartAsync(startup);

        HostReply reply = await app.SendAsync(app.Delivery("orders/placed", Good));
        await app.DrainAsync();

        Assert.Equal((200, ""), (reply.Status, reply.Text));
        Assert.Equal([("/api/receipts", """{"orderId":"o-1","total":42.5}""", 200)], app.Deliveries.All);
        Assert.Contains("Receipt of o-1 over 42.5", app.Host.Logs, StringComparison.Ordinal);
    }

    [RealWorkerFact]
    public async Task Delivery_is_forged_401_and_the_function_does_not_run()
    {
        await using RealApp app = await RealApp.StartAsync(startup);
        SignedDelivery delivery = app.Delivery("receipts", """{"orderId":"o-1","total":1}""");

        HostReply[] replies = [await app.SendAsync(delivery.Tampered()), await app.SendAsync(delivery.WithWrongKey()), await app.SendAsync(delivery.WithWrongUrl()), await app.SendAsync(delivery.Expired())];
        HostReply unsigned = await app.RequestAsync(HttpMethod.Post, "/api/receipts", "{}");

        Assert.All(replies.Append(unsigned), static reply => Assert.Equal((401, ""), (reply.Status, reply.Text)));
        Assert.DoesNotContain("Receipt of", app.Host.Logs, StringComparison.Ordinal);
    }

    [RealWorkerFact]
    public async Task Delivery_can_never_succeed_489_and_nothing_is_published()
    {
        await using RealApp app = await RealApp.StartAsync(startup);

        HostReply unreadable = await app.SendAsync(app.Delivery("orders/placed", "{"));
        HostReply refused = await app.SendAsync(app.Delivery("orders/placed", """{"id":"o-1","total":-1}"""));
        await app.DrainAsync();

        Assert.Equal((489, "true"), (unreadable.Status, unreadable.Headers["Upstash-NonRetryable-Error"]));
        Assert.Equal((489, "true", "a negative total"), (refused.Status, refused.Headers["Upstash-NonRetryable-Error"], refused.Text));
        Assert.Empty(app.Deliveries.All);
    }

    [RealWorkerFact]
    public async Task Delivery_fails_for_now_503_or_500_and_nothing_is_published()
    {
        await using RealApp app = await RealApp.StartAsync(startup);

        HostReply later = await app.SendAsync(app.Delivery("orders/placed", """{"id":"o-1","total":0}"""));
        HostReply thrown = await app.SendAsync(app.Delivery("orders/placed", """{"id":"broken","total":1}"""));
        await app.DrainAsync();

        Assert.Equal((503, "30"), (later.Status, later.Headers["Retry-After"]));
        Assert.Equal((500, ""), (thrown.Status, thrown.Text));
        Assert.Contains("The till is broken.", app.Host.Logs, StringComparison.Ordinal);
        Assert.Empty(app.Deliveries.All);
    }

    [RealWorkerFact]
    public async Task Output_cannot_be_published_500_so_that_QStash_retries()
    {
        await using RealApp app = await RealApp.StartAsync(startup, ("QSTASH_TOKEN", "another-account"));

        HostReply reply = await app.SendAsync(app.Delivery("orders/placed", Good));

        Assert.Equal((500, ""), (reply.Status, reply.Text));
    }

    [RealWorkerFact]
    public async Task Other_output_beside_ours_goes_to_the_host_on_success_only()
    {
        await using RealApp app = await RealApp.StartAsync(startup);

        HostReply good = await app.SendAsync(app.Delivery("orders/split", """{"id":"o-1","total":5}"""));
        HostReply dead = await app.SendAsync(app.Delivery("orders/split", """{"id":"o-2","total":-5}"""));
        await app.DrainAsync();

        Assert.Equal((200, "split o-1"), (good.Status, good.Text));
        Assert.Equal((489, "a negative total"), (dead.Status, dead.Text));
        Invocation[] invocations = [.. app.Host.Invocations.Where(static ended => ended.Function == "order-split").Select(static ended => ended.Ended)];
        Assert.Equal([new("Packing", "pack o-1")], invocations[0].Outputs);
        Assert.Empty(invocations[1].Outputs);
        Assert.Equal(2, app.Deliveries.All.Count(static delivered => delivered == ("/api/receipts", """{"orderId":"o-1","total":2.5}""", 200)));
        Assert.Equal(2, app.Deliveries.All.Count);
    }

    [RealWorkerFact]
    public async Task Other_output_beside_ours_is_withheld_when_ours_cannot_be_published()
    {
        await using RealApp app = await RealApp.StartAsync(startup, ("QSTASH_TOKEN", "another-account"));

        HostReply reply = await app.SendAsync(app.Delivery("orders/split", """{"id":"o-1","total":5}"""));

        Assert.Equal((500, ""), (reply.Status, reply.Text));
        Assert.Empty(Assert.Single(app.Host.Invocations).Ended.Outputs);
    }

    [RealWorkerFact]
    public async Task Timer_publishes_each_element_and_nothing_when_it_fails()
    {
        await using RealApp app = await RealApp.StartAsync(startup);

        Invocation due = await app.Host.InvokeAsync("close-day", """{"IsPastDue":false}""");
        Invocation late = await app.Host.InvokeAsync("close-day", """{"IsPastDue":true}""");
        await app.DrainAsync();

        Assert.Null(due.Failure);
        Assert.Empty(due.Outputs);
        Assert.Contains("Too late to close the day.", late.Failure, StringComparison.Ordinal);
        Assert.Equal(
            [("/api/days/close", """{"region":"EU"}""", 200), ("/api/days/close", """{"region":"US"}""", 200)],
            app.Deliveries.All.OrderBy(static delivered => delivered.Body, StringComparer.Ordinal));
    }

    [RealWorkerFact]
    public async Task Timer_cannot_publish_it_fails()
    {
        await using RealApp app = await RealApp.StartAsync(startup, ("QSTASH_TOKEN", "another-account"));

        Invocation due = await app.Host.InvokeAsync("close-day", """{"IsPastDue":false}""");

        Assert.NotNull(due.Failure);
    }

    [RealWorkerFact]
    public async Task Http_function_publishes_and_answers()
    {
        await using RealApp app = await RealApp.StartAsync(startup);

        HostReply reply = await app.RequestAsync(HttpMethod.Post, "/api/checkout/o-7", "");
        await app.DrainAsync();

        Assert.Equal((202, "order o-7"), (reply.Status, reply.Text));
        Assert.Equal(["/api/orders/placed", "/api/receipts"], app.Deliveries.All.Select(static delivered => delivered.Path).Order(StringComparer.Ordinal));
        Assert.All(app.Deliveries.All, static delivered => Assert.Equal(200, delivered.Status));
    }

    [RealWorkerFact]
    public async Task Functions_without_QStash_are_left_alone()
    {
        await using RealApp app = await RealApp.StartAsync(startup);

        HostReply get = await app.RequestAsync(HttpMethod.Get, "/api/health");
        HostReply post = await app.RequestAsync(HttpMethod.Post, "/api/health", "and well");
        Invocation heartbeat = await app.Host.InvokeAsync("heartbeat", """{"IsPastDue":false}""");

        Assert.Equal((200, "healthy"), (get.Status, get.Text));
        Assert.Equal((200, "healthy and well"), (post.Status, post.Text));
        Assert.Equal([new("$return", "alive")], heartbeat.Outputs);
    }

    [RealWorkerFact]
    public async Task Parameter_is_text_bytes_a_route_value_a_delivery_or_a_callback()
    {
        await using RealApp app = await RealApp.StartAsync(startup);
        byte[] scan = new byte[300_000];
        Random.Shared.NextBytes(scan);

        HostReply note = await app.SendAsync(app.Delivery("orders/o-1/notes", "ring twice") with { ContentType = "text/plain" });
        HostReply bytes = await app.SendAsync(app.Delivery("orders/scans", "") with { Body = scan, ContentType = "application/octet-stream" });
        HostReply empty = await app.SendAsync(app.Delivery("orders/sweep", "") with { Body = default, ContentType = null, MessageId = "msg_sweep" });
        HostReply callback = await app.SendAsync(app.Delivery("orders/failed", """
            {"status":503,"header":{},"body":"YnVzeQ==","retried":3,"maxRetries":3,"sourceMessageId":"msg_4","url":"https://shop.test/api/orders/placed","method":"POST","createdAt":1900000000000}
            """));

        Assert.Equal((200, "o-1: ring twice"), (note.Status, note.Text));
        Assert.Equal((200, "300000 bytes"), (bytes.Status, bytes.Text));
        Assert.Equal((200, ""), (empty.Status, empty.Text));
        Assert.Contains("Swept by msg_sweep", app.Host.Logs, StringComparison.Ordinal);
        Assert.Equal((200, "503 after 3"), (callback.Status, callback.Text));
    }

    [RealWorkerFact]
    public async Task Public_url_is_unset_the_URL_that_the_host_saw_counts()
    {
        await using RealApp app = await RealApp.StartAsync(startup, ("QSTASH_PUBLIC_BASE_URL", null));
        SignedDelivery delivery = new SignedDelivery($"{app.Host.Url}/api/orders/o%202/notes?x=%2F", app.QStash.CurrentSigningKey).WithJson("hm") with { ContentType = "text/plain" };

        HostReply reply = await app.SendAsync(delivery);
        HostReply elsewhere = await app.SendAsync(delivery.WithWrongUrl());

        Assert.Equal((200, "o 2: hm"), (reply.Status, reply.Text));
        Assert.Equal(401, elsewhere.Status);
    }

    [RealWorkerFact]
    public async Task Keys_are_unusable_QStash_functions_answer_503_and_the_others_work()
    {
        await using RealApp app = await RealApp.StartAsync(startup, ("QSTASH_CURRENT_SIGNING_KEY", "sig_short"), ("QSTASH_NEXT_SIGNING_KEY", null));

        HostReply reply = await app.SendAsync(app.Delivery("receipts", """{"orderId":"o-1","total":1}"""));
        HostReply health = await app.RequestAsync(HttpMethod.Get, "/api/health");

        Assert.Equal((503, ""), (reply.Status, reply.Text));
        Assert.Contains("Retry-After", reply.Headers.Keys);
        Assert.Contains("shorter than 16 characters", app.Host.Logs, StringComparison.Ordinal);
        Assert.Equal(200, health.Status);
    }

    [RealWorkerFact]
    public async Task Host_ends_the_worker_it_exits_with_0()
    {
        await using RealApp app = await RealApp.StartAsync(startup);

        Assert.Equal(0, await app.Host.TerminateAsync());
    }
}

public sealed class PlainWorkerTests() : RealWorkerContract("plain");

public sealed class AspNetCoreWorkerTests() : RealWorkerContract("aspnetcore");

public sealed class HostBuilderWorkerTests() : RealWorkerContract("hostbuilder");

public sealed class HostBuilderAspNetCoreWorkerTests() : RealWorkerContract("hostbuilder-aspnetcore");
