using System.Globalization;
using System.Text.Json;
using QStash.Serverless.DevServer.Delivery;
using QStash.Serverless.DevServer.Intake;
using QStash.Serverless.DevServer.Quotas;
using QStash.Serverless.DevServer.Settings;
using QStash.Serverless.DevServer.Store;

namespace QStash.Serverless.DevServer.Wire;

/// <summary>
/// The first version of the API, translated (protocol 2.15): a topic is a URL group with an id, an endpoint has an id, a message is one publish, and
/// a task is its delivery to one URL, which is what the store calls a message. What it cannot say is refused with a text that says so.
/// </summary>
internal sealed class V1Routes(QStashStore store, MessageIntake intake, ScheduleIntake schedules, HostMap hosts, Limits limits, TimeProvider time, KeyRoutes keys)
{
    private const int PageSize = 100;

    public IEnumerable<Route> All =>
    [
        new("POST", "publish/{*destination}", PublishAsync),
        new("GET", "topics", call => Read(session => session.FindUrlGroups(call.Account.Id), V1Json.Array<StoredUrlGroup>(V1Json.WriteTopic))),
        new("POST", "topics", CreateTopicAsync),
        new("GET", "topics/{topic}", call => Read(session => FindTopic(session, call), V1Json.WriteTopic)),
        new("PUT", "topics/{topic}", RenameTopicAsync),
        new("DELETE", "topics/{topic}", DeleteTopicAsync),
        new("DELETE", "topics", DeleteTopicAsync),
        new("GET", "endpoints", call => Read(session => Endpoints(session, call), V1Json.Array<(StoredUrlGroup, StoredEndpoint)>(V1Json.WriteEndpoint))),
        new("POST", "endpoints", CreateEndpointAsync),
        new("GET", "endpoints/{endpointId}", call => Read(session => FindEndpoint(session, call), V1Json.WriteEndpoint)),
        new("PUT", "endpoints/{endpointId}", MoveEndpointAsync),
        new("DELETE", "endpoints/{endpointId}", DeleteEndpointAsync),
        new("DELETE", "endpoints", DeleteEndpointAsync),
        new("GET", "messages", GetOrListMessagesAsync),
        new("GET", "messages/{messageId}", GetMessageAsync),
        new("DELETE", "messages/{messageId}", CancelAsync),
        new("DELETE", "messages", CancelAsync),
        new("GET", "messages/{messageId}/tasks", call => Read(session => Tasks(session, call), V1Json.WriteTasks)),
        new("GET", "tasks", GetTaskAsync),
        new("GET", "tasks/{taskId}", GetTaskAsync),
        new("GET", "tasks/{taskId}/logs", call => Read(session => FindTask(session, call), V1Json.WriteLogs)),
        new("GET", "events", ListEventsAsync),
        new("GET", "schedules", call => Read(session => session.FindSchedules(call.Account.Id).ConvertAll(s => WithTopic(session, s)), V1Json.Array<(StoredSchedule, StoredUrlGroup?)>(V1Json.WriteSchedule))),
        new("GET", "schedules/{scheduleId}", call => Read(session => WithTopic(session, FindSchedule(session, call)), V1Json.WriteSchedule)),
        new("DELETE", "schedules/{scheduleId}", DeleteScheduleAsync),
        new("DELETE", "schedules", DeleteScheduleAsync),
        new("GET", "quota", QuotaAsync),
        .. keys.All,
    ];

