using QStash.Serverless.DevServerTests.Server;

namespace QStash.Serverless.DevServerTests.Conformance.Rows;

/// <summary>Section 7: retries and their delays.</summary>
internal static class RetryRows
{
    public static IEnumerable<Row> All =>
    [
        new("7.1", "three retries by default, after 12 s, 2 m 28 s and 30 m 8 s", async q => await DelaysAreAsync(q, [12_182, 148_413, 1_808_042])),
        new("7.1", "a retry waits a day at most", async q => await DelaysAreAsync(q, [12_182, 148_413, 1_808_042, 22_026_466, 86_400_000], "Upstash-Retries: 5")),
        new("7.1", "no retry with Upstash-Retries: 0", async q => await DelaysAreAsync(q, [], "Upstash-Retries: 0")),
        .. Expressions.Select(e => new Row("7.2", $"the expression {e.Text}", async q =>
            await DelaysAreAsync(q, e.Delays, "Upstash-Retry-Delay: " + e.Text, $"Upstash-Retries: {e.Delays.Length}"))),
        .. new[] { "exp(3)*0+1000", "sqrt(4)*500", "abs(0-1000)", "floor(1000.9)", "ceil(999.1)", "round(999.5)", "min(1000,2000)", "max(1,1000)", "pow(10,3)", "(2-1)*1000", "2000/2" }.Select(text => new Row("7.2", $"the function or operator in {text}", async q =>
            await DelaysAreAsync(q, [1000], "Upstash-Retry-Delay: " + text, "Upstash-Retries: 1"))),
        .. new[] { "pow(1)", "pow(1,2,3)", "sin(1)", "retry", "1 +", "(1", "1 2", "1e3" }.Select(text => new Row("7.2", $"'{text}' is no expression", q =>
            q.Refused(400, "Upstash-Retry-Delay", "POST /v2/publish/https://app.test/a", "x", "Upstash-Retry-Delay: " + text))),
        new("7.2", "a negative result waits nothing, a huge one a day", async q =>
        {
            await DelaysAreAsync(q, [0, 86_400_000], "Upstash-Retry-Delay: (retried * 2 - 1) * 100000000", "Upstash-Retries: 2");
        }),
        .. ServerDriven.Select(s => new Row("7.3", $"the response header {s.Header}", async q =>
        {
            q.App.Answers(_ => TestApp.Reply(503, "", s.Header));
            await AnsweredDelaysAreAsync(q, [(long)(s.Seconds * 1000)], "Upstash-Retry-Delay: 1000", "Upstash-Retries: 1");
        })),
        new("7.3", "the first of the four headers in their order counts", async q =>
        {
            q.App.Answers(_ => TestApp.Reply(503, "", "X-RateLimit-Reset-Tokens: 4", "X-RateLimit-Reset-Requests: 3", "X-RateLimit-Reset: 2", "Retry-After: 1"));
            await AnsweredDelaysAreAsync(q, [1000], "Upstash-Retries: 1");
        }),
        new("7.3", "it adds no attempts", async q =>
        {
            q.App.Answers(_ => TestApp.Reply(503, "", "Retry-After: 1"));
            await AnsweredDelaysAreAsync(q, [1000], "Upstash-Retries: 1");
        }),
    ];

    private static (string Text, long[] Delays)[] Expressions =>
    [
        ("1000", [1000, 1000]), ("1000 * (1 + retried)", [1000, 2000, 3000]), ("1000 * retried", [0, 1000, 2000]), ("pow(2, retried) * 1000", [1000, 2000, 4000, 8000]),
        ("max(1000, pow(2, retried) * 100)", [1000, 1000, 1000, 1000, 1600]), ("min(pow(3, retried) * 1000, 300000)", [1000, 3000, 9000, 27_000, 81_000]),
    ];

    private static (string Header, double Seconds)[] ServerDriven =>
    [
        ("Retry-After: 7", 7), ("Retry-After: 0", 0), ("Retry-After: 6m5s", 365), ("Retry-After: 1.5s", 1.5), ("Retry-After: 250ms", 0.25), ("Retry-After: Tue, 01 Jan 2030 00:01:30 GMT", 90),
        ("Retry-After: Mon, 31 Dec 2029 00:00:00 GMT", 0), ("Retry-After: 90000", 1), ("Retry-After: soon", 1), ("X-RateLimit-Reset: 8", 8), ("X-RateLimit-Reset: 1900000000", 1),
        ("X-RateLimit-Reset-Requests: 1m", 60), ("X-RateLimit-Reset-Tokens: 9", 9),
    ];

    /// <summary>Compares the times between the attempts of a message that is always answered 500, in milliseconds.</summary>
    private static Task DelaysAreAsync(Bench q, long[] expected, params string[] headers)
    {
        q.App.Answers(_ => TestApp.Reply(500));
        return AnsweredDelaysAreAsync(q, expected, headers);
    }

    private static async Task AnsweredDelaysAreAsync(Bench q, long[] expected, params string[] headers)
    {
        string id = await q.Publish("/a", headers);
        await q.Advance(86_400 * 3);
        long[] attempts = [.. (await q.EventsOf(id)).Where(e => (string?)e["state"] == "ACTIVE").Select(e => (long)e["time"]!)];
        Assert.Equal(expected, attempts.Skip(1).Zip(attempts, (next, last) => next - last));
    }
}
