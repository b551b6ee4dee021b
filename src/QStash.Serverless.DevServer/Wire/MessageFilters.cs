using System.Globalization;
using QStash.Serverless.DevServer.Store;

namespace QStash.Serverless.DevServer.Wire;

/// <summary>Reads the filters that lists and bulk writes share (protocol 2.4, 2.5, 2.6). Values of one filter are ORed, filters are ANDed.</summary>
internal static class MessageFilters
{
    public static readonly string[] Names =
        ["topicName", "queueName", "url", "host", "path", "label", "flowControlKey", "scheduleId", "callerIp", "fromDate", "toDate"];

    public static MessageFilter Read(ListParameters parameters) => new()
    {
        Topics = parameters.Many("topicName"),
        Queues = parameters.Many("queueName"),
        Urls = parameters.Many("url"),
        Hosts = [.. parameters.Many("host").Select(h => h.ToLowerInvariant())],
        Paths = parameters.Many("path"),
        Labels = parameters.Many("label"),
        FlowKeys = parameters.Many("flowControlKey"),
        Schedules = parameters.Many("scheduleId"),
        CallerIps = parameters.Many("callerIp"),
        From = Date(parameters, "fromDate"),
        To = Date(parameters, "toDate"),
    };

    private static long? Date(ListParameters parameters, string name)
    {
        if (parameters.First(name) is not { } text)
        {
            return null;
        }

        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long time)
            ? time
            : throw WireException.BadRequest($"invalid {name} '{text}': use a Unix time in milliseconds");
    }
}