    /// <summary>Publishes, or creates a schedule if there is a cron expression.</summary>
    private async Task<WireReply> PublishAsync(WireCall call)
    {
        SettingsBag settings = SettingsReader.OfPublish(call);
        if (settings.TryGet(QStashHeaders.DeduplicationId, out string? deduplicationId) && !QStashName.IsValidDeduplicationId(deduplicationId))
        {
            throw Setting.Bad(QStashHeaders.DeduplicationId, "in v1 it has no ':' and no white space");
        }

        byte[] body = await call.ReadBodyAsync().ConfigureAwait(false);
        (string name, string id, bool duplicate) = await store.RunAsync(session =>
        {
            string destination = Number(call["destination"], V1Json.TopicPrefix) is null ? call.Destination : FindTopic(session, call, call["destination"]).Name;
            Submission submission = new(call.Account.Id, destination, settings, body, call.CallerIp) { Incoming = call.Headers };
            if (settings.Has(QStashHeaders.Cron))
            {
                (string scheduleId, bool repeated) = schedules.Accept(session, submission);
                return ("scheduleId", scheduleId, repeated);
            }

            Receipt receipt = intake.Accept(session, intake.Check(session, submission));
            string first = (receipt.Messages.FirstOrDefault(m => !m.Deduplicated) ?? receipt.Messages[0]).MessageId;
            return ("messageId", session.FindMessage(call.Account.Id, first)?.FanOut ?? first, receipt.Messages.All(m => m.Deduplicated));
        }).ConfigureAwait(false);
        WireReply reply = WireReply.Json(duplicate ? 202 : 201, json =>
        {
            json.WriteStartObject();
            json.WriteString(name, id);
            if (duplicate)
            {
                json.WriteBoolean("deduplicated", true);
            }

            json.WriteEndObject();
        });
        return deduplicationId is null ? reply : reply with { Headers = new Dictionary<string, string> { [QStashHeaders.DeduplicationId] = deduplicationId } };
    }

    private async Task<WireReply> CreateTopicAsync(WireCall call)
    {
        string name = await ReadNameAsync(call).ConfigureAwait(false);
        return await Read(
            session =>
            {
                RefuseTaken(session, call, name);
                StoredUrlGroup topic = session.EnsureUrlGroup(call.Account.Id, name, Now);
                return session.CountUrlGroups(call.Account.Id) <= limits.UrlGroups ? topic : throw Limits.Exceeded("maxTopics", limits.UrlGroups);
            },
            V1Json.WriteTopic).ConfigureAwait(false);
    }

    private async Task<WireReply> RenameTopicAsync(WireCall call)
    {
        string name = await ReadNameAsync(call).ConfigureAwait(false);
        return await Read(
            session =>
            {
                StoredUrlGroup topic = FindTopic(session, call);
                if (topic.Name != name)
                {
                    RefuseTaken(session, call, name);
                    session.RenameUrlGroup(call.Account.Id, topic, name, Now);
                }

                return topic with { Name = name };
            },
            V1Json.WriteTopic).ConfigureAwait(false);
    }

    private Task<WireReply> DeleteTopicAsync(WireCall call)
        => Write(202, "ok", session => session.DeleteUrlGroup(FindTopic(session, call)));

    private async Task<WireReply> CreateEndpointAsync(WireCall call)
    {
        (string? id, string? name, string url) = JsonBody.Read(
            await call.ReadBodyAsync().ConfigureAwait(false), json => (JsonBody.Text(json, "topicId"), JsonBody.Text(json, "topicName"), ReadUrl(json)));
        return await Read(
            session =>
            {
                StoredUrlGroup topic = FindTopic(session, call, id ?? name ?? throw WireException.BadRequest("either topicId or topicName must be set"));
                RefuseTwice(topic, url);
                long added = session.InsertEndpoint(topic, name: null, url, Now);
                return topic.Endpoints.Count < limits.Endpoints
                    ? (topic, new StoredEndpoint(added, topic.Id, null, url, Now, Now))
                    : throw Limits.Exceeded("maxEndpointsPerTopic", limits.Endpoints);
            },
            V1Json.WriteEndpoint).ConfigureAwait(false);
    }

    /// <summary>Gives an endpoint another URL. Messages that were accepted before go to the old one: they carry their URL with them.</summary>
    private async Task<WireReply> MoveEndpointAsync(WireCall call)
    {
        string url = JsonBody.Read(await call.ReadBodyAsync().ConfigureAwait(false), ReadUrl);
        return await Read(
            session =>
            {
                (StoredUrlGroup topic, StoredEndpoint endpoint) = FindEndpoint(session, call);
                if (endpoint.Url != url)
                {
                    RefuseTwice(topic, url);
                    session.UpdateEndpoint(endpoint, endpoint.Name, url, Now);
                }

                return (topic, endpoint with { Url = url });
            },
            V1Json.WriteEndpoint).ConfigureAwait(false);
    }

    /// <summary>Unlike in v2 its topic stays, even without endpoints.</summary>
    private Task<WireReply> DeleteEndpointAsync(WireCall call)
        => Write(200, "ok", session => session.DeleteEndpoint(FindEndpoint(session, call).Endpoint, Now));

