using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace QStash.Serverless.HostTests.AspNetCore;

/// <summary>The contract's routes on real Kestrel, on a free loopback port.</summary>
public sealed class KestrelHost(WebApplication app) : IContractHost
{
    public string Url { get; } = app.Urls.Single();

    public static async Task<IContractHost> StartAsync(ContractSetup setup, Func<WebApplicationBuilder>? create = null, Action<WebApplication>? map = null)
    {
        WebApplicationBuilder builder = create?.Invoke() ?? WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = setup.Environment });
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration.AddInMemoryCollection(setup.Settings);
        builder.Logging.ClearProviders().AddProvider(setup.Logs);
        builder.Services.AddSingleton(setup.TimeProvider);
        setup.Configure(builder.AddQStash());
        WebApplication app = builder.Build();
        try
        {
            map?.Invoke(app);
            foreach ((string pattern, DeliveryRoute route) in setup.Routes)
            {
                app.MapQStash(pattern, route);
            }

            await app.StartAsync();
            return new KestrelHost(app);
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    public Task<HostReply> SendAsync(string pathAndQuery, IReadOnlyList<KeyValuePair<string, string>> headers, ReadOnlyMemory<byte> body, string? contentType) =>
        SendAsync(pathAndQuery, [.. headers, .. contentType is null ? [] : (KeyValuePair<string, string>[])[new("Content-Type", contentType)]], body, body.Length);

    /// <summary>Writes the request by hand: the target is not normalized, a repeated header stays repeated, and the announced length is the caller's choice.</summary>
    public async Task<HostReply> SendAsync(string pathAndQuery, IReadOnlyList<KeyValuePair<string, string>> headers, ReadOnlyMemory<byte> body, long announcedLength)
    {
        Uri url = new(Url);
        using TcpClient connection = new();
        await connection.ConnectAsync(url.Host, url.Port);
        await using NetworkStream stream = connection.GetStream();
        string host = headers.Any(static header => header.Key == "Host") ? "" : $"Host: {url.Authority}\r\n";
        string head = $"POST {pathAndQuery} HTTP/1.1\r\n{host}Connection: close\r\nContent-Length: {announcedLength}\r\n"
            + string.Concat(headers.Select(static header => $"{header.Key}: {header.Value}\r\n")) + "\r\n";
        await stream.WriteAsync((byte[])[.. Encoding.Latin1.GetBytes(head), .. body.Span]);
        return await ReadAsync(stream);
    }

    // Up to the announced length and no further: a server that has not read the request's body does not close at once.
    private static async Task<HostReply> ReadAsync(NetworkStream stream)
    {
        using StreamReader reader = new(stream, Encoding.Latin1);
        int status = int.Parse((await reader.ReadLineAsync())!.Split(' ')[1]);
        Dictionary<string, string> headers = new(StringComparer.OrdinalIgnoreCase);
        while (await reader.ReadLineAsync() is { Length: > 0 } line)
        {
            string[] header = line.Split(": ", 2);
            headers.Add(header[0], header[^1]);
        }

        char[] body = new char[int.Parse(headers.GetValueOrDefault("Content-Length", "0"))];
        if (body.Length > 0)
        {
            await reader.ReadBlockAsync(body);
        }

        return new HostReply(status, headers, Encoding.Latin1.GetBytes(body));
    }

    public async Task<HostReply> WhileStoppingAsync(Func<Task<HostReply>> send)
    {
        // Registered callbacks run after the stop was requested and before the server stops listening.
        TaskCompletionSource<HostReply> reply = new(TaskCreationOptions.RunContinuationsAsynchronously);
        app.Lifetime.ApplicationStopping.Register(() => reply.SetResult(Task.Run(send).GetAwaiter().GetResult()));
        await app.StopAsync();
        return await reply.Task;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();
}
