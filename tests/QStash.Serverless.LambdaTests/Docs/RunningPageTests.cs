using System.Text.RegularExpressions;
using QStash.Serverless.Client;
using QStash.Serverless.DevServer;
using QStash.Serverless.Lambda;

namespace QStash.Serverless.LambdaTests.Docs;

/// <summary>Keeps docs/aws-lambda-running.md and the code that is compiled and run here the same.</summary>
public sealed partial class RunningPageTests
{
    private static readonly string s_page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "aws-lambda-running.md")).ReplaceLineEndings("\n");

    public static TheoryData<string> CSharpBlocks => [.. Fence().Matches(s_page).Select(static match => match.Groups[1].Value)];

    public static TheoryData<string> Projects => [.. Project().Matches(s_page).Select(static match => match.Groups[1].Value)];

    [Theory]
    [MemberData(nameof(CSharpBlocks))]
    public void CSharp_block_is_compiled_and_run_by_the_tests(string block)
    {
        IEnumerable<string> sources = new[] { "QStash.Serverless.LambdaApp", "QStash.Serverless.LambdaTests/Docs" }
            .SelectMany(static folder => Directory.EnumerateFiles(Path.Combine(Repository.Root, "tests", folder), "*.cs"));

        Assert.Contains(sources, source => Normalize(File.ReadAllText(source)).Contains(Normalize(block), StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Command_names_a_project_of_this_repository(string project) => Assert.True(Directory.Exists(Path.Combine(Repository.Root, project)), project);

    [Fact]
    public async Task Delivery_ReachesTheFunctionAsAnEvent()
    {
        TaskCompletionSource<Order> handled = OrderHandler.Expect("o-1");
        await using QStashDevServer qstash = await QStashDevServer.StartAsync();
        await using QStashLambdaHandler function = QStashLambda.CreateBuilder(options => options.CurrentSigningKey = qstash.CurrentSigningKey)
            .Map<Order, OrderHandler>("/orders").Build();
        await using LambdaFunctionUrl url = LambdaFunctionUrl.Start(function);              // on a free port
        QStashClient client = new(new QStashClientOptions { Url = qstash.Settings["QSTASH_URL"], Token = qstash.Token });

        await client.PublishAsync(Destination.Url(new Uri(url.Url, "/orders")), new Order("o-1", 42.50m));
        await qstash.DrainAsync(TimeSpan.FromSeconds(30));                                  // delivered as an event, and answered

        Assert.Equal(42.50m, (await handled.Task.WaitAsync(TimeSpan.FromMinutes(1), TimeProvider.System)).Total);
    }

    private static string Normalize(string code) => string.Join('\n', code.ReplaceLineEndings("\n").Split('\n').Select(static line => line.Trim()).Where(static line => line.Length > 0));

    [GeneratedRegex(@"^```csharp\n(.*?)\n```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();

    [GeneratedRegex(@"--project (\S+)")]
    private static partial Regex Project();

    internal sealed record Order(string Id, decimal Total);

    internal sealed class OrderHandler : IQStashHandler<Order>
    {
        private static readonly System.Collections.Concurrent.ConcurrentDictionary<string, TaskCompletionSource<Order>> s_expected = new();

        internal static TaskCompletionSource<Order> Expect(string id) => s_expected.GetOrAdd(id, static _ => new(TaskCreationOptions.RunContinuationsAsynchronously));

        public Task<QStashResult> HandleAsync(QStashDelivery<Order> delivery, CancellationToken cancellationToken)
        {
            Expect(delivery.Payload.Id).TrySetResult(delivery.Payload);
            return Task.FromResult(QStashResult.Success());
        }
    }
}
