using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using QStash.Serverless.Benchmarks;

const string Help = """
    Measures the receive path against floors in the same run: subject and floor take turns in short rounds, and the ratio is the median over
    the pairs, so that a busy or slow machine changes both sides alike.

      dotnet run -c Release --project tests/QStash.Serverless.Benchmarks [-- options]

      --quick       a tenth of the rounds: a look, not a proof
      --seed N      the seed of keys and payloads; default 20260101
      --only TEXT   only the rows whose name contains TEXT
      --azure DIR   instead of all this: a QStash trigger beside an HTTP trigger on the vendor's Functions worker; DIR/qstash and DIR/plain hold
                    tests/QStash.Serverless.Benchmarks.AzureApp, built in Release with -p:VendorPackages=true, the second also with -p:Plain=true
      --cold-start  instead: Lambda functions from the start of the process to the first reply; median of 11, or of N with --starts N
      --r2r         with --cold-start: published with ReadyToRun
      --help        this text

    Exit code: 0 when every bound holds, 1 when one is broken or the options are wrong.
    """;

bool quick = false;
int seed = 20260101;
string only = "";
string? azure = null;
bool coldStart = false;
bool readyToRun = false;
int starts = 11;
for (int i = 0; i < args.Length; i++)
{
    switch (args[i])
    {
        case "--quick":
            quick = true;
            break;
        case "--seed" when i + 1 < args.Length && int.TryParse(args[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out seed):
            i++;
            break;
        case "--only" when i + 1 < args.Length:
            only = args[++i];
            break;
        case "--azure" when i + 1 < args.Length:
            azure = Path.GetFullPath(args[++i]);
            break;
        case "--cold-start":
            coldStart = true;
            break;
        case "--r2r":
            readyToRun = true;
            break;
        case "--starts" when i + 1 < args.Length && int.TryParse(args[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out starts) && starts > 0:
            i++;
            break;
        case "--help" or "-h":
            Console.WriteLine(Help);
            return 0;
        default:
            Console.Error.WriteLine($"'{args[i]}' is not understood here.{Environment.NewLine}{Environment.NewLine}{Help}");
            return 1;
    }
}

if (typeof(Subjects).Assembly.GetCustomAttribute<DebuggableAttribute>() is { IsJITOptimizerDisabled: true })
{
    Console.Error.WriteLine("This is a Debug build; its numbers mean nothing. Run it with -c Release.");
    return 1;
}

if (coldStart)
{
    return await ColdStart.RunAsync(starts, readyToRun) ? 0 : 1;
}

Console.WriteLine($"seed {seed}, {(quick ? "quick" : "full")}, .NET {Environment.Version}, {Environment.ProcessorCount} processors");
if (azure is not null)
{
    using AzureWorker worker = new(azure, Console.Out, quick);
    await worker.RunAsync();
    return 0;
}

using Subjects subjects = new(seed);
using LambdaSubjects lambda = new(seed);
await using InfraSubjects infra = await InfraSubjects.StartAsync();
Comparison[] comparisons = [.. subjects.Comparisons().Concat(lambda.Comparisons()).Concat(infra.Comparisons()).Where(comparison => comparison.Name.Contains(only, StringComparison.OrdinalIgnoreCase))];
Measurement[] measured = Runner.Measure(comparisons, rounds: quick ? 30 : 300);
Table.Print(Console.Out, measured);
return Array.TrueForAll(measured, static measurement => measurement.Holds) ? 0 : 1;
