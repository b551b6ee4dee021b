namespace QStash.Serverless.Tests.Signature;

/// <summary>How often a key source is asked, and what happens when it is slow or down.</summary>
public sealed class SigningKeyRefreshTests : IAsyncDisposable
{
    private const string Rolled = "sig_RolledKey0123456789abcdefXYZ";
    private readonly DrivenKeys _source = new() { Keys = [Receiving.Current, Receiving.Next] };
    private readonly Receiving _app;

    public SigningKeyRefreshTests() => _app = new([], build: builder => builder.UseSigningKeys(_source));

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Fact]
    public async Task ManyAtOnce_TheSourceIsReadOnce()
    {
        _source.Gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<SignatureVerdict>[] waiting = [.. Enumerable.Range(0, 50).Select(_ => Task.Run(() => _app.VerifyAsync(Receiving.Sign(Receiving.Next))))];

        _source.Gate.SetResult();

        Assert.All(await Task.WhenAll(waiting), static verdict => Assert.True(verdict.IsValid));
        Assert.Equal(1, _source.Reads);
    }

    [Fact]
    public async Task ManyForgedAtOnce_TheSourceIsReadAgainOnce()
    {
        await _app.VerifyAsync(Receiving.Sign(Receiving.Current));

        SignatureVerdict[] verdicts = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(() => _app.VerifyAsync(Receiving.Sign(Rolled)))));

        Assert.All(verdicts, static verdict => Assert.Equal(SignatureFailure.WrongKey, verdict.Failure));
        Assert.Equal(2, _source.Reads);
    }

    [Fact]
    public async Task KeysRolledTwice_TheNewOnesAreFoundWithoutARestart()
    {
        await _app.VerifyAsync(Receiving.Sign(Receiving.Current));
        _source.Keys = [Rolled, "sig_RolledNext123456789abcdefXYZ"];

        SignatureVerdict verdict = await _app.VerifyAsync(Receiving.Sign(Rolled));

        Assert.Equal(new SignatureVerdict(SignatureFailure.None, 3, Receiving.Url), verdict);
        Assert.Equal(2, _source.Reads);
    }

    [Fact]
    public async Task KeysRolled_TheFormerOnesCountForAMinuteMore()
    {
        await _app.VerifyAsync(Receiving.Sign(Receiving.Current));
        _source.Keys = [Rolled];
        await _app.VerifyAsync(Receiving.Sign(Rolled));

        _app.Time.Advance(TimeSpan.FromSeconds(59));
        Assert.True((await _app.VerifyAsync(Receiving.Sign(Receiving.Current))).IsValid);

        _app.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(SignatureFailure.WrongKey, (await _app.VerifyAsync(Receiving.Sign(Receiving.Current))).Failure);
    }

    [Fact]
    public async Task NoKeyFits_TheSourceIsReadAtMostOnceAMinute()
    {
        await _app.VerifyAsync(Receiving.Sign(Rolled));
        int first = _source.Reads;
        _app.Time.Advance(TimeSpan.FromSeconds(59));
        await _app.VerifyAsync(Receiving.Sign(Rolled));
        Assert.Equal(first, _source.Reads);

        _app.Time.Advance(TimeSpan.FromSeconds(1));
        await _app.VerifyAsync(Receiving.Sign(Rolled));
        await _app.VerifyAsync(Receiving.Sign(Rolled));

        Assert.Equal(first + 1, _source.Reads);
    }

    [Fact]
    public async Task MalformedTokens_NeverReachTheSource()
    {
        await _app.VerifyAsync("");
        await _app.VerifyAsync("not.a.token");

        Assert.Equal(0, _source.Reads);
    }

    [Fact]
    public async Task RefreshFails_TheKnownKeysStayInForceAndItIsTriedAgainLater()
    {
        Assert.True((await _app.VerifyAsync(Receiving.Sign(Receiving.Current))).IsValid);
        _source.Failure = new HttpRequestException("down");
        Assert.Equal(SignatureFailure.WrongKey, (await _app.VerifyAsync(Receiving.Sign(Rolled))).Failure);
        Assert.True((await _app.VerifyAsync(Receiving.Sign(Receiving.Current))).IsValid);

        (_source.Failure, _source.Keys) = (null, [Rolled]);
        _app.Time.Advance(TimeSpan.FromMinutes(1));

        Assert.True((await _app.VerifyAsync(Receiving.Sign(Rolled))).IsValid);
    }

    [Fact]
    public async Task RefreshBringsUnusableKeys_TheKnownKeysStayInForce()
    {
        Assert.True((await _app.VerifyAsync(Receiving.Sign(Receiving.Current))).IsValid);
        _source.Keys = [""];

        Assert.Equal(SignatureFailure.WrongKey, (await _app.VerifyAsync(Receiving.Sign(Rolled))).Failure);
        Assert.True((await _app.VerifyAsync(Receiving.Sign(Receiving.Current))).IsValid);
    }

    [Fact]
    public async Task FirstReadFails_DeliveriesAreAskedToComeBackAndItIsTriedAgainSoon()
    {
        _source.Failure = new HttpRequestException("the vault is down");
        InvalidOperationException exception = await Assert.ThrowsAnyAsync<InvalidOperationException>(_app.StartAsync);
        Assert.Contains("the vault is down", exception.Message, StringComparison.Ordinal);
        Assert.Contains(nameof(DrivenKeys), exception.Message, StringComparison.Ordinal);
        Assert.Equal(503, await _app.DeliverAsync(Receiving.Url, Receiving.Url));
        Assert.Equal(1, _source.Reads);

        _source.Failure = null;
        Assert.Equal(503, await _app.DeliverAsync(Receiving.Url, Receiving.Url));
        _app.Time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(200, await _app.DeliverAsync(Receiving.Url, Receiving.Url));
    }

    [Fact]
    public async Task SourceIsSlowAndTheHostCanWaitNoLonger_503()
    {
        _source.Gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using CancellationTokenSource deadline = new();
        Task<int> waiting = _app.DeliverAsync(new RawDelivery { Url = Receiving.Url, Headers = Receiving.Signed(Receiving.Url), Body = DeliveryBody.FromBytes(default) }, deadline.Token);

        await deadline.CancelAsync();
        Assert.Equal(503, await waiting);
        _source.Gate.SetResult();

        Assert.Equal(200, await _app.DeliverAsync(Receiving.Url, Receiving.Url));
    }

    [Fact]
    public async Task RefreshIsSlowAndTheHostCanWaitNoLonger_503AndTheRefreshServesTheNext()
    {
        await _app.VerifyAsync(Receiving.Sign(Receiving.Current));
        _source.Keys = [Rolled];
        _source.Gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using CancellationTokenSource deadline = new();
        DeliveryHeaders headers = new();
        headers.Add(QStashHeaders.Signature, Receiving.Sign(Rolled));
        Task<int> waiting = _app.DeliverAsync(new RawDelivery { Url = Receiving.Url, Headers = headers, Body = DeliveryBody.FromBytes(default) }, deadline.Token);

        await deadline.CancelAsync();
        Assert.Equal(503, await waiting.WaitAsync(TimeSpan.FromSeconds(30)));
        _source.Gate.SetResult();

        Assert.True((await _app.VerifyAsync(Receiving.Sign(Rolled))).IsValid);
        Assert.Equal(2, _source.Reads);
    }
}
