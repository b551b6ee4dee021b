namespace QStash.Serverless.PackageTests.Templates;

/// <summary>The projects of the pairwise cases; two of them have got items too.</summary>
public sealed class GeneratedProjects(PackedFeed feed) : IAsyncLifetime
{
    internal ProjectSet Set { get; private set; } = null!;

    /// <inheritdoc/>
    public async Task InitializeAsync() => Set = await ProjectSet.BuildAsync(feed, TemplateCase.Pairwise);

    /// <inheritdoc/>
    public Task DisposeAsync() => Task.CompletedTask;
}
