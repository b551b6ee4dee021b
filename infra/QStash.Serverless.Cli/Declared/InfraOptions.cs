using System.CommandLine;
using QStash.Serverless.Cli.Source;
using QStash.Serverless.Infra;

namespace QStash.Serverless.Cli.Declared;

/// <summary>Where declared infrastructure is read from, and for which app, environment and base URL.</summary>
internal sealed class InfraOptions
{
    private readonly Option<string?> _app = new("--app") { HelpName = "NAME", Description = "The app. Default: QSTASH_APP." };
    private readonly Option<string?> _env = new("--env") { HelpName = "NAME", Description = "The environment, such as prod. Default: QSTASH_ENV." };
    private readonly Option<string?> _baseUrl = new("--base-url") { HelpName = "URL", Description = "What paths of destinations are below, such as https://shop.example.com. Default: QSTASH_PUBLIC_BASE_URL, its first URL." };

    public Argument<string?> Path { get; } = new("path")
    {
        Description = "The built app: a .dll, or its project's folder or file, whose newest build is read. Default: the current folder.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    public void AddTo(Command command)
    {
        command.Arguments.Add(Path);
        AddScopeTo(command);
        command.Options.Add(_baseUrl);
    }

    /// <summary>Adds what names an app and an environment, without anything declared.</summary>
    public void AddScopeTo(Command command)
    {
        command.Options.Add(_app);
        command.Options.Add(_env);
    }

    public bool AreGiven(ToolRun run) => run.Has(_app) || run.Has(_env) || run.Has(_baseUrl);

    /// <summary>The app and the environment.</summary>
    /// <exception cref="FormatException">One is missing.</exception>
    /// <exception cref="ArgumentException">One has a character that no name has.</exception>
    public ResourceScope Scope(ToolRun run) => new(Named(run, _app, "QSTASH_APP", "Which app?"), Named(run, _env, "QSTASH_ENV", "Which environment?"));

    /// <summary>What is declared; null when there are mistakes, all of which have been told then.</summary>
    /// <param name="run">The arguments.</param>
    /// <param name="offline">A base URL to do without one: nothing is sent anywhere.</param>
    /// <exception cref="FormatException">There is nothing to read, or something is not said.</exception>
    public InfraModel? Read(ToolRun run, string? offline = null)
    {
        ResourceScope scope = Scope(run);
        string baseUrl = run.Get(_baseUrl) ?? FirstOf(run.Settings.Read("QSTASH_PUBLIC_BASE_URL")) ?? offline
            ?? throw new FormatException("No base URL: destinations are paths below it. Give --base-url https://..., or set QSTASH_PUBLIC_BASE_URL.");
        InfraReading reading = Read(run.Around.PathOf(run.Get(Path) ?? "."), scope, baseUrl, run.Around.Folder);
        if (reading.Model is { } model)
        {
            return model;
        }

        foreach (InfraMistake mistake in reading.Mistakes)
        {
            run.Screen.Error(mistake.ToString());
        }

        run.Screen.Error($"{reading.Mistakes.Count} mistake{(reading.Mistakes.Count == 1 ? "" : "s")} in what is declared: nothing was asked of QStash.");
        return null;
    }

    private static InfraReading Read(string path, ResourceScope scope, string baseUrl, string sourceRoot)
    {
        using AppAssembly app = AppAssembly.Open(path);
        TextWriter output = Console.Out;
        try
        {
            // What an app prints while it declares is no result of this command.
            Console.SetOut(Console.Error);
            return app.Read(scope, baseUrl, sourceRoot);
        }
        finally
        {
            Console.SetOut(output);
        }
    }

    private static string Named(ToolRun run, Option<string?> option, string variable, string question) =>
        run.Get(option) ?? run.Settings.Read(variable) ?? throw new FormatException($"{question} Give {option.Name}, or set {variable}.");

    private static string? FirstOf(string? urls) => urls?.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).FirstOrDefault();
}
