using System.CommandLine;
using QStash.Serverless.Client;

namespace QStash.Serverless.Cli.Messages;

/// <summary><c>dotnet qstash logs</c>.</summary>
internal static class LogsCommand
{
    private const int DefaultLimit = 50;
    private const int LargestPage = 1000;

    public static Command Create(ToolOptions tool)
    {
        FilterOptions filter = new();
        Option<string[]> message = FilterOptions.Many("--message", "ID", "Those of this message.");
        Option<string?> state = new("--state") { HelpName = "STATE", Description = "Those of this kind: CREATED, ACTIVE, ERROR, RETRY, DELIVERED, FAILED, CANCELED, IN_PROGRESS." };
        Option<string[]> host = FilterOptions.Many("--host", "HOST", "Those to this host.");
        Option<string[]> path = FilterOptions.Many("--path", "PATH", "Those to this path.");
        Option<int?> limit = TypedOption.Count("--limit", 1, int.MaxValue, $"How many of the newest to show. Default: {DefaultLimit}; with --follow 10.");
        Option<bool> follow = new("--follow", "-f") { Description = "Go on with what happens from now on, until Ctrl+C." };
        ToolCommand command = new("logs", "Shows what happened to messages, the newest last.",
            """
            Filters must all match. With --json a list, or with --follow an object a line, as QStash sends them.

            Exit code: 0 shown; 1 QStash refused; 130 Ctrl+C, also after --follow.

            Examples:
              dotnet qstash logs --from 2h --state FAILED
              dotnet qstash logs --message msg_123
              dotnet qstash logs --queue shop.prod.orders --follow

            """)
        {
            message, state, host, path, limit, follow,
        };
        foreach (Option option in filter.All)
        {
            command.Options.Add(option);
        }

        tool.Act(command, async run =>
        {
            bool isFollowing = run.Get(follow);
            int most = run.Get(limit) ?? (isFollowing ? 10 : DefaultLimit);
            LogFilter chosen = filter.Fill(run, new LogFilter
            {
                MessageIds = run.Get(message)!,
                State = run.Get(state) is { } word ? new MessageState(word.ToUpperInvariant()) : null,
                Hosts = run.Get(host)!,
                Paths = run.Get(path)!,
                PageSize = Math.Min(most, LargestPage),
            });
            List<LogEntry> entries = await run.Client.Logs.ListAsync(chosen, run.Stopped).Take(most).ToListAsync(run.Stopped);
            entries.Reverse();
            LogLines lines = new(run);
            if (isFollowing)
            {
                return await new LogTail(run, chosen, lines).FollowAsync(entries);
            }

            if (run.IsJson)
            {
                run.Json(entries.Select(static entry => entry.Json));
            }
            else if (entries.Count == 0)
            {
                run.Screen.Error("No log entries match.");
            }

            if (!run.IsJson)
            {
                entries.ForEach(lines.Write);
            }

            return 0;
        });
        return command;
    }
}
