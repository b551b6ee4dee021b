using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace QStash.Serverless.ColdStart;

/// <summary>
/// The floor: a loop of a few lines that reads the event, checks the MAC and the hash of the body, deserializes, and replies. It has no settings, no log, no
/// error handling, and checks no claim but the hash.
/// </summary>
internal static class BareFunction
{
    internal static async Task RunAsync()
    {
        byte[] key = Key();
        string api = $"http://{Environment.GetEnvironmentVariable("AWS_LAMBDA_RUNTIME_API")}/2018-06-01/runtime/invocation/";
        using HttpClient http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = Timeout.InfiniteTimeSpan };
        while (true)
        {
            using HttpResponseMessage next = await http.GetAsync(api + "next");
            string id = next.Headers.GetValues("Lambda-Runtime-Aws-Request-Id").First();
            byte[] reply = Handle(await next.Content.ReadAsByteArrayAsync(), key);
            using HttpResponseMessage accepted = await http.PostAsync($"{api}{id}/response", new ByteArrayContent(reply));
        }
    }

    internal static byte[] Key() => Encoding.UTF8.GetBytes(Environment.GetEnvironmentVariable("QSTASH_CURRENT_SIGNING_KEY")!);

    internal static byte[] Handle(byte[] lambdaEvent, byte[] key)
    {
        (string? signature, string? text) = Read(lambdaEvent);
        byte[] body = Encoding.UTF8.GetBytes(text!);
        int end = signature!.LastIndexOf('.');
        byte[] mac = HMACSHA256.HashData(key, Encoding.ASCII.GetBytes(signature[..end]));
        byte[] claims = Base64Url.DecodeFromChars(signature.AsSpan(signature.IndexOf('.', StringComparison.Ordinal) + 1, end - signature.IndexOf('.', StringComparison.Ordinal) - 1));
        bool isGenuine = CryptographicOperations.FixedTimeEquals(mac, Base64Url.DecodeFromChars(signature.AsSpan(end + 1)))
            && claims.AsSpan().IndexOf(Encoding.ASCII.GetBytes(Base64Url.EncodeToString(SHA256.HashData(body)))) > 0;
        string payload = isGenuine ? JsonSerializer.Serialize(JsonSerializer.Deserialize(body, OrderJson.Default.Order), OrderJson.Default.Order!) : "";
        ArrayBufferWriter<byte> reply = new();
        using (Utf8JsonWriter writer = new(reply))
        {
            writer.WriteStartObject();
            writer.WriteNumber("statusCode"u8, isGenuine ? 200 : 401);
            writer.WriteString("body"u8, payload);
            writer.WriteEndObject();
        }

        return reply.WrittenSpan.ToArray();
    }

    private static (string? Signature, string? Body) Read(byte[] lambdaEvent)
    {
        (string? signature, string? body) = (null, null);
        Utf8JsonReader reader = new(lambdaEvent);
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals("upstash-signature"u8))
            {
                reader.Read();
                signature = reader.GetString();
            }
            else if (reader.TokenType == JsonTokenType.PropertyName && reader.CurrentDepth == 1 && reader.ValueTextEquals("body"u8))
            {
                reader.Read();
                body = reader.GetString();
            }
        }

        return (signature, body);
    }
}
