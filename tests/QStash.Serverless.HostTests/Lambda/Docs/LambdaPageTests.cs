using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using QStash.Serverless.Lambda;
using QStash.Serverless.Testing;

namespace QStash.Serverless.HostTests.Lambda.Docs;

/// <summary>Keeps docs/aws-lambda.md, docs/aws-lambda-amazon.md and the code that is compiled and run the same.</summary>
public sealed partial class LambdaPageTests
{
    private static readonly string s_page = Read("aws-lambda.md");

    public static TheoryData<string> CSharpBlocks => [.. Fence().Matches(s_page + Read("aws-lambda-amazon.md")).Where(static match => match.Groups[1].Value == "csharp").Select(static match => match.Groups[2].Value)];

    public static TheoryData<string> Links => [.. Link().Matches(s_page).Select(static match => match.Groups[1].Value)];

    [Theory]
    [MemberData(nameof(CSharpBlocks))]
    public void CSharp_block_is_compiled_and_run_by_the_tests(string block)
    {
        IEnumerable<string> sources = new[] { "QStash.Serverless.LambdaApp", "QStash.Serverless.LambdaAmazonApp", "QStash.Serverless.HostTests/Lambda/Docs" }
            .SelectMany(static folder => Directory.EnumerateFiles(Path.Combine(Repository.Root, "tests", folder), "*.cs"));

        Assert.Contains(sources, source => Normalize(File.ReadAllText(source)).Contains(Normalize(block), StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Links))]
    public void Link_leads_to_a_heading(string anchor) =>
        Assert.Contains(anchor, Heading().Matches(s_page).Select(static match => match.Groups[1].Value.ToLowerInvariant().Replace(",", "", StringComparison.Ordinal).Replace("`", "", StringComparison.Ordinal).Replace(' ', '-')));

    [Fact]
    public async Task Function_is_tested_with_an_event_of_a_few_lines()
    {
        string signingKey = SignedDelivery.NewSigningKey();

        await using QStashLambdaHandler function = QStashLambda.CreateBuilder(options => options.CurrentSigningKey = signingKey)
            .Map<Order, OrderHandler>("/orders").Build();
        SignedDelivery delivery = new SignedDelivery("https://shop.test/orders", signingKey).WithJson("""{"id":"o-1","total":-1}""");
        byte[] lambdaEvent = JsonSerializer.SerializeToUtf8Bytes(new
        {
            version = "2.0",
            rawPath = "/orders",
            headers = delivery.AllHeaders().ToDictionary(),
            requestContext = new { domainName = "shop.test" },
            body = Encoding.UTF8.GetString(delivery.Body.Span),
        });

        using JsonDocument reply = JsonDocument.Parse(await function.HandleAsync(new MemoryStream(lambdaEvent), Timeout.InfiniteTimeSpan));

        Assert.Equal(489, reply.RootElement.GetProperty("statusCode").GetInt32());   // a negative total is dead-lettered
    }

    private static string Read(string page) => File.ReadAllText(Path.Combine(Repository.Root, "docs", page)).ReplaceLineEndings("\n");

    private static string Normalize(string code) => string.Join('\n', code.ReplaceLineEndings("\n").Split('\n').Select(static line => line.Trim()));

    [GeneratedRegex(@"^```(\w+)\n(.*?)\n```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();

    [GeneratedRegex(@"\]\(#([^)]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex("^##+ (.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    private sealed record Order(string Id, decimal Total);

    private sealed class OrderHandler : IQStashHandler<Order>
    {
        public Task<QStashResult> HandleAsync(QStashDelivery<Order> delivery, CancellationToken cancellationToken) =>
            Task.FromResult(delivery.Payload.Total < 0 ? QStashResult.DeadLetter("a negative total") : QStashResult.Success());
    }
}
