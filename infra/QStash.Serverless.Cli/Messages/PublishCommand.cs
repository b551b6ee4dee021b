using System.CommandLine;

namespace QStash.Serverless.Cli.Messages;

/// <summary><c>dotnet qstash publish</c>.</summary>
internal static class PublishCommand
{
    public static Command Create(ToolOptions tool)
    {
        MessageOptions options = new();
        ToolCommand command = new("publish", "Publishes a message to a URL or to a URL group.",
            """
            It prints the message's id, for a URL group one line an endpoint. Names of URL groups are QStash's own, such as shop.prod.receipts.

            Exit code: 0 accepted, also as a duplicate; 1 refused or not sent; 130 Ctrl+C.

            Examples:
              dotnet qstash publish https://shop.example.com/orders --body '{"id":"o-1"}' --delay 10m --retries 5
              dotnet qstash publish --group shop.prod.receipts --body-file order.json --header 'X-Tenant: acme'
              cat order.json | dotnet qstash publish https://shop.example.com/orders --body-file - --json

            """);
        options.AddTo(command);
        tool.Act(command, async run => Receipt.Write(run, await run.Client.PublishAsync(await options.MessageAsync(run), run.Stopped)));
        return command;
    }
}
