using System.CommandLine;
using QStash.Serverless.Cli;
using QStash.Serverless.Cli.Demo;
using QStash.Serverless.Cli.Demo.App;
using QStash.Serverless.Cli.Dev;

Option<bool> noColor = new("--no-color") { Description = "No colours, even on a terminal; the variable NO_COLOR says the same.", Recursive = true };
RootCommand root = new("A local QStash, and the tools around it. Not affiliated with Upstash.")
{
    noColor,
    DemoCommand.Create(noColor, [DemoApp.Host, LambdaDemoApp.Host]),
    DevCommand.Create(noColor),
};

return await CommandLine.RunAsync(root, args);
