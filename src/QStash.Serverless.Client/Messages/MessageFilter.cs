namespace QStash.Serverless.Client;

/// <summary>Which pending messages to cancel (protocol 2.4).</summary>
public sealed record MessageFilter : QStashFilter
{
    /// <summary>Hosts of destination URLs.</summary>
    public IReadOnlyList<string> Hosts { get; init; } = [];

    /// <summary>Paths of destination URLs.</summary>
    public IReadOnlyList<string> Paths { get; init; } = [];

    internal override QueryParameters ToQuery() => base.ToQuery()
        .AddFilter("host", Hosts, nameof(Hosts))
        .AddFilter("path", Paths, nameof(Paths));
}
