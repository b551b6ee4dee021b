namespace QStash.Serverless.HostTests.AzureFunctions.RealWorker;

/// <summary>What the host is told about the app's functions, and apps that are put together wrongly.</summary>
public sealed class RealWorkerStartTests
{
    [RealWorkerFact]
    public Task Middleware_is_missing_no_QStash_function_runs() => AssertClosedAsync("missing", "UseQStash()");

    [RealWorkerFact]
    public Task Middleware_is_missing_with_AspNetCore_no_QStash_function_runs() => AssertClosedAsync("missing-aspnetcore", "UseQStash()");

    [RealWorkerFact]
    public Task Middleware_comes_before_AspNetCore_no_QStash_function_runs() => AssertClosedAsync("misordered", "ConfigureFunctionsWebApplication()");

    private static async Task AssertClosedAsync(string startup, string fix)
    {
        RealApp app;
        try
        {
            app = await RealApp.StartAsync(startup);
        }
        catch (InvalidOperationException refused)
        {
            Assert.Contains(fix, refused.Message, StringComparison.Ordinal);
            return;
        }

        await using (app)
        {
            HostReply reply = await app.SendAsync(app.Delivery("receipts", """{"orderId":"o-1","total":1}"""));
            HostReply health = await app.RequestAsync(HttpMethod.Get, "/api/health");

            Assert.Equal((500, ""), (reply.Status, reply.Text));
            Assert.DoesNotContain("Receipt of", app.Host.Logs, StringComparison.Ordinal);
            Assert.Contains(fix, app.Host.Logs, StringComparison.Ordinal);
            Assert.Equal((200, "healthy"), (health.Status, health.Text));
        }
    }
}
