using System.Text.Json.Nodes;
using QStash.Serverless.DevServerTests.Server;

namespace QStash.Serverless.DevServerTests.Conformance.Rows;

/// <summary>Section 3: each header where it is accepted, read back from the message or schedule it configures.</summary>
internal static class HeaderRows
{
    public static IEnumerable<Row> All =>
    [
        .. Headers.Select(h => new Row("3", $"{h.Name} on publish", async q => h.Check(await q.Published(h.Lines)))),
        .. Headers.Select(h => new Row("3", $"{h.Name} on enqueue", async q =>
        {
            JsonNode sent = await q.Json("POST /v2/enqueue/mail/https://app.test/a", "hello", h.Lines);
            h.Check(await q.Message((string)sent["messageId"]!));
        })),
        .. Headers.Select(h => new Row("3", $"{h.Name} on a batch item", async q =>
        {
            JsonObject headers = [.. h.Lines.Select(l => l.Split(": ", 2)).Select(l => KeyValuePair.Create<string, JsonNode?>(l[0], l[1]))];
            JsonNode sent = await q.Json("POST /v2/batch", new JsonArray(new JsonObject { ["destination"] = "https://app.test/a", ["body"] = "hello", ["headers"] = headers }).ToJsonString());
            h.Check(await q.Message((string)sent[0]!["messageId"]!));
        })),
        .. Headers.Where(h => h.Name != "Upstash-Not-Before").Select(h => new Row("3", $"{h.Name} on a schedule", async q =>
        {
            await q.CreateSchedule([.. h.Lines]);
            await q.Advance(600);
            h.Check(await q.Message((string)(await q.Events("?scheduleId=s"))[0]["messageId"]!));
        })),
        .. Headers.Where(h => h.Name != "Content-Type").Select(h => new Row("3.4", $"{h.Name} as a query parameter", async q =>
        {
            string query = string.Join('&', h.Lines.Select(l => l.Split(": ", 2)).Select(l => l[0].ToLowerInvariant() + "=" + Uri.EscapeDataString(l[1])));
            JsonNode sent = await q.Json("POST /v2/publish/https://app.test/a?" + query, "hello");
            h.Check(await q.Message((string)sent["messageId"]!));
        })),
        .. Headers.Select(h => new Row("3.4", $"{h.Name} as a URL group's default", async q =>
        {
            await q.Group("/a");
            JsonObject headers = [.. h.Lines.Select(l => l.Split(": ", 2)).Select(l => KeyValuePair.Create<string, JsonNode?>(l[0], l[1]))];
            await q.Ok("PATCH /v2/topics/g", new JsonObject { ["headers"] = headers }.ToJsonString());
            JsonNode sent = await q.Json("POST /v2/publish/g", "hello");
            h.Check(await q.Message((string)sent[0]!["messageId"]!));
        })),
        .. Headers.Where(h => h.Name != "Content-Type").Select(h => new Row("3", $"{h.Name} overrides in a DLQ retry", async q =>
        {
            JsonNode sent = await q.Json("POST /v2/dlq/retry/" + await q.Fail(), null, h.Lines);
            h.Check(await q.Message((string)sent["messageId"]!));
        })),
        .. Options.SelectMany(o => new[] { "Callback", "Failure-Callback" }, (o, family) => new Row("3", $"Upstash-{family}-{o.Name}: {o.Value}", async q =>
        {
            q.App.Answers(r => TestApp.Reply(r.Path == "/fails" ? 500 : 200));
            await q.Publish("/fails", ["Upstash-Retries: 0", $"Upstash-{family}: https://app.test/cb", $"Upstash-{family}-{o.Name}: {o.Value}"]);
            await q.Settle();
            o.Check((await q.Events("?state=CREATED&url=https://app.test/cb"))[0]);
        })),
        .. new[] { "Callback", "Failure-Callback" }.Select(family => new Row("3", $"Upstash-{family}-Forward-<Name>", async q =>
        {
            q.App.Answers(r => TestApp.Reply(r.Path == "/fails" ? 500 : 200));
            await q.Publish("/fails", "Upstash-Retries: 0", $"Upstash-{family}: https://app.test/cb", $"Upstash-{family}-Forward-X-Token: secret");
            await q.Settle();
            Assert.Equal("secret", q.App.Received.Single(r => r.Path == "/cb").Headers["X-Token"]);
        })),
        new("3", "Upstash-Header-Forward: true forwards every header, without the token and without control headers", async q =>
        {
            Received received = await q.Delivered("Upstash-Header-Forward: true", "X-Any: 1", "Upstash-Label: a", "Upstash-Forward-B: 2");
            Assert.Equal(("1", "2"), (received.Headers["X-Any"], received.Headers["B"]));
            Assert.DoesNotContain(received.Headers.Keys, k => k is "Authorization" or "Upstash-Label" or "Upstash-Header-Forward");
        }),
        .. new[] { "True", "TRUE", "true" }.Select(flag => new Row("3", $"Upstash-Content-Based-Deduplication: {flag}", async q =>
        {
            await q.Publish("/a", "Upstash-Content-Based-Deduplication: " + flag);
            Assert.Equal(202, (int)(await q.Send("POST /v2/publish/https://app.test/a", "hello", "Upstash-Content-Based-Deduplication: " + flag)).Status);
        })),
        new("3", "Upstash-Telemetry-*, Upstash-Workflow-* and unknown Upstash-* are ignored and not delivered", async q =>
        {
            Received received = await q.Delivered("Upstash-Telemetry-Sdk: x", "Upstash-Workflow-Init: true", "Upstash-Unknown: 1");
            Assert.DoesNotContain(received.Headers.Keys, k => k.StartsWith("Upstash-Telemetry", StringComparison.Ordinal) || k.StartsWith("Upstash-Workflow", StringComparison.Ordinal) || k == "Upstash-Unknown");
        }),
        new("3", "rule 1: Upstash-Forward-Content-Type sets the content type, and the plain one wins", async q =>
        {
            Assert.Equal("text/html", (string?)(await q.Published("Upstash-Forward-Content-Type: text/html"))["header"]!["Content-Type"]![0]);
            Assert.Equal("text/plain", (string?)(await q.Published("Upstash-Forward-Content-Type: text/html", "Content-Type: text/plain"))["header"]!["Content-Type"]![0]);
        }),
        new("3", "rule 3: the longest prefix counts", async q =>
        {
            JsonNode message = await q.Published("Upstash-Callback: https://app.test/cb", "Upstash-Callback-Forward-Retries: x", "Upstash-Failure-Callback: https://app.test/f", "Upstash-Failure-Callback-Forward-A: 1");
            Assert.Equal("""{"Retries":["x"]}""", message["callbackHeader"]!.ToJsonString());
            Assert.Equal("""{"A":["1"]}""", message["failureCallbackHeader"]!.ToJsonString());
        }),
        new("3", "rule 4: Upstash-Not-Before beats Upstash-Delay", async q =>
            Assert.Equal(Bench.Now + 60_000, (long)(await q.Published($"Upstash-Not-Before: {(Bench.Now / 1000) + 60}", "Upstash-Delay: 1h"))["notBefore"]!)),
        new("3", "rule 4: on a schedule only the delay is allowed", async q =>
            Assert.Equal(400, (int)(await q.CreateSchedule("Upstash-Not-Before: 1900000000")).Status)),
        new("3", "rule 5: an explicit deduplication id beats content", async q =>
        {
            await q.Publish("/a", "Upstash-Content-Based-Deduplication: true", "Upstash-Deduplication-Id: 1");
            Assert.Equal(200, (int)(await q.Send("POST /v2/publish/https://app.test/a", "hello", "Upstash-Content-Based-Deduplication: true", "Upstash-Deduplication-Id: 2")).Status);
        }),
        new("3", "rule 7: a repeated forward header keeps all its values", async q =>
        {
            Answer answer = await q.Raw($"POST /v2/publish/https://app.test/a HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {q.Server.Token}\r\nUpstash-Forward-A: 1\r\nUpstash-Forward-A: 2\r\nConnection: close\r\n\r\n");
            Assert.Equal("""["1","2"]""", (await q.Message((string)answer.Json["messageId"]!))["header"]!["A"]!.ToJsonString());
        }),
        new("3.4", "a header beats the query", async q =>
        {
            JsonNode sent = await q.Json("POST /v2/publish/https://app.test/a?upstash-retries=1", "x", "Upstash-Retries: 2");
            Assert.Equal(2, (int)(await q.Message((string)sent["messageId"]!))["maxRetries"]!);
        }),
        .. Bad.Select(line => new Row("3", $"'{line}' is 400 and named", q =>
            q.Refused(400, line.StartsWith("Upstash-Flow", StringComparison.Ordinal) ? "Upstash-Flow-Control" : line[..line.IndexOf(':', StringComparison.Ordinal)], "POST /v2/publish/https://app.test/a", "x", line))),
    ];

