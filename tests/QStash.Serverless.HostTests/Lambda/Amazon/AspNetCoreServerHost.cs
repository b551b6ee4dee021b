using Amazon.Lambda.AspNetCoreServer.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace QStash.Serverless.HostTests.Lambda.Amazon;

/// <summary>The contract's routes in an ASP.NET Core app that Amazon's server calls.</summary>
internal sealed class AspNetCoreServerHost(WebApplication app, AmazonServer server, LambdaGateway gateway) : IContractHost
{
    public string Url => gateway.Url;

    public WebApplication App => app;

    public static async Task<AspNetCoreServerHost> StartAsync(ContractSetup setup, LambdaGateway gateway, Action<WebApplication>? map = null, Action<HostingOptions>? configure = null, bool takesEventsWhileItStarts = false)
    {
        HostingOptions options = new();
        QStashLambdaHostingExtensions.Configure(options, configure);
        AmazonServer server = new(options) { TakesEventsWhileItStarts = takesEventsWhileItStarts };
        WebApplicationBuilder builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = setup.Environment });
        builder.Configuration.AddInMemoryCollection(setup.Settings);
        builder.Logging.ClearProviders().AddProvider(setup.Logs);
        builder.Services.AddSingleton(setup.TimeProvider);
        builder.Services.AddQStashLambdaHosting(gateway.Kind switch
        {
            "load-balancer" => LambdaEventSource.ApplicationLoadBalancer,
            "rest-api" or "http-api-1" => LambdaEventSource.RestApi,
            _ => LambdaEventSource.HttpApi,
        });
        builder.Services.AddSingleton<IServer>(server);
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
            return new AspNetCoreServerHost(app, server, gateway);
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    public Task<HostReply> SendAsync(string pathAndQuery, IReadOnlyList<KeyValuePair<string, string>> headers, ReadOnlyMemory<byte> body, string? contentType) =>
        SendAsync(pathAndQuery, headers, body, contentType, TimeSpan.FromMinutes(1));

    public Task<HostReply> SendAsync(string pathAndQuery, IReadOnlyList<KeyValuePair<string, string>> headers, ReadOnlyMemory<byte> body, string? contentType, TimeSpan remaining) =>
        server.InvokeAsync(gateway.Request(pathAndQuery, headers, body.Span, contentType), new InvocationContext(remaining), app.Services);

    public async Task<HostReply> WhileStoppingAsync(Func<Task<HostReply>> send)
    {
        TaskCompletionSource<HostReply> reply = new(TaskCreationOptions.RunContinuationsAsynchronously);
        app.Lifetime.ApplicationStopping.Register(() => reply.SetResult(Task.Run(send).GetAwaiter().GetResult()));
        await app.StopAsync();
        return await reply.Task;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();
}
