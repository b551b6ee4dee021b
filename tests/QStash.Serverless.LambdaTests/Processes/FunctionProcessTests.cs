using System.Text.RegularExpressions;
using QStash.Serverless.DevServer;
using QStash.Serverless.Testing;
using QStash.Serverless.Tests.RuntimeApi;

namespace QStash.Serverless.LambdaTests.Processes;

/// <summary>A function as a process of its own, fed by a local QStash through the Runtime API.</summary>
public sealed class FunctionProcessTests : IAsyncLifetime
{
    private Sandbox _sandbox = null!;

    public async Task InitializeAsync() => _sandbox = await Sandbox.StartAsync();

    public async Task DisposeAsync() => await _sandbox.DisposeAsync();

    [Fact]
    public async Task Deliveries_AreHandledRetriedAndDeadLettered()
    {
        // A proxy is for the world outside; nobody is behind this one.
        Subprocess function = _sandbox.StartFunction(("http_proxy", "http://127.0.0.1:9"));

        string good = await _sandbox.OrderAsync("""{"id":"good-ä","total":42.5}""");
        string shaky = await _sandbox.OrderAsync("""{"id":"shaky","total":1,"fails":true}""");
        string poison = await _sandbox.OrderAsync("""{"id":"poison","total":-1}""");
        string malformed = await _sandbox.OrderAsync("One order, please!");

        await _sandbox.LoggedAsync(good, "DELIVERED");
        await _sandbox.LoggedAsync(shaky, "DELIVERED");
        Assert.Equal(489, (await _sandbox.LoggedAsync(poison, "FAILED")).ResponseStatus);
        Assert.Equal(489, (await _sandbox.LoggedAsync(malformed, "FAILED")).ResponseStatus);
        Assert.DoesNotContain("ERROR", _sandbox.States(good));
        Assert.Equal(500, (await _sandbox.LoggedAsync(shaky, "ERROR")).ResponseStatus);

        // The messages that the handler returned have come back through QStash, to the other route.
        await function.WaitForOutputAsync(new Regex("Receipt for good-ä: 42.5"), _sandbox.Patience);
        await function.WaitForOutputAsync(new Regex("Receipt for shaky: 1"), _sandbox.Patience);
        Assert.DoesNotContain(_sandbox.Api.Calls, static call => call.IsError);
    }

    [Fact]
    public async Task ForgedDelivery_IsRefused_AndTheLogLineNamesTheInvocation()
    {
        Subprocess function = _sandbox.StartFunction();

        SignedDelivery forged = new SignedDelivery($"{_sandbox.Url}/orders", SignedDelivery.NewSigningKey()).WithJson("""{"id":"forged","total":1}""");
        using HttpResponseMessage response = await _sandbox.Http.SendAsync(forged.ToRequest(), _sandbox.Patience);

        Assert.Equal(401, (int)response.StatusCode);
        Assert.Empty(await response.Content.ReadAsByteArrayAsync());
        await function.WaitForOutputAsync(new Regex(@"(?m)^\S+Z 00000001-0000-4000-8000-000000000000 warn QStash\.Serverless\.\w+: Refused a request to /orders: WrongKey"), _sandbox.Patience);
    }

    [Fact]
    public async Task KilledMidInvocation_TheRetryCompletesTheWorkInANewProcess()
    {
        await using Stock stock = new();
        Subprocess first = _sandbox.StartFunction();
        string message = await _sandbox.OrderAsync($$"""{"id":"o-1","total":7,"stock":"{{stock.Url}}"}""");
        await first.WaitForOutputAsync(new Regex("Asking for the stock of o-1"), _sandbox.Patience);

        first.Kill();

        Assert.Equal(502, (await _sandbox.LoggedAsync(message, "ERROR")).ResponseStatus);
        Subprocess second = _sandbox.StartFunction();
        await _sandbox.LoggedAsync(message, "DELIVERED");
        await second.WaitForOutputAsync(new Regex("Receipt for o-1: 7"), _sandbox.Patience);
    }

