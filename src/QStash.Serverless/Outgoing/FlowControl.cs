namespace QStash.Serverless;

/// <summary>A flow-control key and its limits (protocol 3.2, 8.3).</summary>
/// <param name="Key">
/// Messages with the same key share the limits. It is the name that the code uses: QStash knows it as <c>{app}.{env}.{key}</c> where the client's <c>App</c>
/// and <c>Env</c> are set, so that environments do not use up each other's limits.
/// </param>
/// <param name="Limits">Rate, period and parallelism.</param>
public sealed record FlowControl(string Key, FlowControlValue Limits)
{
    /// <summary>Whether several apps or environments share the limits: QStash then knows them by <see cref="Key"/> alone.</summary>
    public bool Shared { get; init; }
}
