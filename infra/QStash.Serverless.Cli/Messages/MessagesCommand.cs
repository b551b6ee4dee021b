using System.CommandLine;
using QStash.Serverless.Client;

namespace QStash.Serverless.Cli.Messages;

/// <summary><c>dotnet qstash messages</c>.</summary>
internal static class MessagesCommand
{
    public static Command Create(ToolOptions tool) => new ToolCommand("messages", "Shows and cancels pending messages.",
        """
        Exit code: 0 done; 1 it did not work; 130 Ctrl+C.

        Examples:
          dotnet qstash messages show msg_123
          dotnet qstash messages cancel msg_123 msg_456
          dotnet qstash messages cancel --queue shop.prod.orders --yes

        """)
    {
        Show(tool), Cancel(tool),
    };

    private static ToolCommand Show(ToolOptions tool)
    {
        Argument<string> id = new("message-id") { Description = "The message's id." };
        ToolCommand command = new("show", "Shows a message that is pending, or was until a moment ago.",
            """
            Exit code: 0 shown; 1 there is none, or QStash refused; 130 Ctrl+C.

            Examples:
              dotnet qstash messages show msg_123
              dotnet qstash messages show msg_123 --json

            """)
        {
            id,
        };
        tool.Act(command, async run => await run.Client.Messages.GetAsync(run.Get(id), run.Stopped) is { } message
            ? run.Show(message.Json, StoredFields.Of(run, message))
            : run.Refuse($"There is no message '{OneLine.Of(run.Get(id))}': QStash forgets messages shortly after they are done. `dotnet qstash logs --message {OneLine.Of(run.Get(id))}` shows what happened to it."));
        return command;
    }

    private static ToolCommand Cancel(ToolOptions tool)
    {
        FilterOptions filter = new();
        Option<string[]> host = FilterOptions.Many("--host", "HOST", "Messages to this host.");
        Option<string[]> path = FilterOptions.Many("--path", "PATH", "Messages to this path.");
        Selection selection = new("message-id", "Ids of messages.", [.. filter.All, host, path]);
        ToolCommand command = new("cancel", "Cancels messages: no further attempt is made. One that is in flight may still be delivered.",
            """
            By id, by filters that must all match, or with --all. More than ids asks first.

            Exit code: 0 done; 1 refused, or nothing was cancelled because of the answer; 130 Ctrl+C.

            Examples:
              dotnet qstash messages cancel msg_123
              dotnet qstash messages cancel --destination https://shop.example.com/orders --yes
              dotnet qstash messages cancel --all

            """);
        selection.AddTo(command);
        tool.Act(command, async run =>
        {
            MessageFilter chosen = filter.Fill(run, new MessageFilter { Hosts = run.Get(host)!, Paths = run.Get(path)! });
            string[] ids = selection.Ids(run);
            if (ids.Length == 0 && !await run.ConfirmAsync(selection.IsAll(run) ? $"Cancel every pending message of the account at {run.Account.Url}?" : "Cancel every pending message that matches?", selection.IsSaid(run)))
            {
                return 1;
            }

            int cancelled = ids.Length == 1 ? await run.Client.Messages.CancelAsync(ids[0], run.Stopped) ? 1 : 0
                : ids.Length > 1 ? await run.Client.Messages.CancelAsync(ids, run.Stopped)
                : selection.IsAll(run) ? await run.Client.Messages.CancelAllAsync(run.Stopped)
                : await run.Client.Messages.CancelAsync(chosen, cancellationToken: run.Stopped);
            return run.Done($"{cancelled} message{(cancelled == 1 ? "" : "s")} cancelled.", new { cancelled });
        });
        return command;
    }
}
