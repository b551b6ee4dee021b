using System.Text;

namespace QStash.Serverless.AzureFunctions;

/// <summary>What a function answered to a request.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Headers">The headers.</param>
/// <param name="Body">The body; often empty.</param>
/// <param name="Outputs">What it sends through its other output bindings, such as a storage queue's, by name. What it publishes to QStash went to the publisher.</param>
public sealed record QStashFunctionsReply(int Status, IReadOnlyDictionary<string, string> Headers, ReadOnlyMemory<byte> Body, IReadOnlyDictionary<string, object> Outputs)
{
    /// <summary>The body as text.</summary>
    public string Text => Encoding.UTF8.GetString(Body.Span);
}
