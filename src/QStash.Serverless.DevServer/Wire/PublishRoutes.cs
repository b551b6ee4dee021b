using System.Text.Json;
using QStash.Serverless.DevServer.Intake;
using QStash.Serverless.DevServer.Settings;
using QStash.Serverless.DevServer.Store;

namespace QStash.Serverless.DevServer.Wire;

/// <summary>Publish and enqueue (protocol 2.1, 2.2).</summary>
internal sealed class PublishRoutes(QStashStore store, MessageIntake intake)
{
    public IEnumerable<Route> All =>
    [
        new("POST", "publish/{*destination}", PublishAsync),
        new("POST", "enqueue/{queue}/{*destination}", EnqueueAsync),
    ];

    /// <summary>The object a publisher gets for one message.</summary>
    public static void Write(Utf8JsonWriter json, Accepted accepted)
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

    private Task<WireReply> PublishAsync(WireCall call) => SubmitAsync(call, SettingsReader.OfPublish(call));

    private Task<WireReply> EnqueueAsync(WireCall call)
    {
        if (!QStashName.IsValid(call["queue"]))
        {
            throw WireException.BadRequest($"invalid queue name '{call["queue"]}': use letters, digits, '_', '.' and '-' only");
        }

        SettingsBag settings = SettingsReader.OfPublish(call);
        settings.Set(QStashHeaders.QueueName, call["queue"]);
        return SubmitAsync(call, settings);
    }

    private async Task<WireReply> SubmitAsync(WireCall call, SettingsBag settings)
    {
        string query = call.Query.WithoutQStashParameters();
        string destination = call["destination"];
        if (query.Length > 0)
        {
            destination += "?" + query;
        }

        byte[] body = await call.ReadBodyAsync().ConfigureAwait(false);
        CheckedSubmission submission = intake.Check(new(call.Account.Id, destination, settings, body, call.CallerIp));
        Accepted accepted = await store.RunAsync(session => intake.Accept(session, submission)).ConfigureAwait(false);
        return WireReply.Json(accepted.Deduplicated ? 202 : 200, json => Write(json, accepted));
    }
}
