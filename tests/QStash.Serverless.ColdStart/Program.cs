using QStash.Serverless.ColdStart;

// Three functions in one executable: the runtime loads of it what is used.
await (args switch
{
    ["bare"] => BareFunction.RunAsync(),
    ["loop"] => LoopFunction.RunAsync(),
    _ => QStashFunction.RunAsync(),
});
