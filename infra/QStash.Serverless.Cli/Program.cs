using QStash.Serverless.Cli;

Surroundings around = Surroundings.OfProcess();
return await CommandLine.RunAsync(QStashTool.Create(around), args, around);
