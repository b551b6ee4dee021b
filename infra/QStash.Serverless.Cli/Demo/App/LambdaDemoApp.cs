using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using QStash.Serverless.Cli.Demo.Orders;
using QStash.Serverless.Client;
using QStash.Serverless.Lambda;

namespace QStash.Serverless.Cli.Demo.App;

/// <summary>The same app as a Lambda function: each request becomes a Function URL's event, and the function's reply the response.</summary>
internal sealed class LambdaDemoApp : IDemoApp
{
    public static readonly DemoHost Host = new("lambda", "a Lambda function", StartAsync);

    private readonly ServiceProvider _services;
    private readonly LambdaFunctionUrl _url;

    private LambdaDemoApp(ServiceProvider services)
    {
        _services = services;
        _url = LambdaFunctionUrl.Start(services.GetRequiredService<QStashLambdaHandler>());
    }

    public string Url => _url.Url.GetLeftPart(UriPartial.Authority);

    public IQStashPublisher Publisher => _services.GetRequiredService<IQStashPublisher>();

    private static async Task<IDemoApp> StartAsync(IReadOnlyDictionary<string, string> settings, DemoJournal journal, CancellationToken cancellationToken)
    {
        // Neither files nor variables of the place where the demo happens to run may change the function.
        IConfiguration configuration = new ConfigurationBuilder().AddInMemoryCollection(settings!).Build();
        ServiceCollection services = new();
        services.AddSingleton(journal);
        QStashLambdaBuilder lambda = services.AddQStashLambda(
            static options =>
            {
                options.PublicBaseUrl = null;
                options.Regions.Clear();
            },
            configuration);
        lambda.QStash.AddJson(DemoJson.Default).AddClient(options => (options.Url, options.Token) = (settings["QSTASH_URL"], settings["QSTASH_TOKEN"]));
        lambda.Map<Order, OrderHandler>("/orders");
        lambda.Map<Invoice, InvoiceHandler>("/invoices");
        lambda.Map<QStashCallback, FailureHandler>("/failed");
        services.AddHttpClient(QStashClientOptions.HttpClientName)
            .ConfigurePrimaryHttpMessageHandler(static () => new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false });

        ServiceProvider provider = services.BuildServiceProvider();
        try
        {
            await provider.GetRequiredService<QStashLambdaHandler>().WarmUpAsync(cancellationToken);
            return new LambdaDemoApp(provider);
        }
        catch
        {
            await provider.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _url.DisposeAsync();
        await _services.DisposeAsync();
    }
}
