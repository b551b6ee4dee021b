using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace QStash.Serverless.DevServerTests.Conformance.Rows;

/// <summary>Sections 3.1 to 3.3 and Appendix A: the small grammars inside headers.</summary>
internal static class GrammarRows
{
    public static IEnumerable<Row> All =>
    [
        .. Durations.Select(d => new Row("3.1", $"the duration {d.Text}", async q => Assert.Equal(Bench.Now + (d.Seconds * 1000), (long)(await q.Published("Upstash-Delay: " + d.Text))["notBefore"]!))),
        .. new[] { "1x", "1m1h", "1h 30m", "-5s", "1.5s", "s" }.Select(text => new Row("3.1", $"'{text}' is no duration", q =>
            q.Refused(400, "Upstash-Delay", "POST /v2/publish/https://app.test/a", "x", "Upstash-Delay: " + text))),
        .. FlowValues.Select(f => new Row("3.2", $"the flow-control value '{f.Text}'", async q =>
        {
            JsonNode message = await q.Published("Upstash-Flow-Control-Key: k", "Upstash-Flow-Control-Value: " + f.Text);
            Assert.Equal(f.Expected, $"{message["parallelism"]?.ToJsonString()}/{message["rate"]?.ToJsonString()}/{message["period"]?.ToJsonString()}");
        })),
        .. new[] { "", "period=1m", "rate=0", "rate=x", "speed=1", "rate=1,period=8d" }.Select(text => new Row("3.2", $"'{text}' is no flow-control value", q =>
            q.Refused(400, "Flow-Control", "POST /v2/publish/https://app.test/a", "x", "Upstash-Flow-Control-Key: k", "Upstash-Flow-Control-Value: " + text))),
        .. Redactions.Select(r => new Row("3.3", $"the redaction '{r.Text}'", async q =>
        {
            string id = await q.Publish("/a", "Upstash-Delay: 1h", "Upstash-Forward-A: 1", "Upstash-Forward-B: 2", "Upstash-Redact-Fields: " + r.Text);
            JsonNode message = await q.Message(id);
            Assert.Equal(
                (r.Body ? Mark("hello") : "hello", r.A ? Mark("1") : "1", r.B ? Mark("2") : "2"),
                ((string?)message["body"], (string?)message["header"]!["A"]![0], (string?)message["header"]!["B"]![0]));
        })),
        new("3.3", "redaction in schedules, logs and the DLQ, where a log's body is base64", async q =>
        {
            await q.CreateSchedule("Upstash-Redact-Fields: body");
            Assert.Equal(Mark("hello"), (string?)(await q.Schedule())["body"]);
            await q.Fail("/b", "Upstash-Redact-Fields: body");
            Assert.Equal(Mark("hello"), (string?)(await q.Dlq())[0]["body"]);
            Assert.Equal(Mark("hello"), Encoding.UTF8.GetString(Convert.FromBase64String((string)(await q.Events())[0]["body"]!)));
        }),
        new("3.3", "deliveries carry the originals", async q => Assert.Equal("hello", (await q.Delivered("Upstash-Redact-Fields: body")).Text)),
    ];

    private static (string Text, long Seconds)[] Durations =>
    [
        ("90s", 90), ("3m", 180), ("10h", 36_000), ("1d10h30m", 124_200), ("3d5h12m", 277_920), ("1h30m3s", 5403), ("30", 30), ("0s", 0), ("1d", 86_400),
    ];

    private static (string Text, string Expected)[] FlowValues =>
    [
        ("parallelism=5, rate=10, period=1m", "5/10/60"), ("parallelism=5,rate=10,period=1m", "5/10/60"), ("rate=1", "/1/1"), ("Parallelism=10", "10//1"), ("rate=3,period=90", "/3/90"), ("rate=1, period=7d", "/1/604800"),
    ];

    private static (string Text, bool Body, bool A, bool B)[] Redactions =>
    [
        ("body", true, false, false), ("header", false, true, true), ("headers", false, true, true), ("header[a]", false, true, false), ("headers[A], body", true, true, false), ("body,header", true, true, true),
    ];

    private static string Mark(string value) => "REDACTED:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(value)));
}