    private static Header[] Headers =>
    [
        new("Content-Type", ["Content-Type: text/plain"], m => Assert.Equal("text/plain", (string?)m["header"]!["Content-Type"]![0])),
        .. new[] { "GET", "POST", "PUT", "PATCH", "DELETE" }.Select(method => new Header($"Upstash-Method {method}", [$"Upstash-Method: {method}"], m => Assert.Equal(method, (string?)m["method"]))),
        new("Upstash-Forward-<Name>", ["Upstash-Forward-X-Tenant: t-9"], m => Assert.Equal("t-9", (string?)m["header"]!["X-Tenant"]![0])),
        new("Upstash-Delay", ["Upstash-Delay: 90s"], m => Assert.Equal((long)m["createdAt"]! + 90_000, (long)m["notBefore"]!)),
        new("Upstash-Not-Before", [$"Upstash-Not-Before: {(Bench.Now / 1000) + 77}"], m => Assert.Equal(Bench.Now + 77_000, (long)m["notBefore"]!)),
        new("Upstash-Retries", ["Upstash-Retries: 5"], m => Assert.Equal(5, (int)m["maxRetries"]!)),
        new("Upstash-Retry-Delay", ["Upstash-Retry-Delay: 1000"], m => Assert.Equal("1000", (string?)m["retryDelayExpression"])),
        new("Upstash-Callback", ["Upstash-Callback: https://app.test/cb"], m => Assert.Equal("https://app.test/cb", (string?)m["callback"])),
        new("Upstash-Failure-Callback", ["Upstash-Failure-Callback: https://app.test/f"], m => Assert.Equal("https://app.test/f", (string?)m["failureCallback"])),
        new("Upstash-Label", ["Upstash-Label: a,b"], m => Assert.Equal("""["a","b"]""", m["labels"]!.ToJsonString())),
        new("Upstash-Flow-Control-Key and -Value", ["Upstash-Flow-Control-Key: k", "Upstash-Flow-Control-Value: parallelism=3, rate=5, period=1m"], m =>
            Assert.Equal(("k", 3, 5, 60), ((string?)m["flowControlKey"], (int)m["parallelism"]!, (int)m["rate"]!, (int)m["period"]!))),
        new("Upstash-Redact-Fields", ["Upstash-Redact-Fields: body"], m => Assert.StartsWith("REDACTED:", (string?)m["body"], StringComparison.Ordinal)),
    ];

