using System.CommandLine;
using System.Globalization;
using QStash.Serverless.Client;

namespace QStash.Serverless.Cli.Resources;

/// <summary><c>dotnet qstash groups</c>.</summary>
internal static class GroupsCommand
{
    public static Command Create(ToolOptions tool) => new ToolCommand("groups", "Shows, fills and deletes URL groups.",
        """
        Names are QStash's own, such as shop.prod.receipts. What is declared in code changes with `dotnet qstash apply`.

        Exit code: 0 done; 1 it did not work; 130 Ctrl+C.

        Examples:
          dotnet qstash groups list
          dotnet qstash groups add shop.prod.receipts https://audit.example.com/in --name audit
          dotnet qstash groups remove shop.prod.receipts --name audit

        """)
    {
        List(tool), Show(tool), Add(tool), Remove(tool), Delete(tool),
    };

    private static ToolCommand List(ToolOptions tool)
    {
        ToolCommand command = new("list", "Lists the URL groups of the account.",
            """
            Exit code: 0 listed; 1 QStash refused; 130 Ctrl+C.

            Examples:
              dotnet qstash groups list
              dotnet qstash groups list --json

            """);
        tool.Act(command, async run => run.List(await run.Client.UrlGroups.ListAsync(run.Stopped), static group => group.Json, "There are no URL groups.",
            new("GROUP", static group => group.Name),
            new("ENDPOINTS", static group => group.Endpoints.Count.ToString(CultureInfo.InvariantCulture), IsNumber: true),
            new("CHANGED", group => run.At(group.UpdatedAt)),
            new("TO", static group => string.Join(", ", group.Endpoints.Select(static endpoint => endpoint.Name ?? endpoint.Url)))));
        return command;
    }

    private static ToolCommand Show(ToolOptions tool)
    {
        Argument<string> name = Name();
        ToolCommand command = new("show", "Shows a URL group and its endpoints.",
            """
            Exit code: 0 shown; 1 there is none, or QStash refused; 130 Ctrl+C.

            Examples:
              dotnet qstash groups show shop.prod.receipts
              dotnet qstash groups show shop.prod.receipts --json

            """)
        {
            name,
        };
        tool.Act(command, async run => await run.Client.UrlGroups.GetAsync(run.Get(name), run.Stopped) is { } group
            ? run.Show(group.Json,
            [
                ("URL group", group.Name),
                ("created", run.At(group.CreatedAt)),
                ("changed", run.At(group.UpdatedAt)),
                .. group.Endpoints.Select(static endpoint => ($"endpoint{(endpoint.Name is { } own ? $" {OneLine.Of(own)}" : "")}", (string?)endpoint.Url)),
            ])
            : run.NotFound("URL group", run.Get(name)));
        return command;
    }

    private static ToolCommand Add(ToolOptions tool)
    {
        Argument<string> name = Name();
        Argument<string[]> urls = new("url") { Description = "Absolute http or https URLs.", Arity = ArgumentArity.OneOrMore };
        Option<string?> endpointName = new("--name") { HelpName = "NAME", Description = "The endpoint's name; with one URL only. An endpoint that has it gets the URL." };
        ToolCommand command = new("add", "Adds endpoints to a URL group, which is made if there is none.",
            """
            Exit code: 0 done; 1 QStash refused; 130 Ctrl+C.

            Examples:
              dotnet qstash groups add shop.prod.receipts https://audit.example.com/in --name audit
              dotnet qstash groups add shop.prod.receipts https://a.example.com/in https://b.example.com/in

            """)
        {
            name, urls, endpointName,
        };
        command.Validators.Add(result =>
        {
            if (result.GetResult(endpointName) is { Implicit: false } && result.GetResult(urls) is { Tokens.Count: > 1 })
            {
                result.AddError("--name is the name of one endpoint: give one URL with it.");
            }
        });
        tool.Act(command, async run =>
        {
            await run.Client.UrlGroups.AddEndpointsAsync(run.Get(name), run.Get(urls).Select(url => new UrlGroupEndpoint(url, run.Get(endpointName))), run.Stopped);
            return await SayAsync(run, run.Get(name));
        });
        return command;
    }