    private Task<WireReply> GetOrListMessagesAsync(WireCall call)
        => call.Query.First("messageId") is not null
            ? GetMessageAsync(call)
            : Read(session => session.FindPublishes(call.Account.Id, Cursor(call), PageSize).ConvertAll(m => WithTopic(session, m)), (json, page) =>
            {
                json.WriteStartObject();
                if (page.Count >= PageSize)
                {
                    json.WriteNumber("cursor", page[^1].Item1.CreatedAt);
                }

                json.WritePropertyName("messages");
                V1Json.Array<(StoredMessage, StoredUrlGroup?)>(V1Json.WriteMessage)(json, page);
                json.WriteEndObject();
            });

    private Task<WireReply> GetMessageAsync(WireCall call) => Read(session => WithTopic(session, FindMessage(session, call)[0]), V1Json.WriteMessage);

    private Task<WireReply> CancelAsync(WireCall call)
        => Write(202, "accepted", session => FindMessage(session, call).ForEach(m => MessageLife.Cancel(session, call.Account.Id, m.Id, Now)));

    private static List<List<StoredEvent>> Tasks(StoreSession session, WireCall call)
    {
        List<StoredMessage> messages = FindMessage(session, call);
        return Cursor(call) <= messages[0].CreatedAt ? [] : messages.ConvertAll(m => Events(session, m));
    }

    private Task<WireReply> GetTaskAsync(WireCall call) => Read(session => FindTask(session, call), V1Json.WriteTask);

    private Task<WireReply> ListEventsAsync(WireCall call)
    {
        EventQuery query = new(call.Account.Id, new(), [], [], EarliestFirst: false, Paging.After(ListParameters.OfRead(call)), PageSize + 1);
        return Read(session => session.FindEvents(query), (json, events) =>
        {
            json.WriteStartObject();
            json.WriteString("cursor", events.Count > PageSize ? Paging.Cursor(events[PageSize - 1].Time, events[PageSize - 1].Seq) : "");
            json.WritePropertyName("events");
            V1Json.Array<StoredEvent>(V1Json.WriteListed)(json, events.Take(PageSize));
            json.WriteEndObject();
        });
    }

    private Task<WireReply> DeleteScheduleAsync(WireCall call)
        => Write(202, "accepted", session => session.DeleteSchedule(call.Account.Id, FindSchedule(session, call).Id));

    private Task<WireReply> QuotaAsync(WireCall call) => Read(_ => limits, (json, quota) =>
    {
        // v1 says "no limit" with a negative number.
        json.WriteStartObject();
        json.WriteNumber("maxTopics", quota.UrlGroups);
        json.WriteNumber("maxEndpointsPerTopic", quota.Endpoints);
        json.WriteNumber("maxMessageSize", quota.MessageSize);
        json.WriteNumber("maxRetries", quota.Retries);
        json.WriteNumber("maxSchedules", quota.Schedules);
        json.WriteNumber("maxRequestsPerDay", quota.MessagesPerDay ?? -1);
        json.WriteNumber("retention", (long)Retention.Logs.TotalSeconds);
        json.WriteNumber("timeout", (long)quota.Attempt.TotalSeconds);
        json.WriteNumber("maxDelay", (long?)quota.Delay?.TotalSeconds ?? -1);
        json.WriteEndObject();
    });

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    private async Task<WireReply> Read<T>(Func<StoreSession, T> read, Action<Utf8JsonWriter, T> write)
    {
        T found = await store.RunAsync(read).ConfigureAwait(false);
        return WireReply.Json(200, json => write(json, found));
    }

    private Task<WireReply> Write(int status, string word, Action<StoreSession> write) => store.RunAsync(session =>
    {
        write(session);
        return WireReply.Json(status, json =>
        {
            json.WriteStartObject();
            json.WriteString("status", word);
            json.WriteEndObject();
        });
    });

    private static StoredUrlGroup FindTopic(StoreSession session, WireCall call) => FindTopic(session, call, Given(call, "topic"));

    /// <summary>A topic by its id, else by its name.</summary>
    private static StoredUrlGroup FindTopic(StoreSession session, WireCall call, string idOrName)
    {
        string? name = Number(idOrName, V1Json.TopicPrefix) is { } id ? session.NameOfUrlGroup(call.Account.Id, id) : null;
        return session.FindUrlGroup(call.Account.Id, name ?? idOrName) ?? throw WireException.NotFound($"topic {idOrName} not found");
    }

