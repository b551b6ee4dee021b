namespace QStash.Serverless;

/// <summary>A flow-control key and its limits (protocol 3.2, 8.3).</summary>
/// <param name="Key">Messages with the same key share the limits.</param>
/// <param name="Limits">Rate, period and parallelism.</param>
public sealed record FlowControl(string Key, FlowControlValue Limits);