    [PosixFact]
    public async Task Sigterm_LetsTheInvocationEnd_AndExitsWith0()
    {
        await using Stock stock = new();
        Subprocess function = _sandbox.StartFunction();
        string message = await _sandbox.OrderAsync($$"""{"id":"o-1","total":7,"stock":"{{stock.Url}}"}""");
        await function.WaitForOutputAsync(new Regex("Asking for the stock of o-1"), _sandbox.Patience);

        function.Terminate();
        stock.Answer();

        Assert.Equal(0, await function.WaitForExitAsync(_sandbox.Patience));
        DeliveryLog end = await _sandbox.LoggedAsync(log => log.MessageId == message && log.State is "DELIVERED" or "ERROR");
        Assert.Equal((200, "DELIVERED"), (end.ResponseStatus, end.State));
    }

    [PosixFact]
    public async Task SigtermWithAHandlerThatWaitsTooLong_FiresItsToken_AndExitsWith0()
    {
        await using Stock stock = new();
        Subprocess function = _sandbox.StartFunction();
        string message = await _sandbox.OrderAsync($$"""{"id":"o-1","total":7,"stock":"{{stock.Url}}"}""");
        await function.WaitForOutputAsync(new Regex("Asking for the stock of o-1"), _sandbox.Patience);

        function.Terminate();

        Assert.Equal(0, await function.WaitForExitAsync(_sandbox.Patience));

        // 503, unless the machine is too slow for the reply that is then still under way.
        Assert.Contains((await _sandbox.LoggedAsync(message, "ERROR")).ResponseStatus, new int?[] { 503, 502 });
    }

    [Fact]
    public async Task UnusableKeys_ArePostedAsInitErrorThatNamesThem_AndEndTheProcess()
    {
        Subprocess function = _sandbox.StartFunction(("QSTASH_CURRENT_SIGNING_KEY", "sig_half"));

        Assert.NotEqual(0, await function.WaitForExitAsync(_sandbox.Patience));

        ApiCall posted = Assert.Single(_sandbox.Api.Calls);
        Assert.Equal("init/error", posted.What);
        Assert.Equal("application/vnd.aws.lambda.error+json", posted.ContentType);
        LambdaFailure failure = LambdaFailure.Read(posted.Body, posted.ErrorType);
        Assert.Equal(failure.Type, failure.HeaderType);
        Assert.Contains("signing key is shorter than 16 characters", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RuntimeApiThatRefuses_EndsTheProcess()
    {
        _sandbox.Api.OnNext(ApiFault.Answer(403));
        Subprocess function = _sandbox.StartFunction();

        Assert.NotEqual(0, await function.WaitForExitAsync(_sandbox.Patience));
        Assert.Contains("The Lambda Runtime API answered 403", function.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReplyThatLambdaDoesNotTake_IsReported_AndTheProcessGoesOn()
    {
        _sandbox.Api.LargestReply = 20;
        _sandbox.StartFunction();
        string message = await _sandbox.OrderAsync("""{"id":"o-1","total":7}""");

        Assert.Equal(502, (await _sandbox.LoggedAsync(message, "ERROR")).ResponseStatus);
        ApiCall posted = await _sandbox.Api.CallAsync(static call => call.IsError, _sandbox.Patience);
        Assert.Equal("Function.ResponseSizeTooLarge", posted.ErrorType);
        _sandbox.Api.LargestReply = int.MaxValue;
        await _sandbox.LoggedAsync(message, "DELIVERED");
    }

    [Fact]
    public async Task MaxConcurrency_HandlesThatManySideBySide()
    {
        await using Stock stock = new(enough: 3);
        _sandbox.StartFunction(("AWS_LAMBDA_MAX_CONCURRENCY", "3"));

        string[] messages = await Task.WhenAll(Enumerable.Range(0, 3).Select(n => _sandbox.OrderAsync($$"""{"id":"o-{{n}}","total":7,"stock":"{{stock.Url}}"}""")));

        foreach (string message in messages)
        {
            await _sandbox.LoggedAsync(message, "DELIVERED");
            Assert.DoesNotContain("ERROR", _sandbox.States(message));
        }
    }
}
