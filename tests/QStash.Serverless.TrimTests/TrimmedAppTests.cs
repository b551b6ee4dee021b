using System.Net;
using System.Text;

namespace QStash.Serverless.TrimTests;

/// <summary>What a user of a fully trimmed app would notice.</summary>
public sealed class TrimmedAppTests(TrimmedApp app) : IClassFixture<TrimmedApp>
{
    private const string Order = """{"id":"A7","total":12.5}""";

    [Fact]
    public void Publish_WarnsOfNothing()
    {
        Assert.DoesNotMatch(@"\b(warning|error) [A-Z]+\d+", app.PublishOutput);
        Assert.DoesNotMatch(@"\bIL[23]\d{3}\b", app.PublishOutput);
    }

    [Fact]
    public void Publish_LeavesOutWhatIsNotUsed()
    {
        Assert.Contains("QStash.Serverless.dll", app.PublishedFiles);
        Assert.DoesNotContain("System.Private.Xml.dll", app.PublishedFiles);
        Assert.DoesNotContain("Microsoft.AspNetCore.Mvc.Core.dll", app.PublishedFiles);
    }

    [Fact]
    public async Task SignedDelivery_IsHandled()
    {
        using HttpResponseMessage response = await PostAsync("/receipts", """{"orderId":"A6","total":3.5}""", app.QStash.CurrentSigningKey);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("""{"orderId":"A6","total":3.5}""", await response.Content.ReadAsStringAsync());
        Assert.Equal("application/json", response.Content.Headers.ContentType?.ToString());
    }

    [Fact]
    public async Task OutputOfAHandler_ComesBackThroughQStash()
    {
        using HttpResponseMessage response = await PostAsync("/orders", Order, app.QStash.NextSigningKey);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("""{"orderId":"A7","total":12.5}""", await response.Content.ReadAsStringAsync());

        await app.QStash.DrainAsync(TimeSpan.FromMinutes(1));

        Assert.Contains("A7 12.5", await app.Client.GetStringAsync("/received"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ForgedDelivery_IsRefused()
    {
        using HttpResponseMessage response = await PostAsync("/orders", Order, "sig_SomebodyElse0123456789abcdefX");

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Empty(await response.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task UnreadablePayload_IsDeadLettered()
    {
        using HttpResponseMessage response = await PostAsync("/orders", "no order", app.QStash.CurrentSigningKey);

        Assert.Equal(489, (int)response.StatusCode);
        Assert.Equal("true", Assert.Single(response.Headers.GetValues("Upstash-NonRetryable-Error")));
    }

    private async Task<HttpResponseMessage> PostAsync(string path, string body, string key)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(body);
        using HttpRequestMessage request = new(HttpMethod.Post, path) { Content = new ByteArrayContent(bytes) };
        request.Headers.Add("Upstash-Signature", new DeliverySigner(key).Sign(new Uri(app.Client.BaseAddress!, path).AbsoluteUri, bytes, TimeProvider.System.GetUtcNow()));
        request.Headers.Add("Upstash-Message-Id", "msg_" + Guid.NewGuid().ToString("N"));
        return await app.Client.SendAsync(request);
    }
}
