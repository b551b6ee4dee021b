using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace QStash.Serverless;

/// <summary>
/// Traces and metrics, named <c>QStash.Serverless</c>: a consumer span for each verified delivery that the engine handles, continuing the publisher's
/// <c>traceparent</c>; the counters <c>qstash.deliveries</c> by route and result and <c>qstash.refusals</c> by reason.
/// </summary>
public sealed class QStashTelemetry : IDisposable
{
    /// <summary>The name of the <see cref="ActivitySource"/> and of the <see cref="Meter"/>.</summary>
    public const string Name = "QStash.Serverless";

    private static readonly ActivitySource s_source = new(Name);

    private readonly Meter _meter;
    private readonly Counter<long> _deliveries;
    private readonly Counter<long> _refusals;

    internal QStashTelemetry(IMeterFactory? meterFactory = null)
    {
        _meter = meterFactory?.Create(Name) ?? new Meter(Name);
        _deliveries = _meter.CreateCounter<long>("qstash.deliveries", "{delivery}", "Genuine deliveries, by route and result.");
        _refusals = _meter.CreateCounter<long>("qstash.refusals", "{delivery}", "Refused requests, by reason.");
    }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    internal static Activity? StartDelivery(QStashDelivery delivery, string route)
    {
        if (!s_source.HasListeners())
        {
            return null;
        }

        // The host's own span continues the same trace already: then ours is its child. Else the publisher's span is the parent.
        ActivityContext parent = Activity.Current?.Context ?? default;
        if (ActivityContext.TryParse(delivery.Headers["traceparent"], delivery.Headers["tracestate"], isRemote: true, out ActivityContext published)
            && parent.TraceId != published.TraceId)
        {
            parent = published;
        }

        Activity? activity = s_source.StartActivity($"process {route}", ActivityKind.Consumer, parent);
        if (activity is { IsAllDataRequested: true })
        {
            activity.SetTag("messaging.system", "qstash");
            activity.SetTag("messaging.operation.type", "process");
            activity.SetTag("messaging.destination.name", route);
            activity.SetTag("messaging.message.id", delivery.MessageId);
            activity.SetTag("messaging.message.body.size", delivery.RawBody.Length);
            activity.SetTag("qstash.retried", delivery.Retried);
            activity.SetTag("qstash.schedule_id", delivery.ScheduleId);
            activity.SetTag("qstash.url_group", delivery.UrlGroup);
        }

        return activity;
    }

    internal void Handled(Activity? activity, string route, string result, Exception? exception)
    {
        _deliveries.Add(1, new KeyValuePair<string, object?>("qstash.route", route), new KeyValuePair<string, object?>("qstash.result", result));
        if (activity is null)
        {
            return;
        }

        activity.SetTag("qstash.result", result);
        if (exception is not null)
        {
            activity.AddException(exception);
        }

        if (result != DeliveryOutcome.Success)
        {
            activity.SetStatus(ActivityStatusCode.Error, result);
        }
    }

    internal void Refused(string route, string reason) =>
        _refusals.Add(1, new KeyValuePair<string, object?>("qstash.route", route), new KeyValuePair<string, object?>("qstash.reason", reason));
}
