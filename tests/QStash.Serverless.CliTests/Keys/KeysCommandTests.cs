using System.Text.Json;

namespace QStash.Serverless.CliTests.Keys;

/// <summary><c>keys</c>.</summary>
public sealed class KeysCommandTests : IAsyncLifetime
{
    private InProcess _tool = null!;

    public async Task InitializeAsync() => _tool = await InProcess.StartAsync();

    public async Task DisposeAsync() => await _tool.DisposeAsync();

    [Fact]
    public async Task Keys_AreShortenedUnlessRevealed()
    {
        Outcome shown = await _tool.RunAsync("keys", "show");
        Assert.Equal(0, shown.ExitCode);
        Assert.Matches(@"^QSTASH_CURRENT_SIGNING_KEY=sig_\S+\.\.\.\S\S\nQSTASH_NEXT_SIGNING_KEY=sig_\S+\.\.\.\S\S\n$", shown.Output);
        Assert.DoesNotContain(_tool.QStash.CurrentSigningKey, shown.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(_tool.QStash.NextSigningKey, (await _tool.JsonAsync("keys", "show")).GetRawText(), StringComparison.Ordinal);

        Assert.Equal(
            $"QSTASH_CURRENT_SIGNING_KEY={_tool.QStash.CurrentSigningKey}\nQSTASH_NEXT_SIGNING_KEY={_tool.QStash.NextSigningKey}\n",
            await _tool.OutputAsync("keys", "show", "--reveal"));
        JsonElement keys = await _tool.JsonAsync("keys", "show", "--reveal");
        Assert.Equal(_tool.QStash.NextSigningKey, keys.GetProperty("next").GetString());
    }

    [Fact]
    public async Task Rotation_AsksFirst()
    {
        string next = _tool.QStash.NextSigningKey;
        Assert.Contains("Receivers must know the key", await _tool.RefusalAsync("keys", "rotate"), StringComparison.Ordinal);
        Assert.Equal(next, _tool.QStash.NextSigningKey);
        _tool.Answer = "y";
        Outcome rotated = await _tool.RunAsync("keys", "rotate", "--reveal");
        Assert.Equal(0, rotated.ExitCode);
        Assert.StartsWith($"QSTASH_CURRENT_SIGNING_KEY={next}\n", rotated.Output, StringComparison.Ordinal);
        Assert.Equal(next, _tool.QStash.CurrentSigningKey);
    }

    [Fact]
    public async Task RotatingTwice_IsRefusedWhileTheReceiversKnowOnlyTheOldKeys()
    {
        await _tool.OutputAsync("keys", "show", "--reveal");
        string file = _tool.Write(".env", await _tool.OutputAsync("keys", "show", "--reveal"));
        await _tool.OutputAsync("keys", "rotate", "--yes", "--env-file", file);
        string current = _tool.QStash.CurrentSigningKey;

        string refusal = await _tool.RefusalAsync("keys", "rotate", "--yes", "--env-file", file);

        Assert.Contains($"The receivers' keys (QSTASH_NEXT_SIGNING_KEY of {file}) do not hold the key that would become the current one", refusal, StringComparison.Ordinal);
        Assert.Contains("Nothing was changed", refusal, StringComparison.Ordinal);
        Assert.Equal(current, _tool.QStash.CurrentSigningKey);
        await _tool.OutputAsync("keys", "rotate", "--yes", "--force", "--env-file", file);
        Assert.NotEqual(current, _tool.QStash.CurrentSigningKey);
    }
}
