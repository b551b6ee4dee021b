using System.CommandLine;
using QStash.Serverless.Client;

namespace QStash.Serverless.Cli.Keys;

/// <summary><c>dotnet qstash keys</c>.</summary>
internal static class KeysCommand
{
    private static readonly string[] s_receivers = ["QSTASH_CURRENT_SIGNING_KEY", "QSTASH_NEXT_SIGNING_KEY"];

    public static Command Create(ToolOptions tool) => new ToolCommand("keys", "Shows and rotates the signing keys.",
        """
        Whoever has a signing key can forge deliveries: they are shortened unless --reveal is given.

        Exit code: 0 done; 1 it did not work; 130 Ctrl+C.

        Examples:
          dotnet qstash keys show
          dotnet qstash keys show --reveal --json
          dotnet qstash keys rotate

        """)
    {
        Show(tool), Rotate(tool),
    };

    private static ToolCommand Show(ToolOptions tool)
    {
        Option<bool> reveal = new("--reveal") { Description = "The whole keys, in the form of an env file." };
        ToolCommand command = new("show", "Shows the account's signing keys.",
            """
            Exit code: 0 shown; 1 QStash refused; 130 Ctrl+C.

            Examples:
              dotnet qstash keys show
              dotnet qstash keys show --reveal >> .env

            """)
        {
            reveal,
        };
        tool.Act(command, async run => Write(run, await run.Client.SigningKeys.GetAsync(run.Stopped), run.Get(reveal)));
        return command;
    }

    private static ToolCommand Rotate(ToolOptions tool)
    {
        Option<bool> yes = new("--yes", "-y") { Description = "Do not ask." };
        Option<bool> force = new("--force") { Description = "Rotate although the configured receiver does not know the next key." };
        Option<bool> reveal = new("--reveal") { Description = "The whole new keys, in the form of an env file." };
        ToolCommand command = new("rotate", "Makes the next signing key the current one, and makes a new next key.",
            """
            Receivers that know both keys notice nothing. After a second rotation, receivers that have not learned the new next key in between refuse
            every delivery, and what they refuse ends in the dead letter queue once its retries are used up. Where QSTASH_CURRENT_SIGNING_KEY and
            QSTASH_NEXT_SIGNING_KEY are set (environment or --env-file), they stand for the receivers: it refuses if they do not hold the key that
            would become the current one.

            Exit code: 0 rotated; 1 refused, or the answer was no; 130 Ctrl+C.

            Examples:
              dotnet qstash keys rotate
              dotnet qstash keys rotate --yes --reveal --env-file .env

            """)
        {
            yes, force, reveal,
        };
        tool.Act(command, async run =>
        {
            SigningKeys before = await run.Client.SigningKeys.GetAsync(run.Stopped);
            string[] configured = [.. s_receivers.Where(name => run.Settings.Read(name) is not null)];
            if (!run.Get(force) && configured.Length > 0 && !configured.Any(name => run.Settings.Read(name) == before.Next))
            {
                return run.Refuse($"The receivers' keys ({run.Settings.Source(configured[^1])}) do not hold the key that would become the current one ({Short(before.Next)}):"
                    + " rotating now would make them refuse every delivery. Give them the keys of `dotnet qstash keys show --reveal` first, or --force. Nothing was changed.");
            }

            if (!await run.ConfirmAsync($"Rotate the signing keys of the account at {run.Account.Url}? Receivers must know the key {Short(before.Next)} by now, and must learn the new next key before the next rotation.", run.Get(yes)))
            {
                return 1;
            }

            SigningKeys after = await run.Client.SigningKeys.RotateAsync(run.Stopped);
            run.Screen.Error("Rotated. Give the new keys to every receiver that does not read them from QStash before the next rotation.");
            return Write(run, after, run.Get(reveal));
        });
        return command;
    }

    private static int Write(ToolRun run, SigningKeys keys, bool reveal)
    {
        (string current, string next) = reveal ? (keys.Current, keys.Next) : (Short(keys.Current), Short(keys.Next));
        if (run.IsJson)
        {
            run.Json(new { current, next, revealed = reveal });
            return 0;
        }

        run.Screen.Copyable($"QSTASH_CURRENT_SIGNING_KEY={current}");
        run.Screen.Copyable($"QSTASH_NEXT_SIGNING_KEY={next}");
        if (!reveal)
        {
            run.Screen.Error("Shortened: --reveal shows the whole keys.");
        }

        return 0;
    }

    // Enough to tell keys apart, too little to guess one.
    private static string Short(string key) => key.Length > 16 ? $"{key[..8]}...{key[^2..]}" : "sig_...";
}
