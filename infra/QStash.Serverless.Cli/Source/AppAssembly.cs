using System.Reflection;
using QStash.Serverless.Infra;

namespace QStash.Serverless.Cli.Source;

/// <summary>
/// A built app, opened to be read: loaded by itself, apart from the tool and from other apps, with what it brings along. Nothing of it runs but its
/// <see cref="IQStashInfra"/> classes; what its host needs to run need not be installed.
/// </summary>
internal sealed class AppAssembly : IDisposable
{
    private readonly AppLoadContext _context;

    private AppAssembly(string file, AppLoadContext context, Assembly assembly)
    {
        File = file;
        _context = context;
        Assembly = assembly;
        RoutePrefix = HostJson.RoutePrefix(Path.GetDirectoryName(file)!);
    }

    /// <summary>The app's file.</summary>
    public string File { get; }

    /// <summary>The app.</summary>
    public Assembly Assembly { get; }

    /// <summary>What stands before the routes of its functions, where it is an Azure Functions app.</summary>
    public string RoutePrefix { get; }

    /// <summary>Opens a built app.</summary>
    /// <param name="path">Its dll; or its project file, or a folder with one, for the newest build of it; or a folder it is published to. The current folder when null.</param>
    /// <exception cref="InvalidOperationException">There is no such app, or it cannot be read; the message says what to do.</exception>
    public static AppAssembly Open(string? path)
    {
        string file = BuiltApp.Find(path ?? Directory.GetCurrentDirectory());
        AppFacts.Require(file);
        AppLoadContext context = Loading(file, () => new AppLoadContext(file));
        AppFacts.RequireOurs(file, context);
        return new AppAssembly(file, context, Loading(file, () => context.LoadFromAssemblyPath(file)));
    }

    /// <summary>Reads what the app declares.</summary>
    /// <param name="scope">The app and the environment.</param>
    /// <param name="baseUrl">The URL that its routes are below.</param>
    /// <param name="sourceRoot">Places in source files below this folder are told relative to it.</param>
    public InfraReading Read(ResourceScope scope, string baseUrl, string sourceRoot) =>
        InfraReading.Of(Assembly, new InfraTarget(scope, baseUrl) { RoutePrefix = RoutePrefix, SourceRoot = sourceRoot });

    public void Dispose() => _context.Unload();

    private static T Loading<T>(string file, Func<T> load)
    {
        try
        {
            return load();
        }
        catch (Exception exception) when (exception is IOException or BadImageFormatException or InvalidOperationException)
        {
            throw new InvalidOperationException($"{file} cannot be loaded: {exception.Message}", exception);
        }
    }
}
