using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace QStash.Serverless.Benchmarks;

/// <summary>What is measured: verification, payload decoding, and the engine from request to reply.</summary>
internal sealed class Subjects : IDisposable
{
    private const string Url = "https://shop.example.com/api/orders";

    private readonly Random _random;
    private readonly QStashReceiver _receiver;
    private readonly ServiceProvider _services;
    private readonly DeliveryEngine _engine;
    private readonly QStashJson _json;
    private readonly string _currentKey;
    private readonly string _nextKey;
    private readonly string _foreignKey;

    internal Subjects(int seed)
    {
        _random = new Random(seed);
        _currentKey = Key();
        _nextKey = Key();
        _foreignKey = Key();
        _receiver = new QStashReceiver(new QStashReceiverOptions { CurrentSigningKey = _currentKey, NextSigningKey = _nextKey });
        ServiceCollection services = new();
        services.AddQStash(new ConfigurationBuilder().Build(), options =>
        {
            options.CurrentSigningKey = _currentKey;
            options.NextSigningKey = _nextKey;
        }).AddJson(OrderJson.Default);
        _services = services.BuildServiceProvider();
        _engine = _services.GetRequiredService<DeliveryEngine>();
        _json = _services.GetRequiredService<QStashJson>();
    }

    public void Dispose() => _services.Dispose();

    internal IEnumerable<Comparison> Comparisons()
    {
        (string Name, int Bytes, double Bound)[] sizes = [("200 B", 200, 1.5), ("4 KB", 4 << 10, 1.3), ("256 KB", 256 << 10, 1.05), ("1 MB", 1 << 20, 1.05)];
        foreach ((string name, int bytes, double bound) in sizes)
        {
            byte[] body = new byte[bytes];
            _random.NextBytes(body);
            Action<int> genuine = Verify(_currentKey, body, SignatureFailure.None);
            Action<int> floor = Floor(_currentKey, body);
            yield return new Comparison($"verify {name}, current key", "HMAC + SHA-256", genuine, floor, bound, 2200);
            yield return new Comparison($"verify {name}, next key", "HMAC + SHA-256", Verify(_nextKey, body, SignatureFailure.None), Floor(_nextKey, body), bound, 2200);
            yield return new Comparison($"verify {name}, forged", "verify, current key", Verify(_foreignKey, body, SignatureFailure.WrongKey), genuine, 1.0, 2200);
        }

        foreach ((string name, int bytes, _) in sizes)
        {
            byte[] body = Order.Json(_random, bytes);
            JsonTypeInfo<Order> typeInfo = OrderJson.Default.Order;
            yield return new Comparison($"decode {name}", "JsonSerializer.Deserialize", Decode(body), Deserialize(body, typeInfo), 1.05);
        }

        foreach ((string name, int bytes, _) in sizes)
        {
            byte[] body = Order.Json(_random, bytes);
            Action<int> floor = Floor(_currentKey, body) + Deserialize(body, OrderJson.Default.Order);
            yield return new Comparison($"engine {name}", "HMAC + SHA-256 + Deserialize", Handle(body), floor);
        }
    }

    private string Key() => "sig_" + new string(_random.GetItems<char>("123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz", 28));

    private static string Sign(string key, byte[] body) => new DeliverySigner(key).Sign(Url, body, TimeProvider.System.GetUtcNow(), TimeSpan.FromDays(1));

    private Action<int> Verify(string key, byte[] body, SignatureFailure expected)
    {
        string signature = Sign(key, body);
        return count =>
        {
            for (int i = 0; i < count; i++)
            {
                ValueTask<SignatureVerdict> pending = _receiver.VerifyAsync(signature, body, Url);
                if (!pending.IsCompletedSuccessfully)
                {
                    throw new InvalidOperationException("A verification with keys in hand did not complete at once.");
                }

                SignatureVerdict verdict = pending.Result;
                if (verdict.Failure != expected)
                {
                    throw new InvalidOperationException($"A verification ended as {verdict}, not as {expected}.");
                }
            }
        };
    }

    /// <summary>The least a verifier has to do, everything decoded beforehand: one-shot MAC, one-shot hash, two comparisons.</summary>
    private static Action<int> Floor(string key, byte[] body)
    {
        string signature = Sign(key, body);
        byte[] signingInput = Encoding.ASCII.GetBytes(signature[..signature.LastIndexOf('.')]);
        byte[] keyBytes = Encoding.UTF8.GetBytes(key);
        byte[] signedMac = HMACSHA256.HashData(keyBytes, signingInput);
        byte[] signedHash = SHA256.HashData(body);
        return count =>
        {
            Span<byte> mac = stackalloc byte[HMACSHA256.HashSizeInBytes];
            Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
            for (int i = 0; i < count; i++)
            {
                HMACSHA256.HashData(keyBytes, signingInput, mac);
                SHA256.HashData(body, hash);
                if (!CryptographicOperations.FixedTimeEquals(mac, signedMac) || !CryptographicOperations.FixedTimeEquals(hash, signedHash))
                {
                    throw new InvalidOperationException("The floor did not verify.");
                }
            }
        };
    }

    private Action<int> Decode(byte[] body) => count =>
    {
        for (int i = 0; i < count; i++)
        {
            if (!PayloadCodec.TryDecode(body, _json, out Order? _, out UnreadablePayload? unreadable))
            {
                throw new InvalidOperationException(unreadable.ForSender);
            }
        }
    };

    private static Action<int> Deserialize(byte[] body, JsonTypeInfo<Order> typeInfo) => count =>
    {
        for (int i = 0; i < count; i++)
        {
            if (JsonSerializer.Deserialize(body, typeInfo) is null)
            {
                throw new InvalidOperationException("The floor did not decode.");
            }
        }
    };

    private Action<int> Handle(byte[] body)
    {
        string signature = Sign(_currentKey, body);
        DeliveryRoute route = DeliveryRoute.To<Order>("orders", static (_, _, _) => Task.FromResult(QStashResult.Success()));
        return count =>
        {
            for (int i = 0; i < count; i++)
            {
                DeliveryHeaders headers = new();
                headers.Add(QStashHeaders.Signature, signature);
                headers.Add(QStashHeaders.MessageId, "msg_1");
                headers.Add(QStashHeaders.Retried, "0");
                Task<DeliveryReply> handled = _engine.HandleAsync(new RawDelivery { Url = Url, Headers = headers, Body = DeliveryBody.FromBytes(body) }, route, _services, CancellationToken.None);
                if (!handled.IsCompletedSuccessfully || handled.Result.Status != 200)
                {
                    throw new InvalidOperationException("A delivery was not handled.");
                }
            }
        };
    }
}