    private static ToolCommand Remove(ToolOptions tool)
    {
        Argument<string> name = Name();
        Argument<string[]> urls = new("url") { Description = "The URLs of the endpoints.", Arity = ArgumentArity.ZeroOrMore };
        Option<string[]> names = new("--name") { HelpName = "NAME", Description = "The name of an endpoint. Repeatable.", DefaultValueFactory = static _ => [] };
        Option<bool> yes = new("--yes", "-y") { Description = "Do not ask before the last endpoint goes." };
        ToolCommand command = new("remove", "Removes endpoints from a URL group, by URL or name; one without endpoints ceases to exist, so it asks before the last one goes.",
            """
            Exit code: 0 done; 1 there is no such group or endpoint, QStash refused, or the answer was no; 130 Ctrl+C.

            Examples:
              dotnet qstash groups remove shop.prod.receipts https://audit.example.com/in
              dotnet qstash groups remove shop.prod.receipts --name audit

            """)
        {
            name, urls, names, yes,
        };
        command.Validators.Add(result =>
        {
            if (result.GetResult(urls) is not { Tokens.Count: > 0 } && result.GetResult(names) is not { Implicit: false })
            {
                result.AddError("Which endpoints? Give URLs, or names with --name. `dotnet qstash groups delete` deletes the whole group.");
            }
        });
        tool.Act(command, async run =>
        {
            if (await run.Client.UrlGroups.GetAsync(run.Get(name), run.Stopped) is not { } group)
            {
                return run.NotFound("URL group", run.Get(name));
            }

            List<UrlGroupEndpoint> removed = [];
            foreach ((string text, bool isUrl) in run.Get(urls).Select(static url => (url, true)).Concat(run.Get(names)!.Select(static name => (name, false))))
            {
                if (group.Endpoints.FirstOrDefault(endpoint => (isUrl ? endpoint.Url : endpoint.Name) == text) is not { } endpoint)
                {
                    return run.Refuse($"The URL group {group.Name} has no endpoint {(isUrl ? "with the URL" : "named")} '{OneLine.Of(text)}'. Nothing was changed.");
                }

                removed.Add(endpoint);
            }

            if (group.Endpoints.All(removed.Contains) && !await run.ConfirmAsync($"Delete the URL group {group.Name}? No endpoint would be left in it.", run.Get(yes)))
            {
                return 1;
            }

            await run.Client.UrlGroups.RemoveEndpointsAsync(group.Name, removed, run.Stopped);
            return await SayAsync(run, group.Name);
        });
        return command;
    }

    private static ToolCommand Delete(ToolOptions tool)
    {
        Argument<string> name = Name();
        Option<bool> yes = new("--yes", "-y") { Description = "Do not ask." };
        ToolCommand command = new("delete", "Deletes a URL group. It asks first: publishes and schedules to it are refused from then on.",
            """
            Exit code: 0 deleted; 1 there is none, QStash refused, or the answer was no; 130 Ctrl+C.

            Examples:
              dotnet qstash groups delete shop.prod.receipts
              dotnet qstash groups delete shop.prod.receipts --yes

            """)
        {
            name, yes,
        };
        tool.Act(command, async run =>
        {
            if (await run.Client.UrlGroups.GetAsync(run.Get(name), run.Stopped) is not { } group)
            {
                return run.NotFound("URL group", run.Get(name));
            }

            if (!await run.ConfirmAsync($"Delete the URL group {group.Name} with {group.Endpoints.Count} endpoint{(group.Endpoints.Count == 1 ? "" : "s")}?", run.Get(yes)))
            {
                return 1;
            }

            await run.Client.UrlGroups.DeleteAsync(group.Name, run.Stopped);
            return run.Done($"URL group {group.Name} deleted.", new { group = group.Name, deleted = true });
        });
        return command;
    }

    private static Argument<string> Name() => new("group") { Description = "The group's name." };

    private static async Task<int> SayAsync(ToolRun run, string name) => await run.Client.UrlGroups.GetAsync(name, run.Stopped) is { Endpoints.Count: > 0 } group
        ? run.Done($"URL group {name}: {group.Endpoints.Count} endpoint{(group.Endpoints.Count == 1 ? "" : "s")}.", group.Json)
        : run.Done($"URL group {name} is gone: it has no endpoint left.", new { name, endpoints = Array.Empty<object>() });
}
