using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using QStash.Serverless.AzureFunctions;
using QStash.Serverless.Cli.Demo;
using QStash.Serverless.Cli.Demo.App;
using QStash.Serverless.Client;
using QStash.Serverless.Tests;

namespace QStash.Serverless.AzureDemo;

/// <summary>The function app of the demo in the skin's harness, with HTTP in front of it: everything of the skin but the Functions host and worker.</summary>
internal sealed class AzureDemoApp(FunctionsFront front) : IDemoApp
{
    public static readonly DemoHost Host = new("azure", "an Azure Functions app", StartAsync);

    public string Url { get; } = Below(front.Url);

    public IQStashPublisher Publisher => front.Functions.Services.GetRequiredService<IQStashPublisher>();

    public ValueTask DisposeAsync() => front.DisposeAsync();

    private static async Task<IDemoApp> StartAsync(IReadOnlyDictionary<string, string> settings, DemoJournal journal, CancellationToken cancellationToken) =>
        new AzureDemoApp(await FunctionsFront.StartAsync(url => QStashFunctionsHarness.StartAsync(
            builder =>
            {
                builder.Configuration.AddInMemoryCollection(settings!);
                builder.Configuration["PublicUrl"] = Below(url);
                builder.Services.AddSingleton(journal);
                builder.UseQStash(static options =>
                {
                    options.PublicBaseUrl = null;
                    options.Regions.Clear();
                }).AddJson(DemoJson.Default).AddClient(options => (options.Url, options.Token) = (settings["QSTASH_URL"], settings["QSTASH_TOKEN"]));

                // Everything is on this machine; a proxy of the environment has no part in it.
                builder.Services.AddHttpClient(QStashClientOptions.HttpClientName)
                    .ConfigurePrimaryHttpMessageHandler(static () => new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false });
            },
            typeof(DemoFunctions)), cancellationToken));

    private static string Below(string url) => url + "/api";
}
