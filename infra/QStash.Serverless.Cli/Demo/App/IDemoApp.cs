namespace QStash.Serverless.Cli.Demo.App;

/// <summary>The running app of the demo: at <c>/orders</c> it handles an order and publishes its invoice, at <c>/invoices</c> it takes that, at <c>/failed</c> it hears of failures.</summary>
internal interface IDemoApp : IAsyncDisposable
{
    /// <summary>Where the app listens, without a trailing slash: what those paths are relative to.</summary>
    string Url { get; }

    /// <summary>Publishes as the app does, with its client.</summary>
    IQStashPublisher Publisher { get; }
}

/// <summary>A host that the app can run on.</summary>
/// <param name="Name">Its name on the command line.</param>
/// <param name="App">What to call an app on it, with its article.</param>
/// <param name="StartAsync">Starts the app on a free loopback port, with the settings that the local QStash prints; its handlers write down what they see.</param>
internal sealed record DemoHost(string Name, string App, Func<IReadOnlyDictionary<string, string>, DemoJournal, CancellationToken, Task<IDemoApp>> StartAsync);
