using System.Diagnostics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace QStash.Serverless;

/// <summary>
/// Decides everything about a delivery: whether it is genuine, what its payload is, what its handler's answer becomes. Hosts turn their
/// request into a <see cref="RawDelivery"/> and write the <see cref="DeliveryReply"/>, no more.
/// </summary>
public sealed class DeliveryEngine
{
    private readonly QStashReceiver _receiver;
    private readonly QStashReceiverOptions _options;
    private readonly IReadOnlyList<string> _publicBaseUrls;
    private readonly QStashPipelineOptions _pipeline;
    private readonly QStashJson _json;
    private readonly OutgoingMessages _outgoing;
    private readonly QStashTelemetry _telemetry;
    private readonly CancellationToken _stopping;
    private readonly ILogger _logger;

    internal DeliveryEngine(QStashReceiver receiver, IOptions<QStashReceiverOptions> options, IOptions<QStashPipelineOptions> pipeline, QStashJson json,
        QStashTelemetry telemetry, ILogger<DeliveryEngine> logger, IHostApplicationLifetime? lifetime)
    {
        _receiver = receiver;
        _options = options.Value;
        _publicBaseUrls = SignedUrl.TryParseBaseUrls(_options.PublicBaseUrl, out IReadOnlyList<string> baseUrls, out string? error) ? baseUrls : throw new InvalidOperationException(error);
        _pipeline = pipeline.Value;
        _json = json;
        _outgoing = new OutgoingMessages(logger);
        _telemetry = telemetry;
        _stopping = lifetime?.ApplicationStopping ?? CancellationToken.None;
        _logger = logger;
    }

    /// <summary>Verifies a request without handling it, for endpoints that do the rest themselves.</summary>
    /// <param name="raw">The request. Its body is read only when the signature is genuine.</param>
    /// <param name="route">The route's name, for logs and counters.</param>
    /// <param name="cancellationToken">Stops reading the body or waiting for keys.</param>
    /// <returns>The verified delivery, or the reply that refuses it. It never throws for what a caller may send.</returns>
    /// <exception cref="IOException">The host's stream broke off; the host answers as it does for any such request, and QStash retries.</exception>
    public async ValueTask<DeliveryVerification> VerifyAsync(RawDelivery raw, string route, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(raw);
        ArgumentNullException.ThrowIfNull(route);
        StringValues signature = raw.Headers[QStashHeaders.Signature];
        if (signature.Count > 1)
        {
            return Refuse(route, new SignatureVerdict(SignatureFailure.Repeated, 0, null));
        }

        SignedClaims claims;
        try
        {
            StringValues region = raw.Headers[QStashHeaders.Region];
            claims = await _receiver.AuthenticateAsync(signature, region.Count == 1 ? region[0] : null, cancellationToken).ConfigureAwait(false);
        }
        catch (SigningKeysUnavailableException exception)
        {
            Log.NoKeys(_logger, route, exception.Message);
            _telemetry.Refused(route, "NoKeys");
            return new DeliveryVerification(DeliveryReplies.Unavailable);
        }

        if (claims.Failure != SignatureFailure.None)
        {
            return Refuse(route, claims.ToVerdict(), raw);
        }

        if (!SignedUrl.Matches(claims.Url!, raw, _publicBaseUrls))
        {
            return Refuse(route, claims.ToVerdict(SignatureFailure.WrongUrl), raw);
        }

        if (await raw.Body.ReadAsync(_options.MaxBodyBytes, cancellationToken).ConfigureAwait(false) is not { } body)
        {
            Log.TooLarge(_logger, raw.Headers[QStashHeaders.MessageId].ToString(), route, _options.MaxBodyBytes);
            _telemetry.Handled(null, route, DeliveryOutcome.TooLarge, null);
            return new DeliveryVerification(DeliveryReplies.DeadLetter($"The body is over the receiver's limit of {_options.MaxBodyBytes} bytes.", raw.MaxReplyBytes));
        }

        return claims.Covers(body.Span)
            ? new DeliveryVerification(new QStashDelivery(new VerifiedRequest(raw, claims.Url!, body)))
            : Refuse(route, claims.ToVerdict(SignatureFailure.BodyMismatch), raw);
    }

