using System.Text.RegularExpressions;
using QStash.Serverless.Client;
using QStash.Serverless.DevServer;

namespace QStash.Serverless.PackageTests.Templates;

public sealed partial class ProjectTemplateTests
{
    /// <summary>As a process, called by a local QStash.</summary>
    [Theory]
    [InlineData("qstash-web")]
    [InlineData("qstash-lambda none")]
    public async Task App_HandlesWhatALocalQStashDelivers(string host)
    {
        using CancellationTokenSource patience = new(TimeSpan.FromMinutes(2));
        GeneratedProject project = projects.Set[TemplateCase.Pairwise.First(templateCase => templateCase.Host == host)];
        await using QStashDevServer qstash = await QStashDevServer.StartAsync(ct: patience.Token);
        QStashClient client = new(new QStashClientOptions { Url = qstash.Url.ToString(), Token = qstash.Token });
        Dictionary<string, string> environment = new(qstash.Settings)
        {
            ["QSTASH_PUBLIC_BASE_URL"] = "https://shop.test",
            ["QSTASH_APP"] = "shop",
            ["QSTASH_ENV"] = "test",
            ["ASPNETCORE_ENVIRONMENT"] = "Production",
        };
        await using Subprocess app = feed.Start(project.App, PackedFeed.Dotnet, [project.Assembly, "--urls", "http://127.0.0.1:0"], environment);
        Match serving = await app.WaitForOutputAsync(Serving(), patience.Token);
        qstash.MapHost("https://shop.test", new Uri(serving.Groups["url"].Value));

        // The receipt goes to the URL group that the project declares: the tool makes it so.
        await using Subprocess apply = feed.Start(project.Folder, await feed.ToolAsync(), ["apply", project.App, "--yes"], environment);
        Assert.True(await apply.WaitForExitAsync(patience.Token) == 0, apply.Output);
        await client.PublishAsync(Destination.Url("https://shop.test/orders"), new { id = "o-1", total = 42.5m }, cancellationToken: patience.Token);
        await client.PublishAsync(Destination.Url("https://shop.test/orders"), new { id = "o-2", total = -1 }, cancellationToken: patience.Token);
        await qstash.DrainAsync(TimeSpan.FromMinutes(1), patience.Token);

        await app.WaitForOutputAsync(new Regex(@"Receipt for o-1: 42\.5"), patience.Token);
        DeadLetter letter = Assert.Single(await client.DeadLetters.ListAsync(cancellationToken: patience.Token).ToArrayAsync(patience.Token));
        Assert.Equal("Order o-2 has a negative total."u8, letter.ResponseBody.Span);
    }

    [GeneratedRegex(@"(Now listening on:|as a Function URL on) (?<url>http://127\.0\.0\.1:\d+)")]
    private static partial Regex Serving();
}
