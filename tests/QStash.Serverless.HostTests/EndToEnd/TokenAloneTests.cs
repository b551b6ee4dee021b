using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using QStash.Serverless.DevServer;
using QStash.Serverless.Testing;

namespace QStash.Serverless.HostTests.EndToEnd;

public sealed class TokenAloneTests
{
    [Fact]
    public async Task Token_alone_starts_an_app_that_receives_through_two_key_rotations()
    {
        await using QStashDevServer qstash = await QStashDevServer.StartAsync();
        List<string> received = [];
        await using WebApplication app = App(qstash.Url.ToString(), qstash.Token);
        string path = $"/orders-{Guid.NewGuid():N}";
        app.MapQStash(path, (QStashDelivery<Purchase> order, CancellationToken _) =>
        {
            received.Add(order.Payload.Id);
            return Task.CompletedTask;
        });
        await app.StartAsync();
        Destination orders = Destination.Url(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single() + path);
        IQStashPublisher publisher = app.Services.GetRequiredService<IQStashPublisher>();

        foreach (string id in (string[])["before", "once", "twice"])
        {
            await publisher.PublishAsync(orders, new Purchase(id, 1));
            await qstash.DrainAsync(TimeSpan.FromSeconds(60));
            await qstash.RotateSigningKeysAsync();
        }

        Assert.Equal(["before", "once", "twice"], received);
    }

    [Fact]
    public async Task Wrong_token_fails_the_start_and_names_the_setting()
    {
        await using QStashDevServer qstash = await QStashDevServer.StartAsync();
        await using WebApplication app = App(qstash.Url.ToString(), "wrong");
        app.MapQStash("/orders", (QStashDelivery<Purchase> _, CancellationToken _) => Task.CompletedTask);

        Exception failure = await Assert.ThrowsAnyAsync<Exception>(() => app.StartAsync());

        Assert.Contains("QSTASH_TOKEN", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keys_of_another_account_do_not_stand_for_the_own_ones()
    {
        string other = SignedDelivery.NewSigningKey();
        await using QStashDevServer qstash = await QStashDevServer.StartAsync();
        await using WebApplication app = App(qstash.Url.ToString(), qstash.Token, options => options.OtherSigningKeys.Add(other));
        app.MapQStash("/orders", (QStashDelivery<Purchase> _, CancellationToken _) => Task.CompletedTask);
        await app.StartAsync();
        string url = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single() + "/orders";
        using HttpClient http = new();

        foreach (string key in (string[])[qstash.CurrentSigningKey, qstash.NextSigningKey, other])
        {
            HttpResponseMessage reply = await http.SendAsync(new SignedDelivery(url, key).WithJson("""{"id":"o-1","quantity":1}""").ToRequest());
            Assert.Equal(System.Net.HttpStatusCode.OK, reply.StatusCode);
        }
    }

    private static WebApplication App(string url, string token, Action<QStashReceiverOptions>? configure = null)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.AddQStash(configure).AddClient(options => (options.Url, options.Token) = (url, token));
        return builder.Build();
    }
}
