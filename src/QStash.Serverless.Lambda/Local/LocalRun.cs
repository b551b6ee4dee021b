using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace QStash.Serverless.Lambda.Local;

/// <summary>What a function does outside Lambda: it serves itself over HTTP until it is stopped.</summary>
internal static class LocalRun
{
    private const string DefaultUrl = "http://127.0.0.1:5000";

    /// <exception cref="InvalidOperationException">The URL to listen on is no plain URL of this machine.</exception>
    internal static async Task RunAsync(Func<QStashLambdaHandler> create, CancellationToken stopping)
    {
        IPEndPoint endpoint = Endpoint(Environment.GetCommandLineArgs(), Environment.GetEnvironmentVariable("ASPNETCORE_URLS"));
        QStashLambdaHandler handler = create();
        await using (handler.ConfigureAwait(false))
        {
            await handler.WarmUpAsync(stopping).ConfigureAwait(false);
            LambdaFunctionUrlOptions options = new()
            {
                Port = endpoint.Port,
                TimeProvider = handler.Services.GetRequiredService<TimeProvider>(),
                LoggerFactory = handler.Services.GetRequiredService<ILoggerFactory>(),
            };
            LambdaFunctionUrl url = LambdaFunctionUrl.Start(handler.HandleAsync, options, endpoint.Address);
            await using (url.ConfigureAwait(false))
            {
                await Console.Out.WriteLineAsync($"Not on Lambda: serving the function as a Function URL on {url.Url.GetLeftPart(UriPartial.Authority)} until Ctrl+C.").ConfigureAwait(false);
                await Task.Delay(Timeout.InfiniteTimeSpan, options.TimeProvider, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>Where to listen: <c>--urls</c>, else the variable, else the default. Of several URLs, the first with the scheme http.</summary>
    internal static IPEndPoint Endpoint(string[] arguments, string? variable)
    {
        int option = Array.FindIndex(arguments, static argument => argument == "--urls" || argument.StartsWith("--urls=", StringComparison.Ordinal));
        (string source, string? text) = option < 0 ? ("ASPNETCORE_URLS", string.IsNullOrWhiteSpace(variable) ? DefaultUrl : variable)
            : arguments[option].Length > "--urls".Length ? ("--urls", arguments[option]["--urls=".Length..])
            : ("--urls", arguments.ElementAtOrDefault(option + 1));
        string? first = text?.Split(';', StringSplitOptions.TrimEntries).FirstOrDefault(static url => url.StartsWith("http://", StringComparison.OrdinalIgnoreCase));
        if (!Uri.TryCreate(first, UriKind.Absolute, out Uri? url) || url.PathAndQuery != "/")
        {
            throw new InvalidOperationException($"{source} is '{text}'; write where the function is to be served on this machine, such as {DefaultUrl}.");
        }

        IPAddress? address = url.IdnHost.Equals("localhost", StringComparison.OrdinalIgnoreCase) ? IPAddress.Loopback
            : IPAddress.TryParse(url.IdnHost, out IPAddress? number) && IPAddress.IsLoopback(number) ? number
            : null;
        return address is not null ? new IPEndPoint(address, url.Port)
            : throw new InvalidOperationException($"{source} is '{text}'; a function is served to this machine only, at 127.0.0.1, localhost or [::1]. Put a tunnel in front of it to be reached from elsewhere.");
    }
}
