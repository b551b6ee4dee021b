using System.Net;
using QStash.Serverless.Client;

namespace QStash.Serverless.Tests.Client;

public sealed class QStashApiExceptionTests
{
    private const string Token = "eyJVc2VySUQiOiJ0In0=";

    [Theory]
    [InlineData(401, """{"error":"unauthorized"}""", "unauthorized", "QSTASH_TOKEN")]
    [InlineData(403, """{"error":"read only"}""", "read only", "read-only token")]
    [InlineData(404, """{"error":"topic shops not found"}""", "topic shops not found", "add an endpoint")]
    [InlineData(400, """{"error":"topic shops not found"}""", "topic shops not found", "add an endpoint")]
    [InlineData(400, """{"error":"invalid destination url: unable to resolve host"}""", "invalid destination url: unable to resolve host", "dotnet qstash dev")]
    [InlineData(412, """{"error":"too many queues"}""", "too many queues", "plan")]
    [InlineData(400, """{"error":"quota maxRetries exceeded"}""", "quota maxRetries exceeded", "plan")]
    [InlineData(412, """{"error":"quota maxMessageSize exceeded"}""", "quota maxMessageSize exceeded", "publish a reference")]
    [InlineData(413, "", null, "publish a reference")]
    [InlineData(429, "slow down", "slow down", "per-second limit")]
    [InlineData(500, "<html>", "<html>", "HTTP 500")]
    [InlineData(302, "", null, "HTTP 302")]
    public async Task Refusal_SaysWhatHappenedAndWhatToDo(int status, string body, string? error, string advice)
    {
        QStashApiException refused = await RefusedAsync((HttpStatusCode)status, body);

        Assert.Equal(((HttpStatusCode)status, error, "POST /v2/publish/https://shop.example/api?..."), (refused.StatusCode, refused.Error, refused.Request));
        Assert.Contains(advice, refused.Message, StringComparison.Ordinal);
        Assert.Contains(refused.Request!, refused.Message, StringComparison.Ordinal);
        Assert.Equal(status == 429, refused.RateLimit is not null);
    }

    [Fact]
    public async Task EchoedToken_IsHidden()
    {
        QStashApiException refused = await RefusedAsync(HttpStatusCode.Unauthorized, $$"""{"error":"no such token: {{Token}}"}""");

        Assert.Equal("no such token: [token]", refused.Error);
        Assert.DoesNotContain(Token, refused.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("hidden", refused.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task LongBody_IsCut()
    {
        QStashApiException refused = await RefusedAsync(HttpStatusCode.BadGateway, new string('ä', 100_000));

        Assert.Equal(new string('ä', 2000) + "...", refused.Error);
    }

    [Theory]
    [InlineData("""{"unexpected":1}""")]
    [InlineData("")]
    public async Task SuccessThatIsNotUnderstood_IsReportedWithItsBody(string body)
    {
        QStashApiException failure = await RefusedAsync(HttpStatusCode.OK, body);

        Assert.Equal((HttpStatusCode.OK, body), (failure.StatusCode, failure.Error ?? ""));
        Assert.Contains("may have taken effect", failure.Message, StringComparison.Ordinal);
        Assert.Contains(body, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RateLimits_AreToldApart()
    {
        QStashApiException burst = await RefusedAsync(HttpStatusCode.TooManyRequests, "", ("Burst-RateLimit-Limit", "100"), ("Burst-RateLimit-Remaining", "0"), ("Burst-RateLimit-Reset", "1900000001"));
        QStashApiException daily = await RefusedAsync(HttpStatusCode.TooManyRequests, "", ("RateLimit-Limit", "500"), ("RateLimit-Remaining", "0"), ("RateLimit-Reset", "1900000002"), ("Burst-RateLimit-Limit", "100"));
        QStashApiException chat = await RefusedAsync(HttpStatusCode.TooManyRequests, "", ("x-ratelimit-limit-requests", "5"), ("x-ratelimit-remaining-requests", "0"), ("x-ratelimit-reset-requests", "6m5s"), ("RateLimit-Limit", "500"));

        Assert.Equal(new QStashRateLimit(QStashRateLimitKind.Burst, "100", "0", "1900000001"), burst.RateLimit);
        Assert.Equal(new QStashRateLimit(QStashRateLimitKind.Daily, "500", "0", "1900000002"), daily.RateLimit);
        Assert.Equal(new QStashRateLimit(QStashRateLimitKind.Chat, "5", "0", "6m5s"), chat.RateLimit);
        Assert.Contains("daily limit is used up; it resets at 1900000002", daily.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RetryAfter_IsSecondsOrADate()
    {
        DateTimeOffset now = FixedTime.Now;

        Assert.Equal(TimeSpan.FromSeconds(7), (await RefusedAsync(HttpStatusCode.TooManyRequests, "", ("Retry-After", "7"))).RetryAfter);
        Assert.Equal(TimeSpan.FromMinutes(2), (await RefusedAsync(HttpStatusCode.ServiceUnavailable, "", ("Retry-After", now.AddMinutes(2).ToString("R")))).RetryAfter);
        Assert.Equal(TimeSpan.Zero, (await RefusedAsync(HttpStatusCode.ServiceUnavailable, "", ("Retry-After", now.AddMinutes(-2).ToString("R")))).RetryAfter);
        Assert.Null((await RefusedAsync(HttpStatusCode.ServiceUnavailable, "")).RetryAfter);
    }

    private static async Task<QStashApiException> RefusedAsync(HttpStatusCode status, string body, params (string Name, string Value)[] headers)
    {
        using Answering handler = new(status, body, headers);
        using HttpClient http = new(handler);
        QStashClient client = new(http, new QStashClientOptions { Token = Token }, timeProvider: new FixedTime());
        return await Assert.ThrowsAsync<QStashApiException>(() => client.PublishAsync(Destination.Url("https://shop.example/api?code=hidden"), "x"));
    }

    private sealed class Answering(HttpStatusCode status, string body, (string Name, string Value)[] headers) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            HttpResponseMessage response = new(status) { Content = new StringContent(body) };
            foreach ((string name, string value) in headers)
            {
                response.Headers.TryAddWithoutValidation(name, value);
            }

            return Task.FromResult(response);
        }
    }

    private sealed class FixedTime : TimeProvider
    {
        internal static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_900_000_000);

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
