using System.CommandLine;
using QStash.Serverless.AzureDemo;
using QStash.Serverless.Cli;
using QStash.Serverless.Cli.Demo;

Option<bool> noColor = new("--no-color") { Description = "No colours, even on a terminal; the variable NO_COLOR says the same.", Recursive = true };
RootCommand root = new("The tool's demo, with its app on Azure Functions.") { noColor, DemoCommand.Create(noColor, [AzureDemoApp.Host]) };
return await CommandLine.RunAsync(root, ["demo", .. args]);
