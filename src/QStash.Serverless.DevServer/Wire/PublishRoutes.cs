using System.Text.Json;
using QStash.Serverless.DevServer.Intake;
using QStash.Serverless.DevServer.Settings;
using QStash.Serverless.DevServer.Store;

namespace QStash.Serverless.DevServer.Wire;

/// <summary>Publish and enqueue (protocol 2.1, 2.2).</summary>
internal sealed class PublishRoutes(QStashStore store, MessageIntake intake, ScheduleRoutes schedules)
{
    public IEnumerable<Route> All =>
    [
        new("POST", "publish/{*destination}", PublishAsync),
        new("POST", "enqueue/{queue}/{*destination}", EnqueueAsync),
    ];

    /// <summary>What a publisher gets: an object for a URL, an array for a URL group.</summary>
    public static void Write(Utf8JsonWriter json, Receipt receipt)
    {
        if (!receipt.IsGroup)
        {
            Write(json, receipt.Messages[0]);
            return;
        }

        json.WriteStartArray();
        foreach (Accepted accepted in receipt.Messages)
        {
            Write(json, accepted);
        }

        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, Accepted accepted)
    {
        json.WriteStartObject();
        json.WriteString("messageId", accepted.MessageId);
        json.WriteString("url", accepted.Url);
        if (accepted.Deduplicated)
        {
            json.WriteBoolean("deduplicated", true);
        }

        json.WriteEndObject();
    }

    /// <summary>With a cron expression it creates a schedule, as older clients do (protocol 2.9).</summary>
    private Task<WireReply> PublishAsync(WireCall call)
    {
        SettingsBag settings = SettingsReader.OfPublish(call);
        return settings.Has(QStashHeaders.Cron) ? schedules.CreateAsync(call) : SubmitAsync(call, settings);
    }

    private Task<WireReply> EnqueueAsync(WireCall call)
    {
        QueueRoutes.CheckName(call["queue"]);
        SettingsBag settings = SettingsReader.OfPublish(call);
        settings.Set(QStashHeaders.QueueName, call["queue"]);
        return SubmitAsync(call, settings);
    }

    private async Task<WireReply> SubmitAsync(WireCall call, SettingsBag settings)
    {
        byte[] body = await call.ReadBodyAsync().ConfigureAwait(false);
        Submission submission = new(call.Account.Id, call.Destination, settings, body, call.CallerIp) { Incoming = call.Headers };
        Receipt receipt = await store.RunAsync(session => intake.Accept(session, intake.Check(session, submission))).ConfigureAwait(false);
        bool duplicate = !receipt.IsGroup && receipt.Messages[0].Deduplicated;
        return WireReply.Json(duplicate ? 202 : 200, json => Write(json, receipt));
    }
}
