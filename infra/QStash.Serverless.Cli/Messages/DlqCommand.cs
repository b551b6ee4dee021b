using System.CommandLine;
using System.Globalization;
using QStash.Serverless.Client;

namespace QStash.Serverless.Cli.Messages;

/// <summary><c>dotnet qstash dlq</c>.</summary>
internal static class DlqCommand
{
    private const int DefaultLimit = 100;

    public static Command Create(ToolOptions tool) => new ToolCommand("dlq", "Shows, retries and deletes dead letters: messages that have failed for good.",
        """
        Exit code: 0 done; 1 it did not work; 130 Ctrl+C.

        Examples:
          dotnet qstash dlq list --status 500
          dotnet qstash dlq retry --queue shop.prod.orders --yes
          dotnet qstash dlq delete --all

        """)
    {
        List(tool), Show(tool), Retry(tool), Delete(tool),
    };

    private static ToolCommand List(ToolOptions tool)
    {
        DeadLetterFilters filters = new();
        Option<int?> limit = TypedOption.Count("--limit", 1, int.MaxValue, $"How many to show, the oldest first. Default: {DefaultLimit}.");
        ToolCommand command = new("list", "Lists dead letters, the oldest first.",
            """
            Exit code: 0 listed; 1 QStash refused; 130 Ctrl+C.

            Examples:
              dotnet qstash dlq list
              dotnet qstash dlq list --destination https://shop.example.com/orders --status 500 --from 1d
              dotnet qstash dlq list --json

            """)
        {
            limit,
        };
        filters.AddTo(command);
        tool.Act(command, async run =>
        {
            List<DeadLetter> letters = await run.Client.DeadLetters.ListAsync(filters.Of(run), run.Stopped).Take(run.Get(limit) ?? DefaultLimit).ToListAsync(run.Stopped);
            return run.List(letters, static letter => letter.Json, "No dead letters match.",
                new("DEAD LETTER", static letter => letter.DlqId),
                new("MESSAGE", static letter => letter.MessageId),
                new("CREATED", letter => run.At(letter.CreatedAt)),
                new("STATUS", static letter => letter.ResponseStatus?.ToString(CultureInfo.InvariantCulture) ?? "", IsNumber: true),
                new("DESTINATION", static letter => letter.Url),
                new("ANSWER", static letter => OneLine.Of(MessageBody.Shown(letter.ResponseBody), 60)));
        });
        return command;
    }

    private static ToolCommand Show(ToolOptions tool)
    {
        Argument<string> id = new("dlq-id") { Description = "The dead letter's own id, not the message's." };
        ToolCommand command = new("show", "Shows a dead letter with its last answer.",
            """
            Exit code: 0 shown; 1 there is none, or QStash refused; 130 Ctrl+C.

            Examples:
              dotnet qstash dlq show 1725323658779-0
              dotnet qstash dlq show 1725323658779-0 --json

            """)
        {
            id,
        };
        tool.Act(command, async run => await run.Client.DeadLetters.GetAsync(run.Get(id), run.Stopped) is { } letter
            ? run.Show(letter.Json,
            [
                ("dead letter", letter.DlqId),
                ("status", letter.ResponseStatus?.ToString(CultureInfo.InvariantCulture) ?? "no answer"),
                ("answer", letter.ResponseBody.IsEmpty ? null : MessageBody.Shown(letter.ResponseBody)),
                .. StoredFields.Of(run, letter),
            ])
            : NoSuch(run, run.Get(id)));
        return command;
    }

