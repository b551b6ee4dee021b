using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using QStash.Serverless.AzureFunctions;
using QStash.Serverless.Testing;

namespace QStash.Serverless.HostTests.AzureFunctions;

/// <summary>A function app in the harness, and deliveries to it.</summary>
public abstract class FunctionsTest : IAsyncDisposable
{
    protected const string Site = "https://shop.azurewebsites.net";

    private readonly string _key = SignedDelivery.NewSigningKey();
    private QStashFunctionsHarness? _app;

    protected FakeQStashPublisher Publisher { get; } = new();

    protected CapturedLogs Logs { get; } = new();

    private protected List<string> Seen { get; } = [];

    protected QStashFunctionsHarness App => _app!;

    /// <param name="before">What Program.cs does before UseQStash().</param>
    /// <param name="after">What it does after.</param>
    /// <param name="functions">The function classes.</param>
    protected async Task StartAsync(Action<QStashFunctionsHarnessBuilder> before, Action<QStashFunctionsHarnessBuilder, QStashBuilder> after, params Type[] functions)
    {
        Assert.Null(_app);
        _app = await QStashFunctionsHarness.StartAsync(
            builder =>
            {
                Prepare(builder);
                before(builder);
                after(builder, builder.UseQStash());
            },
            functions);
    }

    protected Task StartAsync(Action<QStashFunctionsHarnessBuilder, QStashBuilder> after, params Type[] functions) => StartAsync(static _ => { }, after, functions);

    protected Task StartAsync(params Type[] functions) => StartAsync(static (_, _) => { }, functions);

    /// <summary>All that an app needs but UseQStash().</summary>
    protected void Prepare(QStashFunctionsHarnessBuilder builder)
    {
        builder.Configuration["QStash:CurrentSigningKey"] = _key;
        builder.Logging.AddProvider(Logs);
        builder.Services.AddSingleton<IQStashPublisher>(Publisher);
        builder.Services.AddSingleton(Seen);
    }

    protected SignedDelivery Delivery(string path, string json = """{"id":"o-1","quantity":3}""") => new SignedDelivery(Site + path, _key) { MessageId = "msg_1" }.WithJson(json);

    protected async Task<QStashFunctionsReply> DeliverAsync(SignedDelivery delivery)
    {
        using HttpRequestMessage request = delivery.ToRequest();
        return await _app!.SendAsync(request);
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }
    }
}
