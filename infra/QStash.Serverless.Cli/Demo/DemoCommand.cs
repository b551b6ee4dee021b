using System.CommandLine;
using System.Globalization;
using QStash.Serverless.Cli.Demo.App;

namespace QStash.Serverless.Cli.Demo;

/// <summary><c>dotnet qstash demo</c>.</summary>
internal static class DemoCommand
{
    /// <summary>The orders that ship with the tool.</summary>
    public static string ShippedOrders => Path.Combine(AppContext.BaseDirectory, "demo", "orders.json");

    /// <param name="noColor">The tool's option.</param>
    /// <param name="hosts">The hosts to choose from; the first is the one without a choice.</param>
    /// <param name="json">The tool's option; null where there is none.</param>
    public static Command Create(Option<bool> noColor, IReadOnlyList<DemoHost> hosts, Option<bool>? json = null)
    {
        Option<string> host = new("--host") { HelpName = "HOST", Description = $"What the app runs on: {string.Join(" or ", hosts.Select(static host => host.Name))}.", DefaultValueFactory = _ => hosts[0].Name };
        host.AcceptOnlyFromAmong([.. hosts.Select(static host => host.Name)]);
        Option<FileInfo?> input = new("--input")
        {
            HelpName = "FILE",
            Description = "The orders to publish: {\"orders\":[{\"id\",\"customer\",\"currency\",\"lines\":[{\"sku\",\"quantity\",\"unitPrice\"}],"
                + "\"via\":\"publish|delay|batch|enqueue\",\"simulate\":\"transient|poison|malformed\"?}]}. Without it, the orders that ship with the tool.",
        };
        Option<bool> keep = new("--keep") { Description = "Leave QStash and the app running afterwards, until Ctrl+C, and print a curl line that publishes to the app." };
        Option<double> timeout = new("--timeout")
        {
            HelpName = "SECONDS",
            Description = "How long everything may take, from the first publish on; whatever was not observed by then is reported as missing.",
            DefaultValueFactory = static _ => 60,
        };
        timeout.Validators.Add(static result =>
        {
            if (result.Tokens.Count > 0 && (!double.TryParse(result.Tokens[0].Value, NumberStyles.Float, CultureInfo.InvariantCulture, out double seconds) || seconds is not (> 0 and <= 86_400)))
            {
                result.AddError($"--timeout is '{result.Tokens[0].Value}'; it must be a number of seconds above 0 and up to 86400, such as 60 or 0.5.");
            }
        });

        ToolCommand command = new("demo",
            $"Shows the whole way of a message: a local QStash, {string.Join(" or ", hosts.Select(static host => host.App))}, and a file of orders that must all arrive as promised.",
            """
            A local QStash (SQLite file in a temporary folder) and an app start on free loopback ports. The orders are published each in its way; the app
            verifies each delivery and answers with an invoice, which is delivered too. Transient failures are retried, poison and malformed orders end in
            the dead letter queue, forged requests are refused. What must be observed is computed from the file.

            Exit code: 0 all of it was observed; 1 something was missing, or the file cannot be read; 130 Ctrl+C.

            Examples:
              dotnet qstash demo
              dotnet qstash demo --input orders.json --keep
              dotnet qstash demo --host lambda

            """)
        {
            input, keep, timeout,
        };
        if (hosts.Count > 1)
        {
            command.Add(host);
        }

        command.SetAction((arguments, _) =>
        {
            bool isJson = json is not null && arguments.GetValue(json);
            return new DemoRun(
                Screen.Open(arguments.GetValue(noColor), isJson),
                hosts.Count > 1 ? hosts.First(known => known.Name == arguments.GetValue(host)) : hosts[0],
                arguments.GetValue(input)?.ToString() ?? ShippedOrders,
                TimeSpan.FromSeconds(arguments.GetValue(timeout)),
                arguments.GetValue(keep),
                isJson ? new JsonOutput(Console.Out) : null).RunAsync();
        });
        return command;
    }
}
