using System.Text;
using System.Text.Json;
using QStash.Serverless.Lambda;
using QStash.Serverless.Testing;
using Xunit.Abstractions;

namespace QStash.Serverless.HostTests.Lambda;

/// <summary>
/// Events that no gateway makes: the five forms, damaged in every way. Whatever comes in, a well-formed reply or Lambda's error goes out, and nothing unsigned is handled.
/// QSTASH_SEED repeats a run.
/// </summary>
public sealed class HostileEventTests(ITestOutputHelper output)
{
    private const int Count = 1_000;
    private static readonly string s_key = SignedDelivery.NewSigningKey();

    private static readonly LambdaGateway[] s_gateways =
    [
        LambdaGateway.FunctionUrl, LambdaGateway.HttpApi with { Stage = "prod" }, LambdaGateway.HttpApi1 with { IsMultiValue = true }, LambdaGateway.RestApi with { IsMultiValue = true, IsBase64 = true },
        LambdaGateway.LoadBalancer,
    ];

    private static readonly string[] s_values =
    [
        "null", "true", "false", "0", "-1", "1e999", "123456789012345678901234567890", "0.000000000000000000001", "\"\"", "[]", "{}", "[[[[]]]]", "\"\\ud800\"", "\"\\udc00\\ud800\"", "\"\\u0000\"", "\"2.0\"",
        "\"1.0\"", "[null]", "{\"a\":null}", "{\"\":\"\"}", "[\"x\",1]", "{\"host\":[\"a\",\"b\"]}", "{\"upstash-signature\":\"x,y\"}", "\"%\"", "\"%%%zz\"", "\"//\"", "\"://\"", "\"?#\"", "\"aGk\"", "\"=\"", "\"\u00ff\u2028\"",
    ];

    [Fact]
    public async Task Damaged_event_is_answered_or_refused_and_never_handled_unless_it_is_still_genuine()
    {
        int seed = int.TryParse(Environment.GetEnvironmentVariable("QSTASH_SEED"), out int given) ? given : Random.Shared.Next();
        output.WriteLine($"QSTASH_SEED={seed}");
        Random random = new(seed);
        byte[] body = Encoding.UTF8.GetBytes("""{"id":"o-1","quantity":3,"note":"çay \"x\" \n"}""");
        bool isGenuine = true;
        await using QStashLambdaHandler handler = Build(delivery => isGenuine &= delivery.RawBody.Span.SequenceEqual(body) && delivery.Url.EndsWith("/orders?a=1&b=%2F", StringComparison.Ordinal));
        Dictionary<string, int> ends = [];
        for (int i = 0; i < Count; i++)
        {
            LambdaGateway gateway = s_gateways[i % s_gateways.Length];
            SignedDelivery delivery = new(gateway.Url + "/orders?a=1&b=%2F", s_key) { Body = body, ContentType = "application/json" };
            byte[] hostile = Damage(gateway.Event("/orders?a=1&b=%2F", delivery.AllHeaders(), body, "application/json"), random);
            string end = await EndAsync(handler, hostile).WaitAsync(TimeSpan.FromSeconds(30));
            ends[end] = ends.GetValueOrDefault(end) + 1;
        }

        output.WriteLine(string.Join(", ", ends.OrderBy(static end => end.Key, StringComparer.Ordinal).Select(static end => $"{end.Key}: {end.Value}")));
        Assert.True(isGenuine);
        Assert.Equal(Count, ends.Values.Sum());
        Assert.Superset(new HashSet<string> { "200", "401", "refused" }, ends.Keys.ToHashSet());
    }

