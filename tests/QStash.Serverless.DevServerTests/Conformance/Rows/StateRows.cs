using System.Text.Json.Nodes;
using QStash.Serverless.DevServerTests.Server;

namespace QStash.Serverless.DevServerTests.Conformance.Rows;

/// <summary>Section 9.1: the states of a message and how many events each life has.</summary>
internal static class StateRows
{
    public static IEnumerable<Row> All =>
    [
        new("9.1", "delivered at once: three events", async q =>
        {
            string id = await q.Publish();
            await q.Settle();
            Assert.Equal("CREATED ACTIVE DELIVERED", await q.States(id));
            Assert.Single(await q.Events($"?messageId={id}&state=DELIVERED"));
        }),
        new("9.1", "failed without retries: four events", async q =>
        {
            q.App.Answers(_ => TestApp.Reply(500));
            string id = await q.Publish("/a", "Upstash-Retries: 0");
            await q.Settle();
            Assert.Equal("CREATED ACTIVE ERROR FAILED", await q.States(id));
        }),
        new("9.1", "each failed attempt with a retry: ACTIVE, ERROR, RETRY", async q =>
        {
            q.App.Answers(_ => TestApp.Reply(500));
            string id = await q.Publish("/a", "Upstash-Retries: 2", "Upstash-Retry-Delay: 1000");
            await q.Advance(5);
            Assert.Equal("CREATED ACTIVE ERROR RETRY ACTIVE ERROR RETRY ACTIVE ERROR FAILED", await q.States(id));
        }),
        new("9.1", "cancelled: CANCEL_REQUESTED, then CANCELED with one L", async q =>
        {
            string id = await q.Publish("/a", "Upstash-Delay: 1m");
            await q.Ok("DELETE /v2/messages/" + id);
            Assert.Equal("CREATED CANCEL_REQUESTED CANCELED", await q.States(id));
        }),
        new("9.1", "callbacks have events of their own", async q =>
        {
            string id = await q.Publish("/a", "Upstash-Callback: https://app.test/cb");
            await q.Settle();
            Assert.Equal(3, (await q.EventsOf(id)).Length);
            JsonNode[] callback = await q.Events("?url=https://app.test/cb&order=earliestFirst");
            Assert.Equal(["CREATED", "ACTIVE", "DELIVERED"], callback.Select(e => (string)e["state"]!));
        }),
        new("8.5", "a flow-control period is a week at most", q =>
            q.Refused(400, "", "POST /v2/publish/https://app.test/a", "x", "Upstash-Flow-Control-Key: k", "Upstash-Flow-Control-Value: rate=1, period=169h")),
        new("8.5", "a delay is a year at most for pay-as-you-go", async q =>
        {
            await q.Publish("/a", "Upstash-Delay: 365d");
            await q.Refused(412, "quota maxDelay exceeded, current limit: 31536000", "POST /v2/publish/https://app.test/a", "x", "Upstash-Delay: 366d");
        }),
    ];
}
