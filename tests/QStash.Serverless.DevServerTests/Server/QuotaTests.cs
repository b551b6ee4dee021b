using System.Net;
using System.Text.Json.Nodes;
using QStash.Serverless.DevServer;

namespace QStash.Serverless.DevServerTests.Server;

/// <summary>Limits by plan, with the hosted service's answers.</summary>
public abstract class QuotaTests(DevServerQuota quota) : ServerTest
{
    protected override void Configure(QStashDevServerOptions options) => options.Quota = quota;

    protected async Task AssertAsync(HttpStatusCode status, string? error, params string[] headers)
    {
        Answer answer = await SendAsync("POST", "/v2/publish/https://app.test/", "x", headers);
        Assert.Equal((status, error), (answer.Status, answer.Error));
    }

    protected async Task<HttpStatusCode> PublishBytesAsync(int size)
        => (await SendBytesAsync("POST", "/v2/publish/https://app.test/", new byte[size], "Upstash-Delay: 1d")).Status;
}

public sealed class PayAsYouGoQuotaTests() : QuotaTests(DevServerQuota.PayAsYouGo)
{
    [Fact]
    public async Task RetriesDelayAndSize_EndWhereTheServiceEndsThem()
    {
        await AssertAsync(HttpStatusCode.OK, null, "Upstash-Retries: 5");
        await AssertAsync(HttpStatusCode.PreconditionFailed, "quota maxRetries exceeded", "Upstash-Retries: 6");
        await AssertAsync(HttpStatusCode.PreconditionFailed, "quota maxRetries exceeded", "Upstash-Callback: https://app.test/c", "Upstash-Callback-Retries: 6");
        await AssertAsync(HttpStatusCode.OK, null, "Upstash-Delay: 365d");
        await AssertAsync(HttpStatusCode.PreconditionFailed, "quota maxDelay exceeded, current limit: 31536000", "Upstash-Delay: 366d");
        await AssertAsync(HttpStatusCode.PreconditionFailed, "quota maxDelay exceeded, current limit: 31536000", "Upstash-Not-Before: 4102444800");
        Assert.Equal(HttpStatusCode.OK, await PublishBytesAsync(10 * 1024 * 1024));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, await PublishBytesAsync((10 * 1024 * 1024) + 1));
    }

    [Fact]
    public async Task BatchItemOverALimit_IsRefusedInItsPlace()
    {
        Answer answer = await SendAsync("POST", "/v2/batch", """
            [{"destination":"https://app.test/","headers":{"Upstash-Retries":"6"}},{"destination":"https://app.test/"}]
            """);
        Assert.Equal("quota maxRetries exceeded", (string?)answer.Json[0]!["error"]);
        Assert.NotNull(answer.Json[1]!["messageId"]);
    }
}

public sealed class ProQuotaTests() : QuotaTests(DevServerQuota.Pro)
{
    [Fact]
    public async Task RetriesDelayAndSize_EndLater()
    {
        await AssertAsync(HttpStatusCode.OK, null, "Upstash-Retries: 20", "Upstash-Delay: 3000d");
        await AssertAsync(HttpStatusCode.PreconditionFailed, "quota maxRetries exceeded", "Upstash-Retries: 21");
        Assert.Equal(HttpStatusCode.OK, await PublishBytesAsync(11 * 1024 * 1024));
        Assert.Equal(200, (int?)(await GetAsync("/v2/globalParallelism")).Json["parallelismMax"]);
    }
}

public sealed class FreeQuotaTests() : QuotaTests(DevServerQuota.Free)
{
    [Fact]
    public async Task RetriesDelayAndSize_EndEarlier()
    {
        await AssertAsync(HttpStatusCode.OK, null, "Upstash-Delay: 7d");
        await AssertAsync(HttpStatusCode.PreconditionFailed, "quota maxDelay exceeded, current limit: 604800", "Upstash-Delay: 7d1s");
        Assert.Equal(HttpStatusCode.OK, await PublishBytesAsync(1024 * 1024));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, await PublishBytesAsync((1024 * 1024) + 1));
    }

    [Fact]
    public async Task Day_HasAThousandMessages()
    {
        string batch = $"[{string.Join(',', Enumerable.Repeat("""{"destination":"https://app.test/"}""", 999))}]";
        JsonArray accepted = (await SendAsync("POST", "/v2/batch", batch)).Json.AsArray();
        Assert.All(accepted, item => Assert.NotNull(item!["messageId"]));
        Answer last = await SendAsync("POST", "/v2/publish/https://app.test/", "x", "Upstash-Deduplication-Id: last");
        Assert.Equal(HttpStatusCode.OK, last.Status);
        Answer refused = await SendAsync("POST", "/v2/publish/https://app.test/", "x");
        Assert.Equal((HttpStatusCode.TooManyRequests, "quota maxRequestsPerDay exceeded, current limit: 1000"), (refused.Status, refused.Error));
        Assert.Equal(
            ("1000", "0", Start.AddDays(1).ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture)),
            (refused.Headers["RateLimit-Limit"], refused.Headers["RateLimit-Remaining"], refused.Headers["RateLimit-Reset"]));
        Assert.Equal(HttpStatusCode.OK, (await GetAsync("/v2/events?count=1")).Status);
        await Server.AdvanceAsync(TimeSpan.FromDays(1));
        await AssertAsync(HttpStatusCode.OK, null);
    }

    [Fact]
    public async Task Account_HasTenDeliveriesAtOnce()
    {
        int running = 0;
        int most = 0;
        TaskCompletionSource full = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource release = new(TaskCreationOptions.RunContinuationsAsynchronously);
        App.Answer = async (_, _) =>
        {
            int now = Interlocked.Increment(ref running);
            InterlockedMax(ref most, now);
            if (now == 10)
            {
                full.TrySetResult();
            }

            await release.Task;
            Interlocked.Decrement(ref running);
            return TestApp.Reply(200);
        };
        for (int i = 0; i < 25; i++)
        {
            await PublishAsync("/x");
        }

        await full.Task.WaitAsync(TimeSpan.FromSeconds(60));
        JsonNode parallelism = (await GetAsync("/v2/globalParallelism")).Json;
        Assert.Equal((10, 10), ((int?)parallelism["parallelismMax"], (int?)parallelism["parallelismCount"]));
        release.SetResult();
        await SettleAsync();
        Assert.Equal((25, 10), (App.Received.Length, most));
    }

    private static void InterlockedMax(ref int target, int value)
    {
        int seen;
        while ((seen = Volatile.Read(ref target)) < value && Interlocked.CompareExchange(ref target, value, seen) != seen)
        {
        }
    }
}
