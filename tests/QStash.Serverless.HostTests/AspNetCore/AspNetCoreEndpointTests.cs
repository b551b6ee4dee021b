using System.Net;
using System.Net.Http.Json;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ApplicationParts;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using QStash.Serverless.AspNetCore;
using QStash.Serverless.Testing;

namespace QStash.Serverless.HostTests.AspNetCore;

/// <summary>What is ASP.NET Core's own: endpoints that exist already, path bases, proxies, policies, and misuse.</summary>
public sealed class AspNetCoreEndpointTests
{
    private static readonly string s_key = SignedDelivery.NewSigningKey();
    private static readonly Purchase s_purchase = new("o-1", 3);

    public static TheoryData<string> Builders => ["full", "slim", "empty"];

    [Theory]
    [MemberData(nameof(Builders))]
    public async Task Any_builder_serves_deliveries(string kind)
    {
        await using WebApplication app = await StartAsync(static app => app.MapQStash<Purchase, OrderHandler>("/orders"), create: () => Create(kind));

        Assert.Equal("o-1 x 3", await TextAsync(await SendAsync(app, "/orders")));
    }

    [Fact]
    public async Task Handler_is_mapped_where_its_class_says()
    {
        await using WebApplication app = await StartAsync(static app =>
        {
            app.MapQStash<Purchase, StatedHandler>();
            app.MapQStash<StatedSchedule>();
        });

        Assert.Equal("stated o-1", await TextAsync(await SendAsync(app, "/stated/orders")));
        Assert.Equal("closed eu", await TextAsync(await SendAsync(app, "/stated/eu/close")));
    }

    [Fact]
    public async Task Handler_that_states_no_route_is_told_to_or_to_be_mapped_by_hand()
    {
        InvalidOperationException exception = await Assert.ThrowsAsync<InvalidOperationException>(() => StartAsync(static app => app.MapQStash<Purchase, OrderHandler>()));

        Assert.Contains(nameof(OrderHandler), exception.Message, StringComparison.Ordinal);
        Assert.Contains("[QStashRoute(", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Handler_that_states_its_route_is_not_mapped_elsewhere_by_a_route_group()
    {
        await using WebApplication app = await StartAsync(static app => app.MapGroup("").MapQStash<Purchase, StatedHandler>());
        Assert.Equal("stated o-1", await TextAsync(await SendAsync(app, "/stated/orders")));

        InvalidOperationException exception = await Assert.ThrowsAsync<InvalidOperationException>(() => StartAsync(static app => app.MapGroup("/v1").MapQStash<Purchase, StatedHandler>()));

        Assert.Equal(
            $"'{typeof(StatedHandler)}' states the route '/stated/orders', but its route group maps it at '/v1/stated/orders': map it on the app, or name the route below the group as a pattern here.",
            exception.Message);
    }

    [Fact]
    public async Task Delegates_get_services_of_the_request()
    {
        await using WebApplication app = await StartAsync(
            static app =>
            {
                app.MapQStash("/none", static (QStashDelivery<Purchase> order, CancellationToken _) => Task.FromResult(order.Payload.Id));
                app.MapQStash("/one", static (QStashDelivery<Purchase> _, Counter counter, CancellationToken _) => Task.FromResult($"{counter.Next()}"));
                app.MapQStash("/three", static async (QStashDelivery<Purchase> order, Counter counter, IHostEnvironment host, TimeProvider _, CancellationToken cancellationToken) =>
                {
                    await Task.Yield();
                    cancellationToken.ThrowIfCancellationRequested();
                    return QStashResult.Success($"{order.Payload.Id} {counter.Next()} {host.EnvironmentName}");
                });
                app.MapQStash("/void", static async (QStashDelivery<Purchase> _, Counter counter, CancellationToken _) =>
                {
                    await Task.Yield();
                    counter.Next();
                });
                app.MapQStash("/bare", static (QStashDelivery delivery, CancellationToken _) => Task.FromResult(delivery.RawBody.Length));
            },
            static builder => builder.Services.AddScoped<Counter>());

        Assert.Equal("o-1", await TextAsync(await SendAsync(app, "/none")));
        Assert.Equal("1", await TextAsync(await SendAsync(app, "/one")));
        Assert.Equal("1", await TextAsync(await SendAsync(app, "/one")));
        Assert.Equal("o-1 1 Production", await TextAsync(await SendAsync(app, "/three")));
        Assert.Equal("", await TextAsync(await SendAsync(app, "/void")));
        Assert.Equal("25", await TextAsync(await SendAsync(app, "/bare")));
    }

    [Fact]
    public async Task Route_groups_and_route_values_reach_the_handler()
    {
        await using WebApplication app = await StartAsync(static app => app.MapGroup("/tenants/{tenant}")
            .MapQStash("/orders/{kind}", static (QStashDelivery<Purchase> order, CancellationToken _) => Task.FromResult($"{order.RouteValues["tenant"]} {order.RouteValues["kind"]}")));

        Assert.Equal("t 9 rush", await TextAsync(await SendAsync(app, "/tenants/t%209/orders/rush")));
    }

    [Fact]
    public async Task Root_of_a_route_group_can_be_mapped()
    {
        await using WebApplication app = await StartAsync(static app =>
        {
            app.MapGroup("/orders").MapQStash<Purchase, OrderHandler>("");
            app.MapGroup("/hooks").MapQStash("", static (QStashDelivery<Purchase> order, CancellationToken _) => Task.FromResult(order.Payload.Id));
        });

        Assert.Equal("o-1 x 3", await TextAsync(await SendAsync(app, "/orders")));
        Assert.Equal("o-1", await TextAsync(await SendAsync(app, "/hooks")));
    }

    [Fact]
    public async Task Methods_other_than_POST_are_an_option()
    {
        await using WebApplication app = await StartAsync(static app => app.MapQStash<Purchase, OrderHandler>("/orders", methods: ["PUT", "GET"]));

        Assert.Equal("o-1 x 3", await TextAsync(await SendAsync(app, "/orders", static delivery => delivery with { Method = HttpMethod.Put })));
        Assert.Equal("o-1 x 3", await TextAsync(await SendAsync(app, "/orders", static delivery => delivery with { Method = HttpMethod.Get })));
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await SendAsync(app, "/orders")).StatusCode);
    }

