namespace QStash.Serverless;

/// <summary>The output of a function that a message came from, as hosts with outputs declare them beside the function.</summary>
/// <param name="Name">The output's name: part of the deduplication id.</param>
/// <param name="Ordinal">The message's place in the output, from 0: part of the deduplication id.</param>
/// <param name="Connection">The key of the <see cref="IQStashPublisher"/> that publishes it; null for the app's own.</param>
internal sealed record MessageOutput(string Name, int Ordinal, string? Connection);
