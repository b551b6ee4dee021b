using System.Text.Json.Nodes;
using QStash.Serverless.DevServerTests.Server;

namespace QStash.Serverless.DevServerTests.Conformance.Rows;

/// <summary>The filters of sections 2.4, 2.5 and 2.6, each in every place that takes it: two messages that differ in just that, and one is found.</summary>
internal static class FilterRows
{
    public static IEnumerable<Row> All =>
    [
        .. Filters.Select(f => new Row("2.5", $"logs filtered by {f.Name}", async q =>
        {
            (string wanted, string other) = await f.Two(q, "Upstash-Delay: 1h");
            Assert.Equal([wanted], (await q.Events("?state=CREATED&" + f.Query)).Select(e => (string)e["messageId"]!));
            Assert.Equal(2, (await q.Events($"?state=CREATED&messageIds={wanted}&messageIds={other}")).Length);
        })),
        .. Filters.Select(f => new Row("2.4", $"bulk cancel filtered by {f.Name} in the query", async q =>
        {
            (string wanted, string other) = await f.Two(q, "Upstash-Delay: 1h");
            Assert.Equal("""{"cancelled":1}""", (await q.Send("DELETE /v2/messages?" + f.Query)).Text);
            Assert.EndsWith("CANCELED", await q.States(wanted), StringComparison.Ordinal);
            Assert.Equal("CREATED", await q.States(other));
        })),
        .. Filters.Select(f => new Row("2.4", $"bulk cancel filtered by {f.Name} in a JSON body", async q =>
        {
            (string wanted, _) = await f.Two(q, "Upstash-Delay: 1h");
            string[] parts = f.Query.Split('=', 2);
            Assert.Equal("""{"cancelled":1}""", (await q.Send("DELETE /v2/messages", new JsonObject { [parts[0]] = parts[1] }.ToJsonString())).Text);
            Assert.EndsWith("CANCELED", await q.States(wanted), StringComparison.Ordinal);
        })),
        .. Dead.Select(f => new Row("2.6", $"DLQ list filtered by {f.Name}", async q =>
        {
            (string wanted, _) = await FailTwoAsync(q, f);
            Assert.Equal([wanted], (await q.Dlq("?" + f.Query)).Select(e => (string)e["messageId"]!));
        })),
        .. Dead.Select(f => new Row("2.6", $"DLQ bulk delete filtered by {f.Name}", async q =>
        {
            (_, string other) = await FailTwoAsync(q, f);
            Assert.Equal("""{"deleted":1}""", (await q.Send("DELETE /v2/dlq?" + f.Query)).Text);
            Assert.Equal([other], (await q.Dlq()).Select(e => (string)e["messageId"]!));
        })),
        .. Dead.Select(f => new Row("2.6", $"DLQ bulk retry filtered by {f.Name}", async q =>
        {
            (_, string other) = await FailTwoAsync(q, f);
            Assert.Single((await q.Json("POST /v2/dlq/retry?" + f.Query))["responses"]!.AsArray());
            Assert.Equal([other], (await q.Dlq()).Select(e => (string)e["messageId"]!));
        })),
        .. new[] { "DELETE /v2/dlq", "POST /v2/dlq/retry" }.Select(line => new Row("13", $"row 32: an unknown filter of {line} is 400", q => q.Refused(400, "lable", line + "?lable=a"))),
        .. new[] { "host", "path" }.Select(name => new Row("2.6", $"the DLQ refuses the filter {name}", async q =>
        {
            await q.Refused(400, name, $"GET /v2/dlq?{name}=x");
            await q.Refused(400, name, $"DELETE /v2/dlq?{name}=x");
        })),
        new("2.6", "the DLQ filter responseStatus", async q =>
        {
            q.App.Answers(r => TestApp.Reply(r.Path == "/1" ? 500 : 404));
            await q.Publish("/1", "Upstash-Retries: 0");
            await q.Publish("/2", "Upstash-Retries: 0");
            await q.Settle();
            Assert.Equal("https://app.test/2", (string?)Assert.Single(await q.Dlq("?responseStatus=404"))["url"]);
            Assert.Equal(2, (await q.Dlq("?responseStatus=404&responseStatus=500")).Length);
        }),
        new("2.5", "logs filtered by a host or a path of several", async q =>
        {
            await q.Publish("/1", "Upstash-Delay: 1h");
            await q.Publish("/2", "Upstash-Delay: 1h");
            await q.Publish("/3", "Upstash-Delay: 1h");
            Assert.Equal(2, (await q.Events("?path=/1,/3")).Length);
            Assert.Equal(3, (await q.Events("?host=other.test&host=app.test")).Length);
        }),
        new("2.5", "values of one filter are alternatives, filters add up", async q =>
        {
            await q.Publish("/1", "Upstash-Label: a", "Upstash-Delay: 1h");
            await q.Publish("/2", "Upstash-Label: b", "Upstash-Delay: 1h");
            await q.Publish("/3", "Upstash-Label: c", "Upstash-Delay: 1h");
            Assert.Equal(2, (await q.Events("?label=a&label=b")).Length);
            Assert.Equal(2, (await q.Events("?label=a,c")).Length);
            Assert.Single(await q.Events("?label=a,b&path=/2"));
        }),
        new("2.4", "callerIP is another spelling of callerIp", async q =>
        {
            await q.Publish("/1", "Upstash-Delay: 1h");
            Assert.Equal("""{"cancelled":0}""", (await q.Send("DELETE /v2/messages?callerIP=203.0.113.1")).Text);
            Assert.Equal("""{"cancelled":1}""", (await q.Send("DELETE /v2/messages?callerIP=127.0.0.1")).Text);
        }),
        new("2.5", "logs filtered by callerIp", async q =>
        {
            await q.Publish("/1", "Upstash-Delay: 1h");
            Assert.Single(await q.Events("?callerIp=127.0.0.1"));
            Assert.Empty(await q.Events("?callerIp=203.0.113.1"));
        }),
        new("2.6", "the DLQ filter callerIp", async q =>
        {
            await q.Fail();
            Assert.Single(await q.Dlq("?callerIp=127.0.0.1"));
            Assert.Empty(await q.Dlq("?callerIp=203.0.113.1"));
        }),
    ];

