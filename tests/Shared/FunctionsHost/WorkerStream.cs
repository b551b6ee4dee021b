using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace QStash.Serverless.Tests.FunctionsHost;

/// <summary>The host's end of the worker's only call: a gRPC stream in both directions over HTTP/2 without TLS, five bytes before each message.</summary>
internal sealed class WorkerStream : IAsyncDisposable
{
    private const int PrefixLength = 5;

    private readonly WebApplication _server;
    private readonly Channel<ProtobufMessage> _received = Channel.CreateUnbounded<ProtobufMessage>();
    private readonly Channel<ProtobufWriter> _toSend = Channel.CreateUnbounded<ProtobufWriter>();

    private WorkerStream()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(static kestrel =>
        {
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.ListenLocalhost0(HttpProtocols.Http2);
        });
        _server = builder.Build();
        _server.MapPost("/AzureFunctionsRpcMessages.FunctionRpc/EventStream", ServeAsync);
    }

    internal Uri Address => new(_server.Urls.First());

    /// <summary>What the worker sends, in order; completes when the worker ends the stream.</summary>
    internal ChannelReader<ProtobufMessage> Received => _received.Reader;

    internal static async Task<WorkerStream> ListenAsync()
    {
        WorkerStream stream = new();
        await stream._server.StartAsync();
        return stream;
    }

    internal void Send(ProtobufWriter message) => _toSend.Writer.TryWrite(message);

    public async ValueTask DisposeAsync()
    {
        _toSend.Writer.TryComplete();
        _received.Writer.TryComplete();
        await _server.DisposeAsync();
    }

    private async Task ServeAsync(HttpContext context)
    {
        context.Response.ContentType = "application/grpc";
        context.Response.DeclareTrailer("grpc-status");
        await context.Response.StartAsync();
        using CancellationTokenSource ended = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        Task sending = SendAsync(context.Response.BodyWriter, ended.Token);
        try
        {
            await ReceiveAsync(context.Request.BodyReader, ended.Token);
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException)
        {
            // The worker process has ended.
        }

        _received.Writer.TryComplete();
        await ended.CancelAsync();
        await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        context.Response.AppendTrailer("grpc-status", "0");
    }

    private async Task SendAsync(PipeWriter output, CancellationToken cancellationToken)
    {
        await foreach (ProtobufWriter message in _toSend.Reader.ReadAllAsync(cancellationToken))
        {
            BinaryPrimitives.WriteUInt32BigEndian(output.GetSpan(PrefixLength)[1..], (uint)message.Written.Length);
            output.GetSpan(PrefixLength)[0] = 0;
            output.Advance(PrefixLength);
            output.Write(message.Written.Span);
            await output.FlushAsync(cancellationToken);
        }
    }

    private async Task ReceiveAsync(PipeReader input, CancellationToken cancellationToken)
    {
        while (true)
        {
            ReadResult read = await input.ReadAsync(cancellationToken);
            ReadOnlySequence<byte> rest = read.Buffer;
            while (TryTakeFrame(ref rest, out byte[] frame))
            {
                await _received.Writer.WriteAsync(new ProtobufMessage(frame), cancellationToken);
            }

            input.AdvanceTo(rest.Start, rest.End);
            if (read.IsCompleted)
            {
                return;
            }
        }
    }

    private static bool TryTakeFrame(ref ReadOnlySequence<byte> rest, out byte[] frame)
    {
        frame = [];
        if (rest.Length < PrefixLength)
        {
            return false;
        }

        Span<byte> prefix = stackalloc byte[PrefixLength];
        rest.Slice(0, PrefixLength).CopyTo(prefix);
        long length = BinaryPrimitives.ReadUInt32BigEndian(prefix[1..]);
        if (rest.Length < PrefixLength + length)
        {
            return false;
        }

        frame = rest.Slice(PrefixLength, length).ToArray();
        rest = rest.Slice(PrefixLength + length);
        return true;
    }
}
