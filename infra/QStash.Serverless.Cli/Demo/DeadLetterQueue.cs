using System.Text.Json;

namespace QStash.Serverless.Cli.Demo;

/// <summary>Reads the dead letter queue over QStash's REST API (protocol 2.6), and writes down every entry it has not seen before.</summary>
internal sealed class DeadLetterQueue(HttpClient http, Uri qstash, string token, DemoJournal journal)
{
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);

    public async Task ReadAsync(CancellationToken cancellationToken)
    {
        string? cursor = null;
        do
        {
            Uri page = new(qstash, "/v2/dlq?count=100" + (cursor is null ? "" : $"&cursor={Uri.EscapeDataString(cursor)}"));
            using HttpRequestMessage request = new(HttpMethod.Get, page) { Headers = { Authorization = new("Bearer", token) } };
            using HttpResponseMessage response = await http.SendAsync(request, cancellationToken);
            response.EnsureSuccessStatusCode();
            using JsonDocument answer = await JsonDocument.ParseAsync(await response.Content.ReadAsStreamAsync(cancellationToken), cancellationToken: cancellationToken);
            foreach (JsonElement message in answer.RootElement.GetProperty("messages").EnumerateArray())
            {
                string dlqId = message.GetProperty("dlqId").GetString()!;
                if (_seen.Add(dlqId))
                {
                    journal.Add(new DeadLetterListed(journal.Now, message.GetProperty("messageId").GetString()!, dlqId, message.GetProperty("responseStatus").GetInt32()));
                }
            }

            cursor = answer.RootElement.TryGetProperty("cursor", out JsonElement next) && next.GetString() is { Length: > 0 } text ? text : null;
        }
        while (cursor is not null);
    }
}