    private static Filter[] Filters =>
    [
        new("topicName", "topicName=g", async (q, more) =>
        {
            await q.Group("/1");
            string wanted = (string)(await q.Json("POST /v2/publish/g", "x", more))[0]!["messageId"]!;
            return (wanted, await q.Publish("/2", more));
        }),
        Differ("queueName", "queueName=mail", "Upstash-Queue-Name: mail"),
        new("url", "url=https://app.test/1", async (q, more) => (await q.Publish("/1", more), await q.Publish("/2", more))),
        Differ("label", "label=a", "Upstash-Label: b,a"),
        Differ("flowControlKey", "flowControlKey=k", "Upstash-Flow-Control-Key: k", "Upstash-Flow-Control-Value: parallelism=9"),
        new("scheduleId", "scheduleId=s", async (q, more) =>
        {
            await q.CreateSchedule(more);
            string other = await q.Publish("/2", more);
            await q.Advance(600);
            await q.Ok("DELETE /v2/schedules/s");
            return ((string)(await q.Events("?scheduleId=s"))[0]["messageId"]!, other);
        }),
        new("fromDate", $"fromDate={Bench.Now + 60_000}", async (q, more) =>
        {
            string other = await q.Publish("/1", more);
            await q.Advance(60);
            return (await q.Publish("/2", more), other);
        }),
        new("toDate", $"toDate={Bench.Now}", async (q, more) =>
        {
            string wanted = await q.Publish("/1", more);
            await q.Settle();
            await q.Advance(60);
            return (wanted, await q.Publish("/2", more));
        }),
        new("host", "host=app.test:8443", async (q, more) =>
        {
            string wanted = (string)(await q.Json("POST /v2/publish/https://app.test:8443/1", "x", more))["messageId"]!;
            return (wanted, await q.Publish("/1", more));
        }),
        new("path", "path=/1", async (q, more) => (await q.Publish("/1?x=1", more), await q.Publish("/1/2", more))),
    ];

    private static IEnumerable<Filter> Dead => Filters.Where(f => f.Name is not ("host" or "path")).Append(
        new("messageId", "", async (q, more) => (await q.Publish("/1", more), await q.Publish("/2", more))));

    private static Filter Differ(string name, string query, params string[] headers)
        => new(name, query, async (q, more) => (await q.Publish("/1", [.. headers, .. more]), await q.Publish("/2", more)));

    private static async Task<(string Wanted, string Other)> FailTwoAsync(Bench q, Filter filter)
    {
        q.App.Answers(_ => TestApp.Reply(500));
        (string wanted, string other) = await filter.Two(q, "Upstash-Retries: 0");
        await q.Settle();
        q.App.Answers(_ => TestApp.Reply(200));
        filter.Query = filter.Query.Length > 0 ? filter.Query : "messageId=" + wanted;
        return (wanted, other);
    }

    /// <param name="name">The filter.</param>
    /// <param name="query">The filter with the value that means the first of the two messages.</param>
    /// <param name="two">Publishes them.</param>
    private sealed class Filter(string name, string query, Func<Bench, string[], Task<(string Wanted, string Other)>> two)
    {
        public string Name { get; } = name;

        public string Query { get; set; } = query;

        public Task<(string Wanted, string Other)> Two(Bench q, params string[] more) => two(q, more);
    }
}