    [Fact]
    public async Task Damaged_events_leave_no_memory_behind()
    {
        Random random = new(42);
        await using QStashLambdaHandler handler = Build(static _ => { });
        byte[] body = new byte[1 << 20];
        random.NextBytes(body);
        LambdaGateway gateway = LambdaGateway.FunctionUrl with { IsBase64 = true };
        byte[] whole = gateway.Event("/orders", new SignedDelivery(gateway.Url + "/orders", s_key) { Body = body }.AllHeaders(), body, null);
        long before = 0;
        for (int i = 0; i < 60; i++)
        {
            await EndAsync(handler, whole[..random.Next(whole.Length)]);
            if (i == 9)
            {
                before = GC.GetTotalMemory(forceFullCollection: true);
            }
        }

        // Fifty events of up to 1.4 MB each; what stays are pooled buffers at most.
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 16 << 20);
    }

    [Fact]
    public async Task Half_a_million_headers_are_read_in_bounded_time()
    {
        await using QStashLambdaHandler handler = Build(static _ => { });
        StringBuilder json = new("""{"version":"2.0","rawPath":"/orders","headers":{""");
        json.AppendJoin(',', Enumerable.Range(0, 400_000).Select(static i => $"\"h{i}\":\"\"")).Append("}}");

        Assert.Equal("401", await EndAsync(handler, Encoding.UTF8.GetBytes(json.ToString())).WaitAsync(TimeSpan.FromSeconds(60)));
    }

    private static QStashLambdaHandler Build(Action<QStashDelivery> seen) =>
        LambdaHost.Builder(new ContractSetup { Settings = { ["QStash:CurrentSigningKey"] = s_key } })
            .Map("{*path}", (QStashDelivery delivery, CancellationToken _) =>
            {
                seen(delivery);
                return Task.FromResult(QStashResult.Success());
            })
            .Build();

    /// <summary>The status of a well-formed reply, or "refused" for the error that Lambda is to report. Anything else fails the test.</summary>
    private static async Task<string> EndAsync(QStashLambdaHandler handler, byte[] lambdaEvent)
    {
        try
        {
            using MemoryStream stream = new(lambdaEvent);
            using JsonDocument reply = JsonDocument.Parse(await handler.HandleAsync(stream, TimeSpan.FromMinutes(1)));
            Assert.True(reply.RootElement.TryGetProperty("headers", out _) || reply.RootElement.TryGetProperty("multiValueHeaders", out _));
            return reply.RootElement.GetProperty("statusCode").GetInt32().ToString();
        }
        catch (InvalidDataException exception)
        {
            Assert.NotEmpty(exception.Message);
            return "refused";
        }
    }

    private static byte[] Damage(byte[] lambdaEvent, Random random)
    {
        for (int times = random.Next(1, 4); times > 0; times--)
        {
            lambdaEvent = random.Next(9) switch
            {
                0 => lambdaEvent[..random.Next(lambdaEvent.Length)],
                1 => FlipBytes(lambdaEvent, random),
                2 => Insert(lambdaEvent, random.Next(lambdaEvent.Length), Encoding.UTF8.GetBytes(new string(random.Next(2) == 0 ? '[' : '{', random.Next(1, 3000)))),
                3 => InsertMember(lambdaEvent, random, $"\"deep\":{new string('[', 2000)}{new string(']', 2000)}"),
                4 => InsertMember(lambdaEvent, random, $"\"{Name(random)}\":{s_values[random.Next(s_values.Length)]}"),
                5 => ReplaceValue(lambdaEvent, random),
                6 => Insert(lambdaEvent, random.Next(lambdaEvent.Length), [(byte)random.Next(256), (byte)random.Next(256)]),
                7 => Insert(lambdaEvent, random.Next(lambdaEvent.Length), "\\ud800"u8.ToArray()),
                _ => [.. lambdaEvent, .. lambdaEvent.AsSpan(random.Next(lambdaEvent.Length))],
            };
        }

        return lambdaEvent;
    }

    private static byte[] FlipBytes(byte[] lambdaEvent, Random random)
    {
        byte[] flipped = [.. lambdaEvent];
        for (int i = random.Next(1, 6); i > 0 && flipped.Length > 0; i--)
        {
            flipped[random.Next(flipped.Length)] ^= (byte)(1 << random.Next(8));
        }

        return flipped;
    }

    private static byte[] Insert(byte[] lambdaEvent, int at, ReadOnlySpan<byte> bytes) => [.. lambdaEvent.AsSpan(0, at), .. bytes, .. lambdaEvent.AsSpan(at)];

    private static byte[] InsertMember(byte[] lambdaEvent, Random random, string member) =>
        random.Next(2) == 0 || lambdaEvent.Length < 2
            ? Insert(lambdaEvent, Math.Min(1, lambdaEvent.Length), Encoding.UTF8.GetBytes(member + ","))
            : Insert(lambdaEvent, lambdaEvent.Length - 1, Encoding.UTF8.GetBytes("," + member));

    // After a colon begins a value: something else takes its place, up to the next comma.
    private static byte[] ReplaceValue(byte[] lambdaEvent, Random random)
    {
        int from = random.Next(Math.Max(1, lambdaEvent.Length));
        int colon = lambdaEvent.AsSpan(from).IndexOf((byte)':');
        int comma = colon < 0 ? -1 : lambdaEvent.AsSpan(from + colon).IndexOf((byte)',');
        return comma < 0 ? lambdaEvent : [.. lambdaEvent.AsSpan(0, from + colon + 1), .. Encoding.UTF8.GetBytes(s_values[random.Next(s_values.Length)]), .. lambdaEvent.AsSpan(from + colon + comma)];
    }

    private static string Name(Random random)
    {
        string[] names =
        [
            "version", "rawPath", "rawQueryString", "path", "httpMethod", "headers", "multiValueHeaders", "queryStringParameters", "multiValueQueryStringParameters", "requestContext", "body", "isBase64Encoded", "cookies",
            "Records", "x",
        ];
        return names[random.Next(names.Length)];
    }
}
