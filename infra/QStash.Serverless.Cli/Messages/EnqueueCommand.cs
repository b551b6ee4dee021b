using System.CommandLine;

namespace QStash.Serverless.Cli.Messages;

/// <summary><c>dotnet qstash enqueue</c>.</summary>
internal static class EnqueueCommand
{
    public static Command Create(ToolOptions tool)
    {
        MessageOptions options = new();
        Argument<string> queue = new("queue") { Description = "The queue's name; QStash creates a missing one with parallelism 1." };
        ToolCommand command = new("enqueue", "Publishes a message through a FIFO queue.",
            """
            Names of queues and URL groups are QStash's own, such as shop.prod.orders.

            Exit code: 0 accepted, also as a duplicate; 1 refused or not sent; 130 Ctrl+C.

            Examples:
              dotnet qstash enqueue shop.prod.orders https://shop.example.com/orders --body '{"id":"o-1"}'
              dotnet qstash enqueue shop.prod.orders --group shop.prod.receipts --body-file order.json

            """)
        {
            queue,
        };
        options.AddTo(command);
        tool.Act(command, async run => Receipt.Write(run, await run.Client.PublishAsync(await options.MessageAsync(run, run.Get(queue)), run.Stopped)));
        return command;
    }
}