    /// <summary>Verifies a request, runs its handler and publishes what the handler returns.</summary>
    /// <param name="raw">The request.</param>
    /// <param name="route">Where it leads; null when the host has no handler for it.</param>
    /// <param name="services">The delivery's own DI scope.</param>
    /// <param name="cancellationToken">Fires when nobody waits for the answer any more. Handlers get it; one that goes on is waited for.</param>
    /// <returns>What to answer. It never throws for what a caller may send or a handler may do.</returns>
    /// <exception cref="IOException">The host's stream broke off; the host answers as it does for any such request, and QStash retries.</exception>
    public async Task<DeliveryReply> HandleAsync(RawDelivery raw, DeliveryRoute? route, IServiceProvider services, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(raw);
        ArgumentNullException.ThrowIfNull(services);
        if (!raw.Deadline.CanBeCanceled || !cancellationToken.CanBeCanceled)
        {
            return await HandleUntilAsync(raw, route, services, raw.Deadline.CanBeCanceled ? raw.Deadline : cancellationToken).ConfigureAwait(false);
        }

        using CancellationTokenSource both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, raw.Deadline);
        return await HandleUntilAsync(raw, route, services, both.Token).ConfigureAwait(false);
    }

    private async ValueTask<DeliveryReply> HandleUntilAsync(RawDelivery raw, DeliveryRoute? route, IServiceProvider services, CancellationToken cancellationToken)
    {
        string name = route?.Name ?? "(none)";
        DeliveryVerification verification;
        try
        {
            verification = await VerifyAsync(raw, name, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The body or the keys took longer than the host can wait.
            return DeliveryReplies.Unavailable;
        }

        if (!verification.IsVerified)
        {
            return verification.Refusal;
        }

        QStashDelivery delivery = verification.Delivery;
        using Activity? activity = QStashTelemetry.StartDelivery(delivery, name);
        Decision decision = route is null ? NoHandler(delivery, name)
            : _stopping.IsCancellationRequested || cancellationToken.IsCancellationRequested ? Decision.Unavailable
            : await DecideAsync(delivery, route, services, cancellationToken).ConfigureAwait(false);
        Log.Handled(_logger, delivery.MessageId, name, delivery.Retried, decision.Outcome);
        _telemetry.Handled(activity, name, decision.Outcome, decision.Exception);
        raw.Decided?.Invoke(decision.Exception);
        return decision.Reply;
    }

    private Decision NoHandler(QStashDelivery delivery, string route)
    {
        Log.NoHandler(_logger, delivery.MessageId, route);
        return new Decision(DeliveryOutcome.NoHandler, DeliveryReplies.NoHandler);
    }

    private async ValueTask<Decision> DecideAsync(QStashDelivery verified, DeliveryRoute route, IServiceProvider services, CancellationToken cancellationToken)
    {
        RawDelivery raw = verified.Request.Raw;
        CancellationToken abandoned = raw.Abandonment.CanBeCanceled ? raw.Abandonment : raw.Deadline;
        QStashResult result;
        try
        {
            if (route.Read(verified.Request, _json, out UnreadablePayload? unreadable) is not { } delivery)
            {
                Log.Unreadable(_logger, verified.MessageId, route.Name, _options.OnUnreadablePayload, unreadable!.Summary);
                return new Decision(DeliveryOutcome.Unreadable,
                    _options.OnUnreadablePayload == UnreadablePayloadPolicy.Retry ? DeliveryReplies.Retry(null) : DeliveryReplies.DeadLetter(unreadable.ForSender, raw.MaxReplyBytes));
            }

            result = await RunAsync(0, delivery, route, services, cancellationToken).WaitAsync(abandoned).ConfigureAwait(false)
                ?? throw new InvalidOperationException($"The handler of '{route.Name}' returned null; return a QStashResult.");
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested || abandoned.IsCancellationRequested)
        {
            return Decision.Unavailable;
        }
        catch (Exception exception)
        {
            // Whatever user code throws becomes an answer; nothing of it leaves the process.
            if (MapSafely(exception) is not { } mapped)
            {
                Log.HandlerThrew(_logger, verified.MessageId, route.Name, verified.Retried, exception);
                return new Decision(DeliveryOutcome.Failed, DeliveryReplies.Failed, exception);
            }

            Log.HandlerThrewMapped(_logger, verified.MessageId, route.Name, verified.Retried, mapped.Outcome, exception);
            result = mapped;
        }

        return result.Outcome switch
        {
            QStashOutcome.Retry => new Decision(DeliveryOutcome.Retry, DeliveryReplies.Retry(result.RetryAfter)),
            QStashOutcome.DeadLetter => new Decision(DeliveryOutcome.DeadLetter, DeliveryReplies.DeadLetter(result.DeadLetterReason!, raw.MaxReplyBytes)),
            _ => await SucceedAsync(verified, route, result, services, cancellationToken).ConfigureAwait(false),
        };
    }

    private async ValueTask<Decision> SucceedAsync(QStashDelivery delivery, DeliveryRoute route, QStashResult success, IServiceProvider services, CancellationToken cancellationToken)
    {
        DeliveryReply reply;
        try
        {
            reply = DeliveryReplies.Success(success.EncodeBody(_json));
        }
        catch (Exception exception)
        {
            // The user's types and converters decide what can be thrown here.
            Log.EncodingFailed(_logger, delivery.MessageId, route.Name, exception);
            return new Decision(DeliveryOutcome.Failed, DeliveryReplies.Failed, exception);
        }

        int maxBytes = delivery.Request.Raw.MaxReplyBytes;
        if (reply.Body.Length > maxBytes)
        {
            Log.ReplyTooLarge(_logger, delivery.MessageId, route.Name, reply.Body.Length, maxBytes);
            return new Decision(DeliveryOutcome.ReplyTooLarge, DeliveryReplies.DeadLetter($"The handler's response of {reply.Body.Length} bytes is over the {maxBytes} bytes that this host can send.", maxBytes));
        }

        try
        {
            return await _outgoing.PublishAsync(delivery, route.Name, success.Messages, services, cancellationToken).ConfigureAwait(false) is { } failure
                ? new Decision(DeliveryOutcome.OutputFailed, DeliveryReplies.Failed, failure)
                : new Decision(DeliveryOutcome.Success, reply);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return Decision.Unavailable;
        }
    }

    private Task<QStashResult> RunAsync(int step, QStashDelivery delivery, DeliveryRoute route, IServiceProvider services, CancellationToken cancellationToken) =>
        step == _pipeline.Middleware.Count
            ? route.InvokeAsync(delivery, services, cancellationToken)
            : _pipeline.Middleware[step](services).InvokeAsync(delivery, next => RunAsync(step + 1, delivery, route, services, next), cancellationToken);

    private QStashResult? MapSafely(Exception exception)
    {
        try
        {
            return _pipeline.Map(exception);
        }
        catch (Exception mapping)
        {
            // A faulty mapping must not hide what the handler threw: the delivery is retried.
            Log.ExceptionMappingFailed(_logger, mapping);
            return null;
        }
    }

    private DeliveryVerification Refuse(string route, SignatureVerdict verdict, RawDelivery? raw = null)
    {
        string hint = verdict.Failure switch
        {
            SignatureFailure.Missing => "Only QStash can call this endpoint: publish a message to it, as with the line that `dotnet qstash dev` prints; in tests send a SignedDelivery.",
            SignatureFailure.WrongUrl => $"Signed for {Destination.WithoutSecrets(verdict.SignedUrl!)}, called at {string.Join(" or ", raw!.OtherUrls.Prepend(raw.Url).Select(Destination.WithoutSecrets))}; {(_publicBaseUrls.Count == 0
                ? "behind a proxy set QStash:PublicBaseUrl (QSTASH_PUBLIC_BASE_URL) to the public URL, or use forwarded headers."
                : $"QStash:PublicBaseUrl (QSTASH_PUBLIC_BASE_URL) is {string.Join(" and ", _publicBaseUrls)}: it must be what the signed URL starts with.")}",
            SignatureFailure.WrongKey =>
                $"If QStash sent it, its account or region{(RegionOf(raw!) is { } region ? $" ({region})" : "")} has other keys: compare QStash:CurrentSigningKey and QStash:NextSigningKey (QSTASH_CURRENT_SIGNING_KEY, QSTASH_NEXT_SIGNING_KEY) with what its console, or `dotnet qstash dev`, shows.",
            SignatureFailure.Expired or SignatureFailure.NotYetValid => "If QStash sent it, compare the clocks; QStash:ClockSkew allows for up to 5 minutes.",
            SignatureFailure.BodyMismatch => $"If QStash sent it, something in front of the app changed the body: let bodies pass as they are. {raw!.BodyHint}",
            _ => "",
        };
        Log.Refused(_logger, route, verdict.Failure, verdict.KeysTried, hint);
        _telemetry.Refused(route, verdict.Failure.ToString());
        return new DeliveryVerification(DeliveryReplies.Refused);
    }

    // What the sender says of itself is not proven: only a region that exists is repeated.
    private static string? RegionOf(RawDelivery raw) => raw.Headers[QStashHeaders.Region] is [{ } named] ? QStashRegions.Normalize(named) : null;

    private readonly record struct Decision(string Outcome, DeliveryReply Reply, Exception? Exception = null)
    {
        internal static Decision Unavailable { get; } = new(DeliveryOutcome.Unavailable, DeliveryReplies.Unavailable);
    }
}
