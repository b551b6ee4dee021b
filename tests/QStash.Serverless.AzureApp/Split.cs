using Microsoft.Azure.Functions.Worker;
using QStash.Serverless.AzureFunctions;

namespace QStash.Serverless.AzureApp;

/// <summary>The answer to QStash, messages, and another output beside them.</summary>
public sealed class Split
{
    /// <summary>What QStash is answered.</summary>
    public QStashResult? Result { get; set; }

    /// <summary>A message each.</summary>
    [QStashOutput(Url = "%PublicUrl%/api/receipts")]
    public IReadOnlyList<Receipt>? Receipts { get; set; }

    /// <summary>A message of a storage queue.</summary>
    [QueueOutput("packing")]
    public string? Packing { get; set; }
}
