using System.Text.RegularExpressions;
using QStash.Serverless.LambdaTests.Processes;
using QStash.Serverless.Testing;

namespace QStash.Serverless.TrimTests;

/// <summary>What a user of a fully trimmed Lambda function would notice: the executable as it is published, fed through the Runtime API.</summary>
public sealed class TrimmedFunctionTests : IDisposable
{
    // A slow machine with an empty package folder still has to fetch the runtime.
    private readonly CancellationTokenSource _patience = new(TimeSpan.FromMinutes(5));
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("qstash-trim-");

    [Fact]
    public async Task PublishedFunction_WarnsOfNothing_AndHandlesRefusesAndDeadLetters()
    {
        string published = Path.Combine(_folder.FullName, "published");
        string output = await TrimmedPublish.RunAsync("QStash.Serverless.LambdaApp", published, _folder, _patience.Token);
        Assert.DoesNotMatch(@"\b(warning|error) [A-Z]+\d+", output);
        Assert.DoesNotMatch(@"\bIL[23]\d{3}\b", output);
        Assert.True(File.Exists(Path.Combine(published, "QStash.Serverless.Lambda.dll")));
        Assert.False(File.Exists(Path.Combine(published, "System.Private.Xml.dll")), "what is not used is still there");

        await using Sandbox sandbox = await Sandbox.StartAsync(Path.Combine(published, "QStash.Serverless.LambdaApp" + (OperatingSystem.IsWindows() ? ".exe" : "")));
        Subprocess function = sandbox.StartFunction();
        string good = await sandbox.OrderAsync("""{"id":"good","total":42.5}""");
        string shaky = await sandbox.OrderAsync("""{"id":"shaky","total":1,"fails":true}""");
        string malformed = await sandbox.OrderAsync("One order, please!");

        await sandbox.LoggedAsync(good, "DELIVERED");
        await sandbox.LoggedAsync(shaky, "DELIVERED");
        Assert.Equal(489, (await sandbox.LoggedAsync(malformed, "FAILED")).ResponseStatus);
        await function.WaitForOutputAsync(new Regex("Receipt for good: 42.5"), sandbox.Patience);
        SignedDelivery forged = new SignedDelivery($"{sandbox.Url}/orders", SignedDelivery.NewSigningKey()).WithJson("""{"id":"forged","total":1}""");
        using HttpResponseMessage refused = await sandbox.Http.SendAsync(forged.ToRequest(), sandbox.Patience);
        Assert.Equal(401, (int)refused.StatusCode);
    }

    public void Dispose()
    {
        _patience.Dispose();
        _folder.Delete(recursive: true);
    }
}
