namespace QStash.Serverless.Cli.Demo;

/// <summary>Something the file of orders promises.</summary>
/// <param name="Subject">The order, queue or request it is about.</param>
/// <param name="Promise">What is to be observed.</param>
/// <param name="Instead">Null when it was observed, else what was observed instead.</param>
internal sealed record Expectation(string Subject, string Promise, Func<Observations, string?> Instead);

/// <summary>A promise that was not kept.</summary>
internal sealed record Unmet(string Subject, string Promise, string Instead);