    [Theory]
    [InlineData("/shop/orders")]
    [InlineData("/shop/orders?at=%C3%A9&x=a%2Fb")]
    public async Task Path_base_is_part_of_the_signed_url(string path)
    {
        await using WebApplication app = await StartAsync(static app =>
        {
            app.UsePathBase("/shop");
            app.UseRouting();
            app.MapQStash<Purchase, OrderHandler>("/orders");
        });

        Assert.Equal("o-1 x 3", await TextAsync(await SendAsync(app, path)));
    }

    [Fact]
    public async Task Behind_a_proxy_forwarded_headers_give_the_signed_url()
    {
        await using WebApplication app = await StartAsync(static app =>
        {
            ForwardedHeadersOptions forwarded = new() { ForwardedHeaders = ForwardedHeaders.All };
            forwarded.KnownIPNetworks.Clear();
            app.UseForwardedHeaders(forwarded);
            app.UseHttpsRedirection();
            app.MapQStash<Purchase, OrderHandler>("/orders");
        });
        KeyValuePair<string, string>[] forwarded = [new("X-Forwarded-Proto", "https"), new("X-Forwarded-Host", "shop.example"), new("X-Forwarded-Prefix", "/eu")];

        HttpResponseMessage genuine = await SendAsync(app, "/orders", delivery => delivery with { Url = "https://shop.example/eu/orders", Headers = forwarded }, requestPath: "/orders");
        HttpResponseMessage other = await SendAsync(app, "/orders", delivery => delivery with { Url = "https://other.example/eu/orders", Headers = forwarded }, requestPath: "/orders");

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Unauthorized), (genuine.StatusCode, other.StatusCode));
    }

    [Theory]
    [InlineData("https://shop.example", "https://shop.example/orders", HttpStatusCode.OK)]
    [InlineData("https://old.example;https://shop.example/", "https://shop.example/orders", HttpStatusCode.OK)]
    [InlineData("https://shop.example/eu", "https://shop.example/eu/orders", HttpStatusCode.OK)]
    [InlineData("https://shop.example:443", "https://SHOP.example/orders", HttpStatusCode.OK)]
    [InlineData("https://shop.example", "http://shop.example/orders", HttpStatusCode.Unauthorized)]
    [InlineData("https://shop.example", "https://shop.example.evil.example/orders", HttpStatusCode.Unauthorized)]
    [InlineData("https://shop.example", "https://shop.example/orders/", HttpStatusCode.Unauthorized)]
    public async Task Public_base_url_replaces_what_the_host_saw(string publicBaseUrl, string signedUrl, HttpStatusCode expected)
    {
        await using WebApplication app = await StartAsync(static app => app.MapQStash<Purchase, OrderHandler>("/orders"), options: options => options.PublicBaseUrl = publicBaseUrl);

        HttpResponseMessage reply = await SendAsync(app, "/orders", delivery => delivery with { Url = signedUrl }, requestPath: "/orders");

        Assert.Equal(expected, reply.StatusCode);
    }

    [Fact]
    public async Task Fallback_policy_does_not_shut_deliveries_out_nor_let_strangers_in()
    {
        await using WebApplication app = await StartAsync(
            static app =>
            {
                app.UseAuthentication();
                app.UseAuthorization();
                app.MapQStash<Purchase, OrderHandler>("/orders");
                app.MapPost("/existing", static (Purchase order) => order.Id).RequireQStashSignature();
                app.MapPost("/both", static (Purchase order) => order.Id).RequireQStashSignature().RequireAuthorization();
                app.MapPost("/required", static (Purchase order) => order.Id).RequireQStashSignature().WithMetadata(new NobodyAttribute());
                app.MapPost("/policy", static (Purchase order) => order.Id).RequireQStashSignature().WithMetadata(new AuthorizationPolicyBuilder().RequireAssertion(static _ => false).Build());
                app.MapPost("/open", static () => "open");
            },
            static builder =>
            {
                builder.Services.AddAuthentication("none").AddCookie("none", static options => options.Events.OnRedirectToLogin = static context =>
                {
                    context.Response.StatusCode = 403;
                    return Task.CompletedTask;
                });
                builder.Services.AddAuthorizationBuilder().SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
            });

        Assert.Equal(HttpStatusCode.OK, (await SendAsync(app, "/orders")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(app, "/existing")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync(app, "/existing", static delivery => delivery.WithWrongKey())).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await SendAsync(app, "/both")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await SendAsync(app, "/required")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await SendAsync(app, "/policy")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await SendAsync(app, "/open")).StatusCode);
    }

    [Fact]
    public async Task Existing_endpoint_reads_its_body_and_knows_the_delivery()
    {
        await using WebApplication app = await StartAsync(static app =>
            app.MapPost("/existing", static async (HttpContext context) =>
            {
                Purchase? order = await context.Request.ReadFromJsonAsync<Purchase>();
                return $"{order!.Id} {context.GetQStashDelivery()!.MessageId}";
            }).RequireQStashSignature());

        HttpResponseMessage reply = await SendAsync(app, "/existing", static delivery => delivery with { MessageId = "msg_9" });

        Assert.Equal("o-1 msg_9", await TextAsync(reply));
    }

    [Fact]
    public async Task Existing_endpoint_is_checked_before_its_parameters_are_bound()
    {
        await using WebApplication app = await StartAsync(static app => app.MapPost("/existing", static (Purchase order) => order.Id).RequireQStashSignature());

        HttpResponseMessage unreadable = await SendAsync(app, "/existing", static delivery => delivery.WithWrongKey().WithJson("{not json"));
        HttpResponseMessage unsigned = await app.GetTestClient().PostAsJsonAsync("http://shop.example/existing", s_purchase);

        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized), (unreadable.StatusCode, unsigned.StatusCode));
        Assert.Equal("", await unsigned.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Route_group_protects_every_endpoint_in_it()
    {
        await using WebApplication app = await StartAsync(static app =>
        {
            RouteGroupBuilder group = app.MapGroup("/hooks").RequireQStashSignature();
            group.MapPost("/a", static (Purchase order) => order.Id);
            group.MapPost("/b", static (HttpContext context) => context.Response.WriteAsync("b"));
        });

        Assert.Equal("o-1", await TextAsync(await SendAsync(app, "/hooks/a")));
        Assert.Equal("b", await TextAsync(await SendAsync(app, "/hooks/b")));
        Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync(app, "/hooks/a", static delivery => delivery.Expired())).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync(app, "/hooks/b", static delivery => delivery.Tampered())).StatusCode);
    }

    [Fact]
    public async Task Controller_action_is_protected_by_the_attribute_and_reads_its_body()
    {
        await using WebApplication app = await StartAsync(
            static app =>
            {
                app.UseAuthentication();
                app.UseAuthorization();
                app.MapControllers();
            },
            static builder =>
            {
                builder.Services.AddControllers().ConfigureApplicationPartManager(static parts => parts.ApplicationParts.Add(new AssemblyPart(typeof(HookController).Assembly)));
                builder.Services.AddAuthentication("none").AddCookie("none");
                builder.Services.AddAuthorizationBuilder().SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
            });

        Assert.Equal("o-1 x 3", await TextAsync(await SendAsync(app, "/hook/order")));
        Assert.NotEqual(HttpStatusCode.OK, (await SendAsync(app, "/hook/nobody")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync(app, "/hook/order", static delivery => delivery.WithWrongKey())).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync(app, "/hook/order", static delivery => delivery.WithWrongUrl().WithJson("{not json"))).StatusCode);
    }

    [Fact]
    public async Task All_controllers_can_be_protected_where_they_are_mapped()
    {
        await using WebApplication app = await StartAsync(
            static app => app.MapControllers().RequireQStashSignature(),
            static builder => builder.Services.AddControllers().ConfigureApplicationPartManager(static parts => parts.ApplicationParts.Add(new AssemblyPart(typeof(PlainController).Assembly))));

        Assert.Equal("o-1", await TextAsync(await SendAsync(app, "/plain")));
        Assert.Equal("o-1 x 3", await TextAsync(await SendAsync(app, "/hook/order")));
        Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync(app, "/plain", static delivery => delivery.Tampered())).StatusCode);
    }

    [Fact]
    public async Task Protected_endpoints_need_no_antiforgery_token()
    {
        await using WebApplication app = await StartAsync(
            static app =>
            {
                app.UseAntiforgery();
                app.MapPost("/form", static ([FromForm] string name) => name).RequireQStashSignature();
                app.MapControllers();
            },
            static builder => builder.Services.AddControllersWithViews(static mvc => mvc.Filters.Add(new AutoValidateAntiforgeryTokenAttribute()))
                .ConfigureApplicationPartManager(static parts => parts.ApplicationParts.Add(new AssemblyPart(typeof(HookController).Assembly))));

        Assert.Equal("ada", await TextAsync(await SendAsync(app, "/form", static delivery => delivery with { Body = "name=ada"u8.ToArray(), ContentType = "application/x-www-form-urlencoded" })));
        Assert.Equal("o-1 x 3", await TextAsync(await SendAsync(app, "/hook/order")));
        Assert.Equal(HttpStatusCode.BadRequest, (await SendAsync(app, "/plain")).StatusCode);
    }

    [Fact]
    public async Task Protection_holds_on_every_kind_of_endpoint()
    {
        await using WebApplication app = await StartAsync(static app =>
        {
            app.MapPost("/short", static (Purchase order) => order.Id).RequireQStashSignature().ShortCircuit();
            app.MapPost("/twice", static (Purchase order) => order.Id).RequireQStashSignature().RequireQStashSignature();
            app.MapPost("/filter", static (Purchase order) => order.Id).AddEndpointFilter(static async (context, next) => $"{context.GetArgument<Purchase>(0).Quantity} {await next(context)}").RequireQStashSignature();
            app.MapPost("/stream", static async (Stream body) => (await new StreamReader(body).ReadToEndAsync()).Length).RequireQStashSignature();
            app.MapPost("/pipe", static async (System.IO.Pipelines.PipeReader body) => (await body.ReadAtLeastAsync(25)).Buffer.Length).RequireQStashSignature();
            app.MapFallback(static (Purchase order) => order.Id).RequireQStashSignature();
        });

        foreach ((string path, string answer) in new[] { ("/short", "o-1"), ("/twice", "o-1"), ("/filter", "3 o-1"), ("/stream", "25"), ("/pipe", "25"), ("/any/other", "o-1") })
        {
            Assert.Equal(answer, await TextAsync(await SendAsync(app, path)));
            Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync(app, path, static delivery => delivery.Tampered())).StatusCode);
            Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync(app, path, static delivery => delivery.WithWrongKey())).StatusCode);
        }
    }

    [Fact]
    public async Task Body_that_middleware_has_decompressed_is_not_the_one_that_was_signed()
    {
        await using WebApplication app = await StartAsync(
            static app =>
            {
                app.UseRequestDecompression();
                app.MapQStash<Purchase, OrderHandler>("/orders");
            },
            static builder => builder.Services.AddRequestDecompression());
        using MemoryStream packed = new();
        await using (System.IO.Compression.GZipStream gzip = new(packed, System.IO.Compression.CompressionMode.Compress, leaveOpen: true))
        {
            await gzip.WriteAsync("""{"id":"o-1","quantity":3}"""u8.ToArray());
        }

        SignedDelivery delivery = new("http://shop.example/orders", s_key) { Body = packed.ToArray(), ContentType = "application/json" };
        HttpRequestMessage request = delivery.ToRequest();
        request.Content!.Headers.ContentEncoding.Add("gzip");

        Assert.Equal(HttpStatusCode.Unauthorized, (await app.GetTestServer().CreateClient().SendAsync(request)).StatusCode);
    }

    [Fact]
    public async Task Caller_goes_away_the_handler_finishes_in_its_own_scope()
    {
        using CancellationTokenSource leaving = new();
        TaskCompletionSource<int> finished = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using WebApplication app = await StartAsync(
            app => app.MapQStash("/slow", async (QStashDelivery<Purchase> _, IServiceProvider services, CancellationToken cancellationToken) =>
            {
                TaskCompletionSource gone = new(TaskCreationOptions.RunContinuationsAsynchronously);
                await using CancellationTokenRegistration registration = cancellationToken.Register(gone.SetResult);
                await leaving.CancelAsync();
                await gone.Task;
                try
                {
                    finished.SetResult(services.GetRequiredService<Counter>().Next());
                }
                catch (ObjectDisposedException exception)
                {
                    finished.SetException(exception);
                }
            }),
            static builder => builder.Services.AddScoped<Counter>());
        HttpRequestMessage request = new SignedDelivery("http://shop.example/slow", s_key).WithJson("""{"id":"o-1","quantity":3}""").ToRequest();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => app.GetTestServer().CreateClient().SendAsync(request, leaving.Token));

        Assert.Equal(1, await finished.Task.WaitAsync(TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public async Task Forged_request_is_refused_without_waiting_for_its_body()
    {
        ContractSetup setup = new() { Settings = { ["QStash:CurrentSigningKey"] = s_key }, Routes = { ["orders"] = DeliveryRoute.To<Purchase, OrderHandler>("orders") } };
        await using KestrelHost host = (KestrelHost)await KestrelHost.StartAsync(setup);
        IReadOnlyList<KeyValuePair<string, string>> headers = new SignedDelivery(host.Url + "/orders", s_key).WithWrongKey().AllHeaders();

        HostReply reply = await host.SendAsync("/orders", headers, default, announcedLength: 1L << 40).WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Equal(401, reply.Status);
    }

    [Fact]
    public async Task Genuine_delivery_announced_over_the_limit_is_dead_lettered_without_waiting_for_its_body()
    {
        ContractSetup setup = new() { Settings = { ["QStash:CurrentSigningKey"] = s_key }, Routes = { ["orders"] = DeliveryRoute.To<Purchase, OrderHandler>("orders") } };
        await using KestrelHost host = (KestrelHost)await KestrelHost.StartAsync(setup);
        IReadOnlyList<KeyValuePair<string, string>> headers = new SignedDelivery(host.Url + "/orders", s_key).AllHeaders();

        HostReply reply = await host.SendAsync("/orders", headers, default, announcedLength: 1L << 40).WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Equal(489, reply.Status);
    }

    [Fact]
    public void MapQStash_without_AddQStash_names_the_missing_call()
    {
        using WebApplication app = WebApplication.CreateSlimBuilder().Build();

        InvalidOperationException exception = Assert.Throws<InvalidOperationException>(() => app.MapQStash<Purchase, OrderHandler>("/orders"));

        Assert.Contains("builder.AddQStash()", exception.Message, StringComparison.Ordinal);
        Assert.Contains("MapQStash(\"/orders\")", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RequireQStashSignature_without_AddQStash_names_the_missing_call()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseTestServer();
        await using WebApplication app = builder.Build();
        app.MapPost("/existing", static () => "x").RequireQStashSignature();
        await app.StartAsync();

        InvalidOperationException exception = await Assert.ThrowsAsync<InvalidOperationException>(() => SendAsync(app, "/existing"));

        Assert.Contains("builder.AddQStash()", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Protected_endpoint_without_signing_keys_the_app_does_not_start()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseTestServer();
        builder.AddQStash(static options => options.CurrentSigningKey = " ");
        await using WebApplication app = builder.Build();
        app.MapPost("/existing", static () => "x").RequireQStashSignature();

        InvalidOperationException exception = await Assert.ThrowsAnyAsync<InvalidOperationException>(() => app.StartAsync());

        Assert.Contains("signing key", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Production", null, 1)]
    [InlineData("Production", "https://shop.example", 0)]
    [InlineData("Development", null, 0)]
    public async Task Production_without_a_public_base_url_is_warned_once(string environment, string? publicBaseUrl, int warnings)
    {
        ContractSetup setup = new()
        {
            Environment = environment,
            Settings = { ["QStash:CurrentSigningKey"] = s_key, ["QStash:PublicBaseUrl"] = publicBaseUrl },
            Routes = { ["orders"] = DeliveryRoute.To<Purchase, OrderHandler>("orders") },
        };
        await using IContractHost host = await KestrelHost.StartAsync(setup);

        await SendOneAsync(host);

        Assert.Equal(warnings, setup.Logs.Lines.Count(static line => line.Text.Contains("(QSTASH_PUBLIC_BASE_URL) is not set", StringComparison.Ordinal)));

        static Task<HostReply> SendOneAsync(IContractHost host) =>
            host.SendAsync("/orders", new SignedDelivery(host.Url + "/orders", s_key).AllHeaders(), default, null);
    }

    [Fact]
    public async Task Configuration_is_reloaded_the_new_keys_count_at_once()
    {
        string newKey = SignedDelivery.NewSigningKey();
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseTestServer();
        builder.Configuration["QStash:CurrentSigningKey"] = s_key;
        builder.AddQStash();
        await using WebApplication app = builder.Build();
        app.MapQStash<Purchase, OrderHandler>("/orders");
        await app.StartAsync();

        HttpStatusCode before = (await SendAsync(app, "/orders")).StatusCode;
        app.Configuration["QStash:CurrentSigningKey"] = newKey;
        ((IConfigurationRoot)app.Configuration).Reload();

        Assert.Equal(HttpStatusCode.OK, before);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(app, "/orders", delivery => delivery with { SigningKey = newKey })).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync(app, "/orders")).StatusCode);
    }

    [Fact]
    public async Task App_that_only_publishes_starts_without_signing_keys()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseTestServer();
        builder.AddQStash();
        await using WebApplication app = builder.Build();

        await app.StartAsync();
    }

    [Theory]
    [InlineData("QStash:ClockSkew", "00:06:00", "QStash:ClockSkew")]
    [InlineData("QStash:ClockSkew", "soon", "QStash:ClockSkew")]
    [InlineData("QStash:MaxBodyBytes", "0", "MaxBodyBytes must be between 1 and")]
    [InlineData("QStash:PublicBaseUrl", "shop.example", "QStash:PublicBaseUrl")]
    [InlineData("QStash:OnUnreadablePayload", "Ignore", "QStash:OnUnreadablePayload")]
    public async Task Setting_is_out_of_range_the_app_does_not_start_and_names_it(string name, string value, string expected)
    {
        ContractSetup setup = new() { Settings = { ["QStash:CurrentSigningKey"] = s_key, [name] = value } };

        Exception exception = await Assert.ThrowsAnyAsync<Exception>(() => KestrelHost.StartAsync(setup));

        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
    }

    private static WebApplicationBuilder Create(string kind)
    {
        if (kind == "empty")
        {
            WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new());
            builder.Services.AddRoutingCore();
            return builder;
        }

        return kind == "slim" ? WebApplication.CreateSlimBuilder() : WebApplication.CreateBuilder();
    }

    private static async Task<WebApplication> StartAsync(Action<WebApplication> map, Action<WebApplicationBuilder>? configure = null, Func<WebApplicationBuilder>? create = null, Action<QStashReceiverOptions>? options = null)
    {
        WebApplicationBuilder builder = create?.Invoke() ?? WebApplication.CreateBuilder();
        builder.WebHost.UseTestServer();
        builder.AddQStash(receiver =>
        {
            receiver.CurrentSigningKey = s_key;
            options?.Invoke(receiver);
        });
        configure?.Invoke(builder);
        WebApplication app = builder.Build();
        map(app);
        await app.StartAsync();
        return app;
    }

    private static Task<HttpResponseMessage> SendAsync(WebApplication app, string path, Func<SignedDelivery, SignedDelivery>? change = null, string? requestPath = null)
    {
        SignedDelivery delivery = new SignedDelivery("http://shop.example" + path, s_key).WithJson("""{"id":"o-1","quantity":3}""");
        HttpRequestMessage request = (change?.Invoke(delivery) ?? delivery).ToRequest();
        if (requestPath is not null)
        {
            request.RequestUri = new Uri("http://shop.example" + requestPath);
        }

        return app.GetTestServer().CreateClient().SendAsync(request);
    }

    private static async Task<string> TextAsync(HttpResponseMessage reply)
    {
        Assert.Equal(HttpStatusCode.OK, reply.StatusCode);
        return await reply.Content.ReadAsStringAsync();
    }

    public sealed class OrderHandler : IQStashHandler<Purchase>
    {
        public Task<QStashResult> HandleAsync(QStashDelivery<Purchase> delivery, CancellationToken cancellationToken) =>
            Task.FromResult(QStashResult.Success($"{delivery.Payload.Id} x {delivery.Payload.Quantity}"));
    }

    [QStashRoute("/stated/orders")]
    public sealed class StatedHandler : IQStashHandler<Purchase>
    {
        public Task<QStashResult> HandleAsync(QStashDelivery<Purchase> delivery, CancellationToken cancellationToken) =>
            Task.FromResult(QStashResult.Success($"stated {delivery.Payload.Id}"));
    }

    [QStashRoute("/stated/{region}/close")]
    public sealed class StatedSchedule : IQStashHandler
    {
        public Task<QStashResult> HandleAsync(QStashDelivery delivery, CancellationToken cancellationToken) =>
            Task.FromResult(QStashResult.Success($"closed {delivery.RouteValues["region"]}"));
    }

    /// <summary>Authorization that is no <see cref="IAuthorizeData"/>.</summary>
    [AttributeUsage(AttributeTargets.Method)]
    public sealed class NobodyAttribute : Attribute, IAuthorizationRequirement, IAuthorizationRequirementData
    {
        public IEnumerable<IAuthorizationRequirement> GetRequirements() => [this];
    }

    public sealed class Counter
    {
        private int _count;

        public int Next() => ++_count;
    }
}

/// <summary>Protected by no attribute of its own.</summary>
[ApiController]
[Route("plain")]
public sealed class PlainController : ControllerBase
{
    [HttpPost]
    public string Take(Purchase order)
    {
        ArgumentNullException.ThrowIfNull(order);
        return order.Id;
    }
}

[ApiController]
[Route("hook")]
[RequireQStashSignature]
public sealed class HookController : ControllerBase
{
    [HttpPost("order")]
    public string Take(Purchase order)
    {
        ArgumentNullException.ThrowIfNull(order);
        return $"{order.Id} x {order.Quantity}";
    }
    [HttpPost("nobody")]
    [AspNetCoreEndpointTests.Nobody]
    public string Never(Purchase order)
    {
        ArgumentNullException.ThrowIfNull(order);
        return order.Id;
    }
}
