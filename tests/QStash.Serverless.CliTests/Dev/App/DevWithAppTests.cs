
namespace QStash.Serverless.CliTests.Dev.App;

/// <summary><c>dotnet qstash dev -- COMMAND</c>, run as its users run it.</summary>
public sealed class DevWithAppTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [PosixFact]
    public async Task Message_GoesThroughTheAppAndCtrlCEndsBoth()
    {
        string app = Path.Combine(AppContext.BaseDirectory, "QStash.Serverless.ReadmeApp.dll");
        await using Tool tool = Tool.Start(_folder.Path, "dev", "--port", "0", "--in-memory", "--",
            "env", "-u", "ASPNETCORE_ENVIRONMENT", "ASPNETCORE_URLS=http://127.0.0.1:0", "PublicUrl=http://127.0.0.1:1", "dotnet", "exec", app);
        string curl = await tool.LineAsync("curl ");
        string listening = await LineWithAsync(tool, "Now listening on: ");
        string url = listening[listening.IndexOf("http://", StringComparison.Ordinal)..].Trim();

        await CurlLine.SendAsync(curl.Replace("http://127.0.0.1:9/orders", $"{url}/receipts", StringComparison.Ordinal).Replace("{\"hello\":\"world\"}", "{\"orderId\":\"o-1\",\"total\":5}", StringComparison.Ordinal));

        Assert.Contains("Receipt for o-1: 5", await LineWithAsync(tool, "Receipt for "), StringComparison.Ordinal);
        Assert.StartsWith("qstash  ", await LineWithAsync(tool, "DELIVERED"), StringComparison.Ordinal);
        tool.CtrlC();
        Assert.Equal(130, await tool.EndAsync());
        Assert.Contains("Application is shutting down", tool.Output, StringComparison.Ordinal);
        using HttpClient http = new(new SocketsHttpHandler { UseProxy = false });
        await Assert.ThrowsAsync<HttpRequestException>(() => http.GetAsync(new Uri(url)));
    }

    [PosixFact]
    public async Task App_SeesTheLocalQStashAndNoOther()
    {
        await using Tool tool = Tool.Start(_folder.Path, "dev", "--port", "0", "--in-memory", "--", "env");
        Assert.Equal(0, await tool.EndAsync());
        string url = (await tool.LineAsync("QStash is running at "))["QStash is running at ".Length..].Split(' ')[0];

        string seen = tool.Output[tool.Output.IndexOf("Starting ", StringComparison.Ordinal)..];
        Assert.All(
            [$"QSTASH_URL={url}", "QSTASH_TOKEN=", "QSTASH_CURRENT_SIGNING_KEY=sig_", "QSTASH_NEXT_SIGNING_KEY=sig_", $"QStash__Url={url}", "DOTNET_ENVIRONMENT=Development", "ASPNETCORE_ENVIRONMENT=Production"],
            variable => Assert.Contains("\n" + variable, seen, StringComparison.Ordinal));
        Assert.All(["QSTASH_REGION=", "QSTASH_PUBLIC_BASE_URL=", "EU_CENTRAL_1_QSTASH", "sig_of_another", "QSTASH_TOKEN=another"], variable => Assert.DoesNotContain(variable, seen, StringComparison.Ordinal));
        Assert.Contains("ASPNETCORE_ENVIRONMENT=Production is set, and the app will refuse the local QStash's public keys: unset it", tool.Errors, StringComparison.Ordinal);
    }

    [PosixFact]
    public async Task Arguments_ArriveAsTheyAre()
    {
        string[] arguments = ["--port", "1", "", "two words", "@file", "--", "$HOME", "\"quoted\"", "--help", "-h", "a=b"];

        await using Tool tool = Tool.Start(_folder.Path, ["dev", "--port", "0", "--in-memory", "--", "sh", "-c", "printf '[%s]\\n' \"$@\"", "sh", .. arguments]);

        Assert.Equal(0, await tool.EndAsync());
        Assert.Equal(arguments.Select(static argument => $"[{argument}]"), tool.Output.Split('\n').Where(static line => line.StartsWith('[')));
    }

    [PosixFact]
    public async Task AppThatFails_PassesItsExitCodeOn()
    {
        await using Tool tool = Tool.Start(_folder.Path, "dev", "--port", "0", "--in-memory", "--", "sh", "-c", "echo oh no >&2; exit 3");

        Assert.Equal(3, await tool.EndAsync());

        Assert.Contains("oh no", tool.Errors, StringComparison.Ordinal);
        Assert.Contains("The app has ended with exit code 3.", tool.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CommandThatIsMissing_IsNamed()
    {
        await using Tool tool = Tool.Start(_folder.Path, "dev", "--port", "0", "--in-memory", "--", "no-such-program", "run");

        Assert.Equal(1, await tool.EndAsync());

        Assert.Contains("The app's command 'no-such-program' cannot be started: ", tool.Errors, StringComparison.Ordinal);
        Assert.Contains("Check what stands after --, as in `dotnet qstash dev -- dotnet run`", tool.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("dotnet", "run")]
    [InlineData("dotnet", "run", "--project", "app")]
    public async Task CommandWithoutTheDashes_IsToldOfThem(params string[] command)
    {
        await using Tool tool = Tool.Start(_folder.Path, ["dev", "--port", "0", "--in-memory", .. command]);

        Assert.Equal(1, await tool.EndAsync());

        Assert.Contains($"dotnet qstash dev -- {string.Join(' ', command)}", tool.Errors, StringComparison.Ordinal);
        Assert.Empty(tool.Output);
    }

    [PosixFact]
    public async Task AppThatIsKilledWithTheTool_LeavesNoOrphan()
    {
        await using Tool tool = Tool.Start(_folder.Path, "dev", "--port", "0", "--in-memory", "--", "sh", "-c", "trap '' INT TERM; echo id $$; while :; do sleep 0.05; done");
        int id = int.Parse((await tool.LineAsync("id "))["id ".Length..], System.Globalization.CultureInfo.InvariantCulture);
        using System.Diagnostics.Process app = System.Diagnostics.Process.GetProcessById(id);

        tool.CtrlC();
        tool.CtrlC(); // twice: at once

        await app.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(1));
        Assert.NotEqual(0, await tool.EndAsync());
    }

    public void Dispose() => _folder.Dispose();

    private static async Task<string> LineWithAsync(Tool tool, string text)
    {
        while (true)
        {
            if (tool.Output.Split('\n').FirstOrDefault(line => line.Contains(text, StringComparison.Ordinal)) is { } line)
            {
                return line;
            }

            await tool.NewsAsync();
        }
    }
}
