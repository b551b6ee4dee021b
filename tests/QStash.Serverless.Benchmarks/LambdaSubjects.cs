using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using QStash.Serverless.Lambda;
using QStash.Serverless.Tests;

namespace QStash.Serverless.Benchmarks;

/// <summary>A Lambda function from event to reply: held against the least that has to be done, and against what people write by hand.</summary>
internal sealed class LambdaSubjects : IDisposable
{
    private readonly Random _random;
    private readonly string _key;
    private readonly QStashLambdaHandler _handler;

    internal LambdaSubjects(int seed)
    {
        _random = new Random(seed);
        _key = "sig_" + new string(_random.GetItems<char>("123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz", 28));
        QStashLambdaBuilder builder = QStashLambda.CreateBuilder(options =>
        {
            options.CurrentSigningKey = _key;
            options.NextSigningKey = _key + "-next";
        });
        builder.QStash.AddJson(OrderJson.Default);
        builder.Services.AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance).AddSingleton<ILoggerProvider>(NullLoggerProvider.Instance);
        _handler = builder.Map("/orders", static (QStashDelivery<Order> _, CancellationToken _) => Task.FromResult(QStashResult.Success())).Build();
    }

    public void Dispose() => _handler.Dispose();

    internal IEnumerable<Comparison> Comparisons()
    {
        // What is over the floor, about two microseconds, is half the reading of the token (JsonWebToken, ClaimTypes) whatever a payload's size: small payloads are over the bound.
        foreach ((string name, int bytes) in new[] { ("200 B", 200), ("1 KB", 1 << 10), ("4 KB", 4 << 10), ("256 KB", 256 << 10), ("1 MB", 1 << 20) })
        {
            yield return AgainstFloor(LambdaGateway.FunctionUrl, $"lambda {name}", bytes);
        }

        (string Name, LambdaGateway Gateway)[] gateways =
        [
            ("base64", LambdaGateway.FunctionUrl with { IsBase64 = true }),
            ("HTTP API", LambdaGateway.HttpApi),
            ("REST API", LambdaGateway.RestApi with { IsMultiValue = true }),
            ("load balancer", LambdaGateway.LoadBalancer),
        ];
        foreach ((string name, LambdaGateway gateway) in gateways)
        {
            yield return AgainstFloor(gateway, $"lambda 4 KB, {name}", 4 << 10);
        }

        foreach ((string name, int bytes) in new[] { ("200 B", 200), ("1 KB", 1 << 10), ("4 KB", 4 << 10) })
        {
            byte[] lambdaEvent = Event(LambdaGateway.FunctionUrl, Order.Json(_random, bytes));
            yield return new Comparison($"lambda {name}", "written by hand", Handle(lambdaEvent), HandWritten(lambdaEvent), 1 / 1.5);
        }
    }

    private Comparison AgainstFloor(LambdaGateway gateway, string name, int bytes)
    {
        byte[] body = Order.Json(_random, bytes);
        byte[] lambdaEvent = Event(gateway, body);

        // The payload once as bytes and once as objects: neither the event's texts, the signature among them, nor the user's objects can be had for less.
        long payload = lambdaEvent.Length + PayloadBytes(body);
        return new Comparison(name, "pass + HMAC + SHA-256 + Deserialize", Handle(lambdaEvent), Floor(lambdaEvent, body), 1.25, payload + (3 << 10));
    }

    private byte[] Event(LambdaGateway gateway, byte[] body) => gateway.Event(
        "/orders",
        [
            new("User-Agent", "Upstash-QStash"), new("Upstash-Message-Id", "msg_7YoJxFpwkEy5zBp378JgvD6YBDPBEqkBqje2y"), new("Upstash-Retried", "0"), new("Upstash-Caller-Ip", "203.0.113.9"),
            new("Upstash-Region", "EU-CENTRAL-1"), new("Upstash-Signature", Signature(gateway, body)),
        ],
        body,
        "application/json");

    private string Signature(LambdaGateway gateway, byte[] body) => new DeliverySigner(_key).Sign(gateway.Url + "/orders", body, TimeProvider.System.GetUtcNow(), TimeSpan.FromDays(1));

    /// <summary>What the payload itself takes: the objects that it is deserialized to.</summary>
    private static long PayloadBytes(byte[] body)
    {
        JsonSerializer.Deserialize(body, OrderJson.Default.Order);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 10; i++)
        {
            JsonSerializer.Deserialize(body, OrderJson.Default.Order);
        }

        return (GC.GetAllocatedBytesForCurrentThread() - before) / 10;
    }

    private Action<int> Handle(byte[] lambdaEvent) => count =>
    {
        for (int i = 0; i < count; i++)
        {
            Task<Stream> handled = _handler.HandleAsync(new MemoryStream(lambdaEvent), TimeSpan.FromSeconds(30));
            if (!handled.IsCompletedSuccessfully)
            {
                throw new InvalidOperationException("A delivery did not complete at once.");
            }

            using Stream reply = handled.Result;
            if (reply.Length > 100 || reply.ReadByte() != '{')
            {
                throw new InvalidOperationException(new StreamReader(reply).ReadToEnd());
            }
        }
    };

    /// <summary>The least there is to do: one pass over the event that takes the body out, one-shot MAC and hash with everything else decoded beforehand, one Deserialize.</summary>
    private Action<int> Floor(byte[] lambdaEvent, byte[] body)
    {
        string signature = Signature(LambdaGateway.FunctionUrl, body);
        byte[] signingInput = Encoding.ASCII.GetBytes(signature[..signature.LastIndexOf('.')]);
        byte[] key = Encoding.UTF8.GetBytes(_key);
        byte[] signedMac = HMACSHA256.HashData(key, signingInput);
        byte[] signedHash = SHA256.HashData(body);
        byte[] text = new byte[lambdaEvent.Length];
        return count =>
        {
            Span<byte> mac = stackalloc byte[HMACSHA256.HashSizeInBytes];
            Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
            for (int i = 0; i < count; i++)
            {
                Utf8JsonReader reader = new(lambdaEvent);
                int length = 0;
                while (reader.Read())
                {
                    if (reader.TokenType == JsonTokenType.PropertyName && reader.CurrentDepth == 1 && reader.ValueTextEquals("body"u8))
                    {
                        reader.Read();
                        length = reader.CopyString(text);
                    }
                }

                ReadOnlySpan<byte> taken = text.AsSpan(0, length);
                if (length != body.Length)
                {
                    System.Buffers.Text.Base64.DecodeFromUtf8InPlace(text.AsSpan(0, length), out length);
                    taken = text.AsSpan(0, length);
                }

                HMACSHA256.HashData(key, signingInput, mac);
                SHA256.HashData(taken, hash);
                if (!CryptographicOperations.FixedTimeEquals(mac, signedMac) || !CryptographicOperations.FixedTimeEquals(hash, signedHash)
                    || JsonSerializer.Deserialize(taken, OrderJson.Default.Order) is null)
                {
                    throw new InvalidOperationException("The floor did not verify.");
                }
            }
        };
    }

    private Action<int> HandWritten(byte[] lambdaEvent)
    {
        HandWrittenFunction function = new(_key, _key + "-next", LambdaGateway.FunctionUrl.Url);
        return count =>
        {
            for (int i = 0; i < count; i++)
            {
                using Stream reply = function.HandleAsync(new MemoryStream(lambdaEvent)).GetAwaiter().GetResult();
                if (reply.Length > 100)
                {
                    throw new InvalidOperationException("The function written by hand did not accept the delivery.");
                }
            }
        };
    }
}
