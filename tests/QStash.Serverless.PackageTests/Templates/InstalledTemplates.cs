namespace QStash.Serverless.PackageTests.Templates;

/// <summary>The templates of the packed feed, installed apart from those of this machine's user.</summary>
internal sealed class InstalledTemplates
{
    private readonly PackedFeed _feed;
    private readonly string _hive;

    private InstalledTemplates(PackedFeed feed, string hive)
    {
        _feed = feed;
        _hive = hive;
    }

    internal static async Task<InstalledTemplates> InstallAsync(PackedFeed feed)
    {
        string folder = feed.NewFolder("templates");
        string hive = Path.Combine(folder, "hive");
        await feed.DotnetAsync(folder, "new", "install", feed.PackageFile("QStash.Serverless.Templates"), "--debug:custom-hive", hive);
        return new(feed, hive);
    }

    /// <summary>Runs <c>dotnet new</c>.</summary>
    /// <returns>What it printed.</returns>
    internal Task<string> NewAsync(string folder, params IEnumerable<string> arguments) => _feed.DotnetAsync(folder, ["new", .. arguments, "--debug:custom-hive", _hive]);
}