    private static ToolCommand Retry(ToolOptions tool)
    {
        DeadLetterFilters filters = new();
        Selection selection = new("dlq-id", "Ids of dead letters, not of their messages.", filters.All);
        ToolCommand command = new("retry", "Delivers dead letters again, as new messages; the dead letters go away.",
            """
            By id, by filters that must all match, or with --all. More than ids asks first.

            Exit code: 0 queued; 1 there is none, QStash refused, or the answer was no; 130 Ctrl+C.

            Examples:
              dotnet qstash dlq retry 1725323658779-0
              dotnet qstash dlq retry --destination https://shop.example.com/orders --from 1d
              dotnet qstash dlq retry --all --yes

            """);
        selection.AddTo(command);
        tool.Act(command, async run =>
        {
            QStashDeadLetters dlq = run.Client.DeadLetters;
            string[] ids = selection.Ids(run);
            if (ids.Length == 1)
            {
                return await dlq.RetryAsync(ids[0], cancellationToken: run.Stopped) is { } message ? Receipt.Write(run, [message]) : NoSuch(run, ids[0]);
            }

            DeadLetterFilter filter = filters.Of(run);
            if (ids.Length == 0 && !await run.ConfirmAsync($"Deliver {await CountAsync(run, filter, selection)} again?", selection.IsSaid(run)))
            {
                return 1;
            }

            IReadOnlyList<PublishedMessage> messages = ids.Length > 0 ? await dlq.RetryAsync(ids, cancellationToken: run.Stopped)
                : selection.IsAll(run) ? await dlq.RetryAllAsync(cancellationToken: run.Stopped)
                : await dlq.RetryAsync(filter, cancellationToken: run.Stopped);
            run.Screen.Error($"{messages.Count} dead letter{(messages.Count == 1 ? "" : "s")} queued again.");
            return Receipt.Write(run, messages);
        });
        return command;
    }

    private static ToolCommand Delete(ToolOptions tool)
    {
        DeadLetterFilters filters = new();
        Selection selection = new("dlq-id", "Ids of dead letters, not of their messages.", filters.All);
        ToolCommand command = new("delete", "Deletes dead letters. It asks first: they cannot be brought back.",
            """
            By id, by filters that must all match, or with --all.

            Exit code: 0 deleted; 1 there is none, QStash refused, or the answer was no; 130 Ctrl+C.

            Examples:
              dotnet qstash dlq delete 1725323658779-0 --yes
              dotnet qstash dlq delete --to 30d
              dotnet qstash dlq delete --all --yes

            """);
        selection.AddTo(command);
        tool.Act(command, async run =>
        {
            QStashDeadLetters dlq = run.Client.DeadLetters;
            string[] ids = selection.Ids(run);
            DeadLetterFilter filter = filters.Of(run);
            string which = ids.Length == 1 ? $"the dead letter {OneLine.Of(ids[0])}" : ids.Length > 1 ? $"{ids.Length} dead letters" : await CountAsync(run, filter, selection);
            if (!await run.ConfirmAsync($"Delete {which}? The message{(ids.Length == 1 ? " is" : "s are")} lost then.", selection.IsSaid(run)))
            {
                return 1;
            }

            int deleted = ids.Length == 1 ? await dlq.DeleteAsync(ids[0], run.Stopped) ? 1 : 0
                : ids.Length > 1 ? await dlq.DeleteAsync(ids, run.Stopped)
                : selection.IsAll(run) ? await dlq.DeleteAllAsync(run.Stopped)
                : await dlq.DeleteAsync(filter, run.Stopped);
            return ids.Length > 0 && deleted == 0 ? NoSuch(run, ids[0]) : run.Done($"{deleted} dead letter{(deleted == 1 ? "" : "s")} deleted.", new { deleted });
        });
        return command;
    }

    private static int NoSuch(ToolRun run, string id) =>
        run.Refuse($"There is no dead letter '{OneLine.Of(id)}': it may have been retried or deleted, or the id is the message's. `dotnet qstash dlq list` shows the dead letters' own ids.");

    private static async Task<string> CountAsync(ToolRun run, DeadLetterFilter filter, Selection selection)
    {
        // Nobody is shown the number, so nothing is read for it.
        int count = selection.IsSaid(run) ? 0 : await run.Client.DeadLetters.ListAsync(filter, run.Stopped).CountAsync(run.Stopped);
        return $"{(selection.IsAll(run) ? "all " : "")}{count} dead letter{(count == 1 ? "" : "s")}{(selection.IsAll(run) ? $" of the account at {run.Account.Url}" : " that match")}";
    }
}
