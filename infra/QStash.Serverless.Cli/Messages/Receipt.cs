namespace QStash.Serverless.Cli.Messages;

/// <summary>What QStash answered to a publish.</summary>
internal static class Receipt
{
    public static int Write(ToolRun run, PublishReceipt receipt) => Write(run, receipt.Messages);

    public static int Write(ToolRun run, IReadOnlyList<PublishedMessage> messages)
    {
        if (run.IsJson)
        {
            run.Json(new { messages });
            return 0;
        }

        foreach (PublishedMessage message in messages)
        {
            run.Screen.Line(
                new Part(message.MessageId, Part.Strong),
                message.Url is { } url ? $"  {OneLine.Of(url, 200)}" : "",
                new Part(message.Deduplicated ? "  duplicate: nothing new was queued" : "", Part.Warning));
        }

        return 0;
    }
}
