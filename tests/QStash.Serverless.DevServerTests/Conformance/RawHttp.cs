using System.Net;
using System.Net.Sockets;
using System.Text;
using QStash.Serverless.DevServerTests.Server;

namespace QStash.Serverless.DevServerTests.Conformance;

/// <summary>HTTP without a client: the very bytes of a request, and what comes back.</summary>
internal static class RawHttp
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static async Task<Answer> SendAsync(Uri server, string request)
    {
        using TcpClient client = new();
        await client.ConnectAsync(server.Host, server.Port);
        await using NetworkStream stream = client.GetStream();
        await stream.WriteAsync(Encoding.UTF8.GetBytes(request));
        using CancellationTokenSource limit = new(Patience);
        List<byte> received = [];
        byte[] buffer = new byte[4096];
        while (true)
        {
            string head = Encoding.Latin1.GetString([.. received]);
            int end = head.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (end >= 0 && received.Count >= end + 4 + Length(head[..end]))
            {
                return new((HttpStatusCode)int.Parse(head.Split(' ')[1]), Encoding.UTF8.GetString([.. received[(end + 4)..]]));
            }

            int read = await stream.ReadAsync(buffer, limit.Token);
            Assert.True(read > 0, $"the connection ended after: {head}");
            received.AddRange(buffer[..read]);
        }
    }

    private static int Length(string head)
        => int.Parse(head.Split("\r\n").Single(line => line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase)).Split(':')[1]);
}
