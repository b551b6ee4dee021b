using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using QStash.Serverless.AzureFunctions;

namespace QStash.Serverless.HostTests.AzureFunctions;

/// <summary>The contract's routes as functions, in the harness.</summary>
public sealed class HarnessHost(QStashFunctionsHarness functions) : IContractHost
{
    public string Url => "https://shop.azurewebsites.net";

    public static async Task<IContractHost> StartAsync(ContractSetup setup, bool hasAspNetCoreIntegration) =>
        new HarnessHost(await QStashFunctionsHarness.StartAsync(
            builder =>
            {
                builder.Environment.EnvironmentName = setup.Environment;
                builder.Configuration.AddInMemoryCollection(setup.Settings);
                builder.Configuration["AzureFunctionsJobHost:extensions:http:routePrefix"] = "";
                builder.Logging.AddProvider(setup.Logs);
                builder.Services.AddSingleton(setup.TimeProvider);
                builder.Services.AddSingleton(setup);
                if (hasAspNetCoreIntegration)
                {
                    builder.UseAspNetCoreIntegrationInName();
                }

                setup.Configure(builder.UseQStash());
            },
            [.. setup.Routes.Select(static route => (route.Key == "orders" ? typeof(Orders<>) : typeof(ApiOrders<>)).MakeGenericType(route.Value.GetType().GetGenericArguments()))]));

    public async Task<HostReply> SendAsync(string pathAndQuery, IReadOnlyList<KeyValuePair<string, string>> headers, ReadOnlyMemory<byte> body, string? contentType)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, Url + pathAndQuery) { Content = new ReadOnlyMemoryContent(body) };
        foreach ((string name, string value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        request.Content.Headers.ContentType = contentType is null ? null : MediaTypeHeaderValue.Parse(contentType);
        QStashFunctionsReply reply = await functions.SendAsync(request);
        return new HostReply(reply.Status, reply.Headers, reply.Body.ToArray());
    }

    public Task<HostReply> WhileStoppingAsync(Func<Task<HostReply>> send)
    {
        functions.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        return send();
    }

    public ValueTask DisposeAsync() => functions.DisposeAsync();

    // The contract's handlers are routes of the engine; here the engine's route is the function, which calls them.
    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "InvokeAsync")]
    private static extern Task<QStashResult> Invoke(DeliveryRoute route, QStashDelivery delivery, IServiceProvider services, CancellationToken cancellationToken);

    private sealed class Orders<T>(ContractSetup setup)
    {
        [Function("orders")]
        public Task<QStashResult> Run([QStashTrigger] QStashDelivery<T> delivery, FunctionContext context, CancellationToken cancellationToken) =>
            Invoke(setup.Routes["orders"], delivery, context.InstanceServices, cancellationToken);
    }

    private sealed class ApiOrders<T>(ContractSetup setup)
    {
        [Function("vector-orders")]
        public Task<QStashResult> Run([QStashTrigger("api/orders")] QStashDelivery<T> delivery, FunctionContext context, CancellationToken cancellationToken) =>
            Invoke(setup.Routes["api/orders"], delivery, context.InstanceServices, cancellationToken);
    }
}

internal static class HarnessModes
{
    /// <summary>What ConfigureFunctionsWebApplication() does that is seen of it from outside: it tells the host to send requests over HTTP.</summary>
    internal static void UseAspNetCoreIntegrationInName(this IFunctionsWorkerApplicationBuilder builder) =>
        builder.Services.Configure<WorkerOptions>(static options => options.Capabilities["HttpUri"] = "http://localhost:1");
}