    private static (string Name, string Value, Action<JsonNode> Check)[] Options =>
    [
        ("Method", "PUT", e => Assert.Equal("PUT", (string?)e["method"])),
        ("Timeout", "30s", e => Assert.Equal(30_000, (int)e["timeout"]!)),
        ("Timeout", "30", e => Assert.Equal(30_000, (int)e["timeout"]!)),
        ("Retries", "1", e => Assert.Equal(1, (int)e["maxRetries"]!)),
        ("Retry-Delay", "1000", e => Assert.Equal("1000", (string?)e["retryDelayExpression"])),
        ("Delay", "5s", e => Assert.Equal(Bench.Now + 5000, (long)e["nextDeliveryTime"]!)),
    ];

    private static string[] Bad =>
    [
        "Upstash-Method: FETCH", "Upstash-Delay: soon", "Upstash-Not-Before: tomorrow", "Upstash-Timeout: x", "Upstash-Retries: x", "Upstash-Retries: -1", "Upstash-Retry-Delay: pow(1)",
        "Upstash-Callback: app.test", "Upstash-Failure-Callback: x", "Upstash-Callback-Retries: x", "Upstash-Failure-Callback-Timeout: x", "Upstash-Content-Based-Deduplication: x",
        "Upstash-Flow-Control-Key: k", "Upstash-Flow-Control-Value: rate=1", "Upstash-Redact-Fields: url", "Upstash-Queue-Name: a b", "Upstash-Cron: x",
    ];

    private sealed record Header(string Name, string[] Lines, Action<JsonNode> Check);
}
