using System.Net;
using System.Net.Sockets;

namespace QStash.Serverless.CliTests.Dev;

/// <summary>What the lines of <c>dotnet qstash dev</c> say to somebody whose app does not get its messages.</summary>
public sealed class FirstTenMinutesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("307 Temporary Redirect", "QStash follows no redirects: publish to the URL it leads to")]
    [InlineData("401 Unauthorized", "the app refused the signature: its log says why")]
    [InlineData("404 Not Found", "the app knows no such path: compare it with the app's routes")]
    [InlineData("405 Method Not Allowed", "the app's route takes another HTTP method")]
    [InlineData(null, "nothing listens there: start the app, or correct the port")]
    public async Task Answer_OfAnAppThatIsNotReady_IsExplained(string? answer, string says)
    {
        using TcpListener app = new(IPAddress.Loopback, 0);
        app.Start();
        string address = $"http://{app.LocalEndpoint}/orders";
        if (answer is null)
        {
            app.Stop();
        }

        await using Tool tool = Tool.Start(_folder.Path, "dev", "--port", "0", "--in-memory");
        await CurlLine.SendAsync((await tool.LineAsync("curl ")).Replace("http://127.0.0.1:9/orders", address, StringComparison.Ordinal).Replace("http://127.0.0.1:5000/orders", address, StringComparison.Ordinal));
        if (answer is not null)
        {
            using Socket attempt = await app.AcceptSocketAsync();
            await attempt.SendAsync(System.Text.Encoding.ASCII.GetBytes($"HTTP/1.1 {answer}\r\nLocation: https://localhost/orders\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"));
            attempt.Shutdown(SocketShutdown.Send);
            while (await attempt.ReceiveAsync(new byte[4096]) > 0)
            {
                // Until it has been read: a reset would take the answer away.
            }
        }

        while (!tool.Output.Contains(says, StringComparison.Ordinal))
        {
            await tool.NewsAsync();
        }

        Assert.Contains(tool.Output.Split('\n'), line => line.Contains("ERROR", StringComparison.Ordinal) && line.Contains(address, StringComparison.Ordinal) && line.Contains(says, StringComparison.Ordinal));
    }

    public void Dispose() => _folder.Dispose();
}