    private static IEnumerable<(StoredUrlGroup Topic, StoredEndpoint Endpoint)> Endpoints(StoreSession session, WireCall call)
        => session.FindUrlGroups(call.Account.Id).SelectMany(topic => topic.Endpoints, (topic, endpoint) => (topic, endpoint));

    private static (StoredUrlGroup Topic, StoredEndpoint Endpoint) FindEndpoint(StoreSession session, WireCall call)
    {
        string id = Given(call, "endpointId");
        return Endpoints(session, call).Where(e => e.Endpoint.Id == Number(id, V1Json.EndpointPrefix)).Select(e => ((StoredUrlGroup, StoredEndpoint)?)e).SingleOrDefault()
            ?? throw WireException.NotFound($"endpoint {id} not found");
    }

    private static List<StoredMessage> FindMessage(StoreSession session, WireCall call)
        => session.FindFanOut(call.Account.Id, Given(call, "messageId")) is { Count: > 0 } found ? found : throw WireException.NotFound($"message {Given(call, "messageId")} not found");

    /// <summary>The events of a task, latest first.</summary>
    private static List<StoredEvent> FindTask(StoreSession session, WireCall call)
    {
        string id = Given(call, "taskId");
        return id.StartsWith(V1Json.TaskPrefix, StringComparison.Ordinal) && session.FindMessage(call.Account.Id, "msg_" + id[V1Json.TaskPrefix.Length..]) is { } message
            ? Events(session, message)
            : throw WireException.NotFound($"task {id} not found");
    }

    private static List<StoredEvent> Events(StoreSession session, StoredMessage message)
        => session.FindEvents(new(message.Account, new(), [message.Id], [], EarliestFirst: false, After: null, int.MaxValue));

    private static StoredSchedule FindSchedule(StoreSession session, WireCall call)
        => session.FindSchedule(call.Account.Id, Given(call, "scheduleId")) ?? throw WireException.NotFound($"schedule {Given(call, "scheduleId")} not found");

    private static (StoredSchedule, StoredUrlGroup?) WithTopic(StoreSession session, StoredSchedule schedule)
        => (schedule, session.FindUrlGroup(schedule.Account, schedule.Destination));

    private static (StoredMessage, StoredUrlGroup?) WithTopic(StoreSession session, StoredMessage message)
        => (message, message.Topic is { } topic ? session.FindUrlGroup(message.Account, topic) : null);

    private static void RefuseTaken(StoreSession session, WireCall call, string name)
    {
        if (session.FindUrlGroup(call.Account.Id, name) is not null)
        {
            throw WireException.BadRequest($"there is a topic {name} already");
        }
    }

    private static void RefuseTwice(StoredUrlGroup topic, string url)
    {
        if (topic.Endpoints.Any(e => e.Url == url))
        {
            throw WireException.BadRequest($"the topic {topic.Name} has an endpoint with the url {url} already");
        }
    }

    /// <summary>An id from the path, or from the query, where the older pages also put it.</summary>
    private static string Given(WireCall call, string name)
        => call.Find(name) ?? call.Query.First(name) ?? throw WireException.BadRequest($"{name} must be given");

    private static long? Number(string id, string prefix)
        => id.StartsWith(prefix, StringComparison.Ordinal) && long.TryParse(id.AsSpan(prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : null;

    /// <summary>A time in milliseconds before which a page starts.</summary>
    private static long? Cursor(WireCall call)
        => call.Query.First("cursor") is not { } text ? null
            : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long cursor) ? cursor
            : throw WireException.BadRequest($"invalid cursor '{text}': use the cursor of the previous answer");

    private static async Task<string> ReadNameAsync(WireCall call)
    {
        string name = JsonBody.Read(await call.ReadBodyAsync().ConfigureAwait(false), json => JsonBody.Text(json, "name")) ?? "";
        return QStashName.IsValid(name) ? name : throw WireException.BadRequest($"invalid topic name '{name}': use letters, digits, '_', '.' and '-' only");
    }

    private string ReadUrl(JsonElement json)
    {
        string url = JsonBody.Text(json, "url") ?? throw WireException.BadRequest("an endpoint needs a url");
        Destinations.CheckUrl(url, hosts, "invalid endpoint url");
        return url;
    }
}
