using QStash.Serverless.Cli;

return await QStashTool.RunAsync(args, Surroundings.OfProcess());
