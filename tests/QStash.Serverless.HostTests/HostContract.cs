using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using QStash.Serverless.Testing;

namespace QStash.Serverless.HostTests;

/// <summary>
/// What every host does alike: one test per row of the status table and per signature failure. A new host is done when its small subclass is green.
/// </summary>
public abstract class HostContract
{
    protected static readonly string Key = SignedDelivery.NewSigningKey();
    private static readonly Purchase s_purchase = new("o-1", 3);

    protected ContractSetup Setup { get; } = new();

    protected HostContract()
    {
        Setup.Settings["QStash:CurrentSigningKey"] = Key;
        Setup.Settings["QStash:NextSigningKey"] = SignedDelivery.NewSigningKey();
    }

    /// <summary>Starts the host with <see cref="Setup"/>.</summary>
    protected abstract Task<IContractHost> StartAsync();

    // --- the status table -------------------------------------------------------------------------------------------------

    [Fact]
    public async Task Handler_succeeds_200_without_a_body()
    {
        HostReply reply = await DeliverAsync(static (_, _, _) => Task.FromResult(QStashResult.Success()));

        Assert.Equal((200, ""), (reply.Status, reply.Text));
    }

    [Fact]
    public async Task Handler_succeeds_with_a_body_200_and_the_body_as_JSON()
    {
        HostReply reply = await DeliverAsync(static (order, _, _) => Task.FromResult(QStashResult.Success(order.Payload with { Quantity = 4 })));

        Assert.Equal((200, """{"id":"o-1","quantity":4}"""), (reply.Status, reply.Text));
        Assert.Equal("application/json", reply.Headers["Content-Type"]);
    }

    [Theory]
    [InlineData(0, "0")]
    [InlineData(0.001, "1")]
    [InlineData(61, "61")]
    [InlineData(61.5, "62")]
    [InlineData(86400, "86400")]
    public async Task Handler_asks_for_a_retry_503_with_whole_seconds_rounded_up(double seconds, string retryAfter)
    {
        HostReply reply = await DeliverAsync((_, _, _) => Task.FromResult(QStashResult.Retry(TimeSpan.FromSeconds(seconds))));

        Assert.Equal((503, retryAfter), (reply.Status, reply.Headers["Retry-After"]));
    }

    [Fact]
    public async Task Handler_asks_for_a_retry_without_a_time_503_and_the_backoff_applies()
    {
        HostReply reply = await DeliverAsync(static (_, _, _) => Task.FromResult(QStashResult.Retry()));

        Assert.Equal(503, reply.Status);
        Assert.DoesNotContain("Retry-After", reply.Headers.Keys);
    }

    [Fact]
    public async Task Handler_dead_letters_489_with_its_header_and_the_reason()
    {
        HostReply reply = await DeliverAsync(static (_, _, _) => Task.FromResult(QStashResult.DeadLetter("no such customer")));

        AssertDeadLettered(reply);
        Assert.Equal("no such customer", reply.Text);
    }

