using Microsoft.Extensions.Logging.Abstractions;
using QStash.Serverless.Lambda;

namespace QStash.Serverless.ColdStart;

/// <summary>The bare function on this library's loop: what the loop alone costs.</summary>
internal static class LoopFunction
{
    internal static async Task RunAsync()
    {
        byte[] key = BareFunction.Key();
        using RuntimeApi api = new(Environment.GetEnvironmentVariable("AWS_LAMBDA_RUNTIME_API")!, TimeProvider.System);
        await new RuntimeLoop(api, HandleAsync, 1, TimeProvider.System, NullLogger.Instance).RunAsync(CancellationToken.None);

        async Task<Stream> HandleAsync(Stream lambdaEvent, TimeSpan remaining, CancellationToken cancellationToken)
        {
            using MemoryStream whole = new();
            await lambdaEvent.CopyToAsync(whole, cancellationToken);
            byte[] reply = BareFunction.Handle(whole.ToArray(), key);
            return new MemoryStream(reply, 0, reply.Length, writable: false, publiclyVisible: true);
        }
    }
}
