using System.Text;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Core.FunctionMetadata;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.Extensions.DependencyInjection;
using QStash.Serverless.AzureFunctions;

namespace QStash.Serverless.HostTests.AzureFunctions;

/// <summary>
/// What the host gets to see of each function: the bindings as the Functions SDK writes them, and as they leave the worker. Approved as a text beside this file; after
/// an intended change: <c>QSTASH_APPROVE=1 dotnet test tests/QStash.Serverless.HostTests --filter Bindings</c>.
/// </summary>
public sealed class BindingsTests : FunctionsTest
{
    [Fact]
    public async Task Bindings_before_and_after_are_the_approved_ones()
    {
        Snapshot before = new();
        Snapshot after = new();
        await StartAsync(
            builder => builder.Services.Insert(0, ServiceDescriptor.Singleton<IFunctionMetadataTransformer>(before)),
            (builder, _) => builder.Services.AddSingleton<IFunctionMetadataTransformer>(after),
            typeof(Sample));

        StringBuilder text = new();
        foreach ((string name, string[] bindings) in before.Functions)
        {
            text.Append(name).Append('\n');
            string[] rewritten = after.Functions.Single(function => function.Name == name).Bindings;
            text.Append(string.Concat(bindings.Select(binding => $"  {(rewritten.Contains(binding) ? ' ' : '-')} {binding}\n")));
            text.Append(string.Concat(rewritten.Except(bindings).Select(static binding => $"  + {binding}\n")));
        }

        string file = Path.Combine(Repository.Root, "tests", "QStash.Serverless.HostTests", "AzureFunctions", "Bindings.txt");
        if (Environment.GetEnvironmentVariable("QSTASH_APPROVE") == "1")
        {
            await File.WriteAllTextAsync(file, text.ToString());
        }

        Assert.Equal(File.Exists(file) ? (await File.ReadAllTextAsync(file)).ReplaceLineEndings("\n") : "", text.ToString());
    }

    [Fact]
    public async Task Transformer_runs_again_nothing_changes()
    {
        Snapshot first = new();
        List<IFunctionMetadata> functions = [];
        await StartAsync(
            static _ => { },
            (builder, _) =>
            {
                builder.Services.AddSingleton<IFunctionMetadataTransformer>(first);
                builder.Services.AddSingleton<IFunctionMetadataTransformer>(new Keep(functions));
            },
            typeof(Sample));

        App.Services.GetServices<IFunctionMetadataTransformer>().OfType<IFunctionMetadataTransformer>().First(static transformer => transformer.Name == "QStash.Serverless").Transform(functions);

        Assert.Equal(first.Functions.SelectMany(static function => function.Bindings), functions.SelectMany(static function => function.RawBindings!));
        Assert.Equal(200, (await DeliverAsync(Delivery("/api/orders/7/placed"))).Status);
    }

    private sealed class Snapshot : IFunctionMetadataTransformer
    {
        public List<(string Name, string[] Bindings)> Functions { get; } = [];

        public string Name => "snapshot";

        public void Transform(IList<IFunctionMetadata> original) => Functions.AddRange(original.Select(static function => (function.Name!, function.RawBindings!.ToArray())));
    }

    private sealed class Keep(List<IFunctionMetadata> functions) : IFunctionMetadataTransformer
    {
        public string Name => "keep";

        public void Transform(IList<IFunctionMetadata> original) => functions.AddRange(original);
    }

    public sealed class Outcome
    {
        public QStashResult? Answer { get; init; }

        [QueueOutput("audit", Connection = "Storage")]
        public string? Audit { get; init; }

        [QStashOutput(UrlGroup = "receipts", Retries = 4)]
        public Purchase? Receipt { get; init; }
    }

    public sealed class Report
    {
        [HttpResult]
        public string? Page { get; init; }

        [QStashOutput(Url = "https://shop.example/reports")]
        public string? Text { get; init; }
    }

    private sealed class Sample
    {
        [Function("defaults")]
        public static void Defaults([QStashTrigger] QStashDelivery delivery)
        {
        }

        [Function("placed")]
        public static QStashResult<Purchase> Placed([QStashTrigger("orders/{id:int}/placed")] QStashDelivery<Purchase> order) => order.Payload;

        [Function("everything")]
        public static void Everything([QStashTrigger("a/b", Methods = ["PUT", "post"], AuthLevel = AuthorizationLevel.Function)] string text)
        {
        }

        [Function("bytes")]
        public static void Bytes([QStashTrigger] ReadOnlyMemory<byte> bytes)
        {
        }

        [Function("method-output")]
        [QStashOutput(UrlGroup = "receipts", Delay = "5s", ContentBasedDeduplication = true)]
        public static string MethodOutput([QStashTrigger] QStashDelivery delivery) => "receipt";

        [Function("other-outputs")]
        public static Outcome OtherOutputs([QStashTrigger] Purchase purchase) => new();

        [Function("timer")]
        [QStashOutput(Url = "https://shop.example/closed")]
        public static string Timer([TimerTrigger("0 0 2 * * *", RunOnStartup = true)] TimerInfo timer) => "closed";

        [Function("queue")]
        [QueueOutput("out")]
        public static string Queue([QueueTrigger("in", Connection = "Storage")] string message) => message;

        [Function("http")]
        public static HttpResponseData Http([HttpTrigger(AuthorizationLevel.Anonymous, "get", "post", Route = "hi/{name}")] HttpRequestData request, string name) => request.CreateResponse();

        [Function("http-and-output")]
        public static Report HttpAndOutput([HttpTrigger(AuthorizationLevel.Admin, "get")] HttpRequestData request) => new();
    }
}