    [Theory]
    [InlineData("{\"id\":")]
    [InlineData("not json")]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{\"id\":\"o-1\",\"quantity\":\"many\"}")]
    [InlineData("[]")]
    public async Task Payload_does_not_parse_489_so_that_it_never_loops(string body)
    {
        HostReply reply = await DeliverAsync(static (_, _, _) => Task.FromResult(QStashResult.Success()), delivery => delivery.WithJson(body));

        AssertDeadLettered(reply);
        Assert.Contains("Purchase", reply.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Payload_does_not_parse_during_a_rolling_deployment_503()
    {
        Setup.Settings["QStash:OnUnreadablePayload"] = "Retry";

        HostReply reply = await DeliverAsync(static (_, _, _) => Task.FromResult(QStashResult.Success()), static delivery => delivery.WithJson("null"));

        Assert.Equal(503, reply.Status);
    }

    [Fact]
    public async Task Handler_throws_500_without_detail()
    {
        HostReply reply = await DeliverAsync(static (_, _, _) => throw new InvalidOperationException("secret detail"));

        Assert.Equal((500, ""), (reply.Status, reply.Text));
        Assert.Contains(Setup.Logs.Lines, static line => line.Text.Contains("secret detail", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Handler_throws_a_mapped_exception_the_mapping_of_the_nearest_type_answers()
    {
        Setup.Configure = static qstash => qstash
            .MapException<IOException>(static _ => QStashResult.Retry(TimeSpan.FromSeconds(7)))
            .MapException<FileNotFoundException>(static exception => QStashResult.DeadLetter(exception.FileName!));

        HostReply dead = await DeliverAsync(static (_, _, _) => throw new FileNotFoundException("", "catalog.json"));
        HostReply retry = await DeliverAsync(static (_, _, _) => throw new EndOfStreamException());

        AssertDeadLettered(dead);
        Assert.Equal("catalog.json", dead.Text);
        Assert.Equal((503, "7"), (retry.Status, retry.Headers["Retry-After"]));
    }

    [Fact]
    public async Task Handler_returns_messages_they_are_published_in_order_before_the_reply()
    {
        FakeQStashPublisher publisher = new();
        Setup.Configure = qstash => qstash.Services.Add(Microsoft.Extensions.DependencyInjection.ServiceDescriptor.Singleton<IQStashPublisher>(publisher));

        HostReply reply = await DeliverAsync(
            static (order, _, _) => Task.FromResult(QStashResult.SuccessWith(
                order.Payload,
                new QStashMessage<Purchase>(Destination.Url("https://shop.example/a"), order.Payload),
                new QStashMessage<string>(Destination.UrlGroup("receipts"), "thanks") { Options = new() { DeduplicationId = "mine" } })),
            static delivery => delivery with { MessageId = "msg_7" });

        Assert.Equal((200, """{"id":"o-1","quantity":3}"""), (reply.Status, reply.Text));
        Assert.Equal(["https://shop.example/a", "receipts"], publisher.Messages.Select(static sent => sent.Destination.Value));
        Assert.Equal(["msg_7.orders.messages.0", "mine"], publisher.Messages.Select(static sent => sent.Options.DeduplicationId));
    }

    [Fact]
    public async Task Message_cannot_be_published_500_so_that_QStash_retries()
    {
        FakeQStashPublisher publisher = new();
        publisher.FailNext(new HttpRequestException("down"));
        Setup.Configure = qstash => qstash.Services.Add(Microsoft.Extensions.DependencyInjection.ServiceDescriptor.Singleton<IQStashPublisher>(publisher));

        HostReply reply = await DeliverAsync(static (order, _, _) =>
            Task.FromResult(QStashResult.Success(new QStashMessage<Purchase>(Destination.Url("https://shop.example/a"), order.Payload))));

        Assert.Equal((500, ""), (reply.Status, reply.Text));
    }

    [Fact]
    public async Task Message_is_returned_without_a_client_500_and_the_log_names_AddClient()
    {
        HostReply reply = await DeliverAsync(static (order, _, _) =>
            Task.FromResult(QStashResult.Success(new QStashMessage<Purchase>(Destination.Url("https://shop.example/a"), order.Payload))));

        Assert.Equal(500, reply.Status);
        Assert.Contains(Setup.Logs.Lines, static line => line.Text.Contains("AddClient()", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Host_is_stopping_503_and_the_handler_is_not_started()
    {
        bool handled = false;
        Setup.Routes["orders"] = DeliveryRoute.To<Purchase>("orders", (_, _, _) =>
        {
            handled = true;
            return Task.FromResult(QStashResult.Success());
        });
        await using IContractHost host = await StartAsync();

        HostReply reply = await host.WhileStoppingAsync(() => SendAsync(host, Delivery(host)));

        Assert.Equal((503, "10"), (reply.Status, reply.Headers["Retry-After"]));
        Assert.False(handled);
    }

    [Fact]
    public async Task Genuine_but_over_the_body_limit_489()
    {
        Setup.Settings["QStash:MaxBodyBytes"] = "1000";
        int handled = 0;

        HostReply at = await DeliverAsync((_, _, _) => Task.FromResult(QStashResult.Success(++handled)), static delivery => delivery.WithJson(PurchaseOfLength(1000)));
        HostReply over = await DeliverAsync((_, _, _) => Task.FromResult(QStashResult.Success(++handled)), static delivery => delivery.WithJson(PurchaseOfLength(1001)));

        Assert.Equal((200, 1), (at.Status, handled));
        AssertDeadLettered(over);
    }

    [Fact]
    public async Task Genuine_but_no_handler_for_the_route_404()
    {
        HostReply reply = await DeliverAsync(static (_, _, _) => Task.FromResult(QStashResult.Success()), static delivery => delivery with { Url = delivery.Url + "/unknown" });

        Assert.Equal(404, reply.Status);
    }

    // --- one test per signature failure -------------------------------------------------------------------------------------

    [Fact]
    public Task Signature_is_missing_401() => AssertRefusedAsync(SignatureFailure.Missing, static _ => []);

    [Fact]
    public Task Signature_is_empty_401() => AssertRefusedAsync(SignatureFailure.Missing, static _ => [""]);

    [Fact]
    public virtual Task Signature_is_repeated_401() => AssertRefusedAsync(SignatureFailure.Repeated, static delivery => [delivery.Sign(), delivery.Sign()]);

    [Fact]
    public Task Signature_is_repeated_and_joined_401() => AssertRefusedAsync(SignatureFailure.Repeated, static delivery => [$"{delivery.Sign()}, {delivery.Sign()}"]);

    [Theory]
    [InlineData("x")]
    [InlineData("a.b")]
    [InlineData("..")]
    [InlineData("eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.e30.AAAA")]
    [InlineData("eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.e30.AAAA.AAAA")]
    [InlineData("!!!.???.###")]
    public Task Signature_is_malformed_401(string value) => AssertRefusedAsync(SignatureFailure.Malformed, _ => [value]);

    [Fact]
    public Task Signature_is_not_canonical_base64url_401() => AssertRefusedAsync(SignatureFailure.Malformed, static delivery => [delivery.Sign() + "="]);

    [Fact]
    public Task Signature_is_of_a_wrong_key_401() => AssertRefusedAsync(SignatureFailure.WrongKey, static delivery => [delivery.WithWrongKey().Sign()]);

    [Theory]
    [InlineData("none")]
    [InlineData("None")]
    [InlineData("HS512")]
    [InlineData("HS384")]
    [InlineData("RS256")]
    [InlineData("hs256")]
    public Task Algorithm_is_not_HS256_401(string algorithm) => AssertRefusedAsync(SignatureFailure.UnsupportedAlgorithm,
        delivery => [Token($$"""{"alg":"{{algorithm}}","typ":"JWT"}""", Claims(delivery), algorithm == "HS512" ? HMACSHA512.HashData : HMACSHA256.HashData)]);

    [Fact]
    public Task Algorithm_is_none_and_unsigned_401() => AssertRefusedAsync(SignatureFailure.UnsupportedAlgorithm,
        static delivery => [$"{Encode("""{"alg":"none"}""")}.{Encode(JsonSerializer.Serialize(Claims(delivery)))}."]);

    [Fact]
    public Task Critical_header_401() => AssertRefusedAsync(SignatureFailure.UnsupportedAlgorithm,
        static delivery => [Token("""{"alg":"HS256","typ":"JWT","crit":["exp"]}""", Claims(delivery))]);

    [Fact]
    public Task Signature_has_expired_401() => AssertRefusedAsync(SignatureFailure.Expired, static delivery => [delivery.Expired().Sign()]);

    [Fact]
    public Task Signature_is_not_yet_valid_401() => AssertRefusedAsync(SignatureFailure.NotYetValid,
        delivery => [Token(Claims(delivery, ("nbf", Setup.TimeProvider.GetUtcNow().ToUnixTimeSeconds() + 3600)))]);

    [Theory]
    [InlineData("upstash")]
    [InlineData("Upstash ")]
    [InlineData("")]
    public Task Issuer_is_wrong_401(string issuer) => AssertRefusedAsync(SignatureFailure.WrongIssuer, delivery => [Token(Claims(delivery, ("iss", issuer)))]);

    [Theory]
    [InlineData("exp")]
    [InlineData("sub")]
    [InlineData("body")]
    public Task Claim_is_missing_401(string claim) => AssertRefusedAsync(SignatureFailure.MissingClaim, delivery => [Token(Claims(delivery, (claim, null)))]);

    [Fact]
    public Task Url_is_another_one_401() => AssertRefusedAsync(SignatureFailure.WrongUrl, static delivery => [delivery.WithWrongUrl().Sign()]);

    [Fact]
    public Task Url_differs_in_the_case_of_its_path_401() => AssertRefusedAsync(SignatureFailure.WrongUrl,
        static delivery => [(delivery with { Url = delivery.Url.Replace("/orders", "/Orders", StringComparison.Ordinal) }).Sign()]);

    [Fact]
    public Task Url_has_another_query_401() => AssertRefusedAsync(SignatureFailure.WrongUrl, static delivery => [(delivery with { Url = delivery.Url + "?admin=1" }).Sign()]);

    [Fact]
    public Task Body_is_tampered_with_401() => AssertRefusedAsync(SignatureFailure.BodyMismatch, static delivery => [(delivery.WithJson("{}")).Sign()]);

    [Fact]
    public async Task Forged_and_over_the_body_limit_401()
    {
        Setup.Settings["QStash:MaxBodyBytes"] = "1000";

        await AssertRefusedAsync(SignatureFailure.WrongKey, static delivery => [delivery.WithWrongKey().Sign()], static delivery => delivery.WithJson(PurchaseOfLength(5000)));
    }

    // --- what is accepted -------------------------------------------------------------------------------------------------

    [Fact]
    public async Task Published_test_vector_is_accepted_until_it_expires()
    {
        const string Token = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJhdWQiOiIiLCJib2R5IjoiTGl4T1FUNUZvM2h4d195SVpKTWhLcUhndTlHSVAxd243QkVycEpENVdxUT0iLCJleHAiOjE5MDAwMDAzMDAsImlhdCI6MTkwMDAwMDAwMCwiaXNzIjoiVXBzdGFzaCIsImp0aSI6Imp3dF9kb2N2ZWN0b3IxIiwibmJmIjowLCJzdWIiOiJodHRwczovL3Nob3AuZXhhbXBsZS9hcGkvb3JkZXJzIn0.0Yqo9za10r1hd6qrau888OlLvfGryxrJALHuCb23H4k";
        ManualTimeProvider time = new(DateTimeOffset.FromUnixTimeSeconds(1900000299 + 60));
        Setup.TimeProvider = time;
        Setup.Settings["QStash:CurrentSigningKey"] = "sig_DocVector0123456789abcdefXYZ";
        Setup.Settings["QStash:PublicBaseUrl"] = "https://shop.example";
        string? note = null;
        Setup.Routes["api/orders"] = DeliveryRoute.To<VectorOrder>("api/orders", (order, _, _) =>
        {
            note = order.Payload.Note;
            return Task.FromResult(QStashResult.Success());
        });
        await using IContractHost host = await StartAsync();
        byte[] body = Encoding.UTF8.GetBytes("""{"orderId":42,"note":"çay"}""");
        KeyValuePair<string, string>[] headers = [new(QStashHeaders.Signature, Token)];

        HostReply accepted = await host.SendAsync("/api/orders", headers, body, "application/json");
        HostReply tampered = await host.SendAsync("/api/orders", headers, (byte[])[.. body, 0x20], "application/json");
        time.Advance(TimeSpan.FromSeconds(1));
        HostReply expired = await host.SendAsync("/api/orders", headers, body, "application/json");

        Assert.Equal((200, 401, 401), (accepted.Status, tampered.Status, expired.Status));
        Assert.Equal("çay", note);
    }

    [Fact]
    public async Task Next_key_and_further_keys_are_accepted()
    {
        string next = Setup.Settings["QStash:NextSigningKey"]!;
        string further = SignedDelivery.NewSigningKey();
        Setup.Settings["QStash:OtherSigningKeys:0"] = further;

        HostReply nextReply = await DeliverAsync(static (_, _, _) => Task.FromResult(QStashResult.Success()), delivery => delivery with { SigningKey = next });
        HostReply furtherReply = await DeliverAsync(static (_, _, _) => Task.FromResult(QStashResult.Success()), delivery => delivery with { SigningKey = further });

        Assert.Equal((200, 200), (nextReply.Status, furtherReply.Status));
    }

    [Fact]
    public async Task Padded_and_unpadded_body_hashes_are_accepted()
    {
        Setup.Routes["orders"] = DeliveryRoute.To<Purchase>("orders", static (_, _, _) => Task.FromResult(QStashResult.Success()));
        await using IContractHost host = await StartAsync();
        SignedDelivery delivery = Delivery(host);
        string padded = (string)Claims(delivery)["body"]!;

        HostReply withPadding = await SendAsync(host, delivery, Token(Claims(delivery, ("body", padded))));
        HostReply without = await SendAsync(host, delivery, Token(Claims(delivery, ("body", padded.TrimEnd('=')))));

        Assert.EndsWith("=", padded, StringComparison.Ordinal);
        Assert.Equal((200, 200), (withPadding.Status, without.Status));
    }

    [Fact]
    public async Task Delivery_carries_its_facts_to_the_handler()
    {
        QStashDelivery<Purchase>? seen = null;

        await DeliverAsync(
            (delivery, _, _) =>
            {
                seen = delivery;
                return Task.FromResult(QStashResult.Success());
            },
            static delivery => delivery with
            {
                MessageId = "msg_4",
                Retried = 2,
                Url = delivery.Url + "?a=%7E1&b=x%2Fy",
                Headers = [new(QStashHeaders.ScheduleId, "close-day"), new(QStashHeaders.TopicName, "receipts"), new("X-Tenant", "t-9")],
            });

        Assert.NotNull(seen);
        Assert.Equal(("msg_4", 2, "close-day", "receipts", "127.0.0.1", "EU-CENTRAL-1"), (seen.MessageId, seen.Retried, seen.ScheduleId, seen.UrlGroup, seen.CallerIp, seen.Region));
        Assert.EndsWith("/orders?a=%7E1&b=x%2Fy", seen.Url, StringComparison.Ordinal);
        Assert.Equal("t-9", seen.Headers["x-tenant"]);
        Assert.Equal("""{"id":"o-1","quantity":3}""", Encoding.UTF8.GetString(seen.RawBody.Span));
        Assert.Equal(s_purchase, seen.Payload);
    }

    [Fact]
    public async Task Bodies_that_are_not_text_arrive_byte_for_byte()
    {
        byte[] sent = [.. Enumerable.Range(0, 256).Select(static i => (byte)i), 0xFF, 0xFE, 0x00];
        byte[]? received = null;
        Setup.Routes["orders"] = DeliveryRoute.To<byte[]>("orders", (delivery, _, _) =>
        {
            received = delivery.Payload;
            return Task.FromResult(QStashResult.Success((ReadOnlyMemory<byte>)delivery.Payload));
        });
        await using IContractHost host = await StartAsync();

        HostReply reply = await SendAsync(host, Delivery(host) with { Body = sent, ContentType = "application/octet-stream" });

        Assert.Equal(200, reply.Status);
        Assert.Equal(sent, received);
        Assert.Equal(sent, reply.Body);
    }

    [Fact]
    public async Task Text_payloads_are_not_parsed_whatever_their_content_type()
    {
        Setup.Routes["orders"] = DeliveryRoute.To<string>("orders", static (delivery, _, _) => Task.FromResult(QStashResult.Success(delivery.Payload + "!")));
        await using IContractHost host = await StartAsync();

        HostReply reply = await SendAsync(host, Delivery(host) with { Body = Encoding.UTF8.GetBytes("grüße"), ContentType = "application/json" });

        Assert.Equal((200, "grüße!"), (reply.Status, reply.Text));
    }

    [Fact]
    public async Task Typed_payload_without_a_content_type_is_parsed_all_the_same()
    {
        HostReply reply = await DeliverAsync(static (_, _, _) => Task.FromResult(QStashResult.Success()), static delivery => delivery with { ContentType = null });

        Assert.Equal(200, reply.Status);
    }

    [Fact]
    public async Task Failure_callback_is_decoded_with_the_original_payload_and_the_response()
    {
        (bool IsFailure, Purchase Source, string Response, string? Dlq)? seen = null;
        Setup.Routes["orders"] = DeliveryRoute.To<QStashCallback>("orders", (delivery, _, _) =>
        {
            QStashCallback callback = delivery.Payload;
            seen = (callback.IsFailure, callback.ReadSource<Purchase>(), callback.ReadResponse<string>(), callback.DlqId);
            return Task.FromResult(QStashResult.Success());
        });
        await using IContractHost host = await StartAsync();
        string envelope = $$"""
            {"status":503,"header":{"Content-Type":["text/plain"]},"body":"YnVzeQ==","retried":3,"maxRetries":3,"dlqId":"1900000900000-0",
             "sourceMessageId":"msg_4","url":"https://shop.example/api/orders","method":"POST","sourceHeader":{"Content-Type":"application/json"},
             "sourceBody":"{{Convert.ToBase64String(Encoding.UTF8.GetBytes("""{"id":"o-1","quantity":3}"""))}}","notBefore":"1900000000000","createdAt":1900000000000}
            """;

        HostReply reply = await SendAsync(host, Delivery(host).WithJson(envelope));
        HostReply notACallback = await SendAsync(host, Delivery(host).WithJson("{}"));

        Assert.Equal(200, reply.Status);
        Assert.Equal((true, s_purchase, "busy", "1900000900000-0"), seen);
        AssertDeadLettered(notACallback);
    }

    [Fact]
    public async Task Middleware_runs_in_registration_order_around_the_handler()
    {
        List<string> steps = [];
        Setup.Configure = qstash =>
        {
            qstash.Services.Add(Microsoft.Extensions.DependencyInjection.ServiceDescriptor.Singleton(steps));
            qstash.AddMiddleware<Outer>().AddMiddleware<Inner>();
        };

        HostReply reply = await DeliverAsync((_, _, _) =>
        {
            steps.Add("handler");
            return Task.FromResult(QStashResult.Success());
        });

        Assert.Equal(200, reply.Status);
        Assert.Equal(["outer in", "inner in", "handler", "inner out", "outer out"], steps);
    }

    // --- starting ---------------------------------------------------------------------------------------------------------

    [Theory]
    [InlineData(null, "QSTASH_CURRENT_SIGNING_KEY")]
    [InlineData("", "empty or blank")]
    [InlineData("   ", "empty or blank")]
    [InlineData("sig_short", "shorter")]
    [InlineData("sig_7kYjw48mhY7kAjqNGcy6cr29RJ6r", "published development keys")]
    public async Task Keys_are_missing_or_unusable_the_app_does_not_receive_and_says_what_to_do(string? key, string advice)
    {
        Setup.Settings["QStash:CurrentSigningKey"] = key;
        Setup.Settings["QStash:NextSigningKey"] = null;
        Setup.Routes["orders"] = DeliveryRoute.To<Purchase>("orders", static (_, _, _) => Task.FromResult(QStashResult.Success()));

        await AssertDoesNotReceiveAsync(advice);
    }

    [Fact]
    public async Task Published_development_key_as_the_next_key_is_refused_too()
    {
        Setup.Settings["QStash:NextSigningKey"] = "sig_5T8FcSsynBjn9mMLBsXhpacRovJf";
        Setup.Routes["orders"] = DeliveryRoute.To<Purchase>("orders", static (_, _, _) => Task.FromResult(QStashResult.Success()));

        await AssertDoesNotReceiveAsync("published development keys");
    }

    [Fact]
    public async Task Published_development_keys_are_accepted_in_Development()
    {
        Setup.Environment = "Development";
        Setup.Settings["QStash:CurrentSigningKey"] = "sig_7kYjw48mhY7kAjqNGcy6cr29RJ6r";

        HostReply reply = await DeliverAsync(
            static (_, _, _) => Task.FromResult(QStashResult.Success()),
            static delivery => delivery with { SigningKey = "sig_7kYjw48mhY7kAjqNGcy6cr29RJ6r" });

        Assert.Equal(200, reply.Status);
    }

    /// <summary>A host of its own process does not start; one that shares its process answers 503 and logs loudly, which its subclass asserts instead.</summary>
    protected virtual async Task AssertDoesNotReceiveAsync(string advice)
    {
        Exception exception = await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            await using IContractHost host = await StartAsync();
        });
        Assert.Contains(advice, exception.Message, StringComparison.Ordinal);
    }

    // --- means ------------------------------------------------------------------------------------------------------------

    protected async Task<HostReply> DeliverAsync(Func<QStashDelivery<Purchase>, IServiceProvider, CancellationToken, Task<QStashResult>> handler, Func<SignedDelivery, SignedDelivery>? change = null)
    {
        Setup.Routes["orders"] = DeliveryRoute.To("orders", handler);
        await using IContractHost host = await StartAsync();
        SignedDelivery delivery = Delivery(host);
        return await SendAsync(host, change is null ? delivery : change(delivery));
    }

    protected SignedDelivery Delivery(IContractHost host) =>
        new SignedDelivery(host.Url + "/orders", Key) { TimeProvider = Setup.TimeProvider }.WithJson("""{"id":"o-1","quantity":3}""");

    protected static Task<HostReply> SendAsync(IContractHost host, SignedDelivery delivery, string? signature = null) =>
        host.SendAsync(
            delivery.Url[host.Url.Length..],
            [.. delivery.AllHeaders().Where(header => signature is null || header.Key != QStashHeaders.Signature), .. Signatures(signature is null ? [] : [signature])],
            delivery.Body,
            delivery.ContentType);

    private async Task AssertRefusedAsync(SignatureFailure failure, Func<SignedDelivery, string[]> sign, Func<SignedDelivery, SignedDelivery>? change = null)
    {
        bool handled = false;
        Setup.Routes["orders"] = DeliveryRoute.To<Purchase>("orders", (_, _, _) =>
        {
            handled = true;
            return Task.FromResult(QStashResult.Success());
        });
        await using IContractHost host = await StartAsync();
        SignedDelivery delivery = change is null ? Delivery(host) : change(Delivery(host));
        KeyValuePair<string, string>[] others = [.. delivery.AllHeaders().Where(static header => header.Key != QStashHeaders.Signature)];

        HostReply refused = await host.SendAsync("/orders", [.. others, .. Signatures(sign(delivery))], delivery.Body, delivery.ContentType);

        Assert.Equal((401, ""), (refused.Status, refused.Text));
        Assert.False(handled);
        string log = Assert.Single(Setup.Logs.Lines, static line => line.Id.Name == "Refused").Text;
        Assert.Contains($": {failure};", log, StringComparison.Ordinal);
        Assert.DoesNotContain(Key, log, StringComparison.Ordinal);
    }

    private static IEnumerable<KeyValuePair<string, string>> Signatures(string[] values) =>
        values.Select(static value => new KeyValuePair<string, string>(QStashHeaders.Signature, value));

    private static void AssertDeadLettered(HostReply reply) =>
        Assert.Equal((489, "true"), (reply.Status, reply.Headers.GetValueOrDefault("Upstash-NonRetryable-Error")));

    private static string PurchaseOfLength(int length) => """{"id":"","quantity":1}""".Replace("\"\"", $"\"{new string('x', length - 22)}\"", StringComparison.Ordinal);

    private static Dictionary<string, object?> Claims(SignedDelivery delivery, params (string Name, object? Value)[] changes)
    {
        long now = delivery.TimeProvider.GetUtcNow().ToUnixTimeSeconds();
        Dictionary<string, object?> claims = new()
        {
            ["iss"] = "Upstash",
            ["sub"] = delivery.Url,
            ["exp"] = now + 300,
            ["nbf"] = 0,
            ["iat"] = now,
            ["jti"] = "jwt_1",
            ["body"] = Base64Url.EncodeToString(SHA256.HashData(delivery.Body.Span)) + "=",
        };
        foreach ((string name, object? value) in changes)
        {
            claims[name] = value;
        }

        return claims.Where(static claim => claim.Value is not null).ToDictionary();
    }

    private static string Token(Dictionary<string, object?> claims) => Token("""{"alg":"HS256","typ":"JWT"}""", claims);

    private static string Token(string header, Dictionary<string, object?> claims, Func<byte[], byte[], byte[]>? mac = null)
    {
        string input = $"{Encode(header)}.{Encode(JsonSerializer.Serialize(claims))}";
        return $"{input}.{Base64Url.EncodeToString((mac ?? HMACSHA256.HashData)(Encoding.UTF8.GetBytes(Key), Encoding.ASCII.GetBytes(input)))}";
    }

    private static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));

    public sealed record VectorOrder(int OrderId, string Note);

    private sealed class Outer(List<string> steps) : IQStashMiddleware
    {
        public async Task<QStashResult> InvokeAsync(QStashDelivery delivery, QStashNext next, CancellationToken cancellationToken)
        {
            steps.Add("outer in");
            QStashResult result = await next(cancellationToken);
            steps.Add("outer out");
            return result;
        }
    }

    private sealed class Inner(List<string> steps) : IQStashMiddleware
    {
        public async Task<QStashResult> InvokeAsync(QStashDelivery delivery, QStashNext next, CancellationToken cancellationToken)
        {
            steps.Add("inner in");
            QStashResult result = await next(cancellationToken);
            steps.Add("inner out");
            return result;
        }
    }
}

public sealed record Purchase(string Id, int Quantity);
