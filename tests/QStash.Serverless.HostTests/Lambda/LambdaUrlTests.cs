using System.Text;
using QStash.Serverless.Lambda;
using QStash.Serverless.Testing;

namespace QStash.Serverless.HostTests.Lambda;

/// <summary>Which signed URLs a request matches, gateway by gateway: what each does to paths, queries, stages and hosts.</summary>
public sealed class LambdaUrlTests
{
    private static readonly string s_key = SignedDelivery.NewSigningKey();

    public static TheoryData<string> Paths => ["/orders", "/orders/", "/a%20b", "/%C3%A7ay/%E2%98%95", "/a%2Fb", "/100%25", "/%2541", "/a%3Fb", "/a%23b", "/a+b", "/~x", "/a;b=c@d:e"];

    public static TheoryData<string> Queries => ["?a=1&b=2", "?b=2&a=1", "?a=x%20y", "?a=x+y", "?a=%2B", "?a=%C3%A9", "?a", "?a=", "?a=b=c", "?a=%26%3D", "?x=%252F", "?code=s3cr%2Ft"];

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task Escaped_paths_match_behind_every_gateway(string path)
    {
        foreach (LambdaGateway gateway in Gateways())
        {
            Assert.Equal((gateway, 200), (gateway, await StatusAsync(gateway, gateway.Url + path, path)));
            Assert.Equal((gateway, 401), (gateway, await StatusAsync(gateway, gateway.Url + path + "x", path)));
        }
    }

    [Theory]
    [MemberData(nameof(Queries))]
    public async Task Queries_match_behind_every_gateway(string query)
    {
        foreach (LambdaGateway gateway in Gateways())
        {
            Assert.Equal((gateway, 200), (gateway, await StatusAsync(gateway, gateway.Url + "/orders" + query, "/orders" + query)));
            Assert.Equal((gateway, 401), (gateway, await StatusAsync(gateway, gateway.Url + "/orders" + query + "&admin=1", "/orders" + query)));
            Assert.Equal((gateway, 401), (gateway, await StatusAsync(gateway, gateway.Url + "/orders", "/orders" + query)));
        }
    }

    [Fact]
    public async Task Repeated_parameters_match_where_the_gateway_keeps_them()
    {
        const string PathAndQuery = "/orders?a=1&a=2";
        LambdaGateway single = LambdaGateway.LoadBalancer;

        Assert.Equal(200, await StatusAsync(LambdaGateway.FunctionUrl, LambdaGateway.FunctionUrl.Url + PathAndQuery, PathAndQuery));
        Assert.Equal(200, await StatusAsync(single with { IsMultiValue = true }, single.Url + PathAndQuery, PathAndQuery));

        // A load balancer without multi-value headers hands on the last one only: what was signed cannot be proven.
        Assert.Equal(401, await StatusAsync(single, single.Url + PathAndQuery, PathAndQuery));
    }

    [Fact]
    public async Task Stage_is_part_of_the_public_path_on_the_gateways_own_domain()
    {
        foreach (LambdaGateway gateway in (LambdaGateway[])[LambdaGateway.HttpApi with { Stage = "prod" }, LambdaGateway.HttpApi1 with { Stage = "prod" }, LambdaGateway.RestApi])
        {
            Assert.Equal(200, await StatusAsync(gateway, $"https://{gateway.Domain}/prod/orders", "/orders"));
            Assert.Equal(401, await StatusAsync(gateway, $"https://{gateway.Domain}/dev/orders", "/orders"));
        }
    }

    [Fact]
    public async Task Stage_is_no_part_of_the_public_path_on_a_custom_domain()
    {
        foreach (LambdaGateway gateway in (LambdaGateway[])[LambdaGateway.HttpApi with { Stage = "prod" }, LambdaGateway.HttpApi1 with { Stage = "prod" }, LambdaGateway.RestApi])
        {
            LambdaGateway custom = gateway with { IsCustomDomain = true, Domain = "api.shop.example" };
            Assert.Equal(200, await StatusAsync(custom, "https://api.shop.example/orders", "/orders"));
            Assert.Equal(401, await StatusAsync(custom, "https://api.shop.example/other", "/orders"));
        }
    }

    [Fact]
    public async Task Stage_that_begins_a_paths_first_segment_is_left_alone()
    {
        LambdaGateway gateway = LambdaGateway.HttpApi with { Stage = "prod", IsCustomDomain = true, Domain = "api.shop.example" };

        Assert.Equal(200, await StatusAsync(gateway, "https://api.shop.example/products", "/products"));
        Assert.Equal(401, await StatusAsync(gateway, "https://api.shop.example/ucts", "/products"));
    }

    [Theory]
    [InlineData("""{"version":"2.0","rawPath":"/prod/orders","requestContext":{"stage":"prod","domainName":"api.shop.example"}""")]
    [InlineData("""{"httpMethod":"POST","path":"/orders","requestContext":{"path":"/prod/orders","stage":"prod","domainName":"api.shop.example"}""")]
    [InlineData("""{"httpMethod":"POST","path":"/prod/orders","requestContext":{"path":"/prod/orders","stage":"prod","domainName":"api.shop.example"}""")]
    public async Task Stage_in_the_event_but_not_in_the_public_path_matches_too(string lambdaEvent) =>
        Assert.Equal(200, await StatusAsync(lambdaEvent, "https://api.shop.example/orders"));

    [Fact]
    public async Task Base_path_mapping_is_part_of_both_paths()
    {
        const string LambdaEvent = """{"httpMethod":"POST","path":"/shop/orders","requestContext":{"path":"/shop/orders","stage":"prod","domainName":"api.shop.example"}""";

        Assert.Equal(200, await StatusAsync(LambdaEvent, "https://api.shop.example/shop/orders"));
        Assert.Equal(200, await StatusAsync(LambdaEvent, "https://public.example/shop/orders", "https://public.example/shop"));
        Assert.Equal(200, await StatusAsync(LambdaEvent, "https://public.example/shop/orders", "https://public.example"));
        Assert.Equal(401, await StatusAsync(LambdaEvent, "https://api.shop.example/orders"));
    }

    [Theory]
    [InlineData("https://public.example", "https://public.example/orders", 200)]
    [InlineData("https://public.example/", "https://public.example/prod/orders", 200)]
    [InlineData("https://public.example/prod", "https://public.example/prod/orders", 200)]
    [InlineData("https://public.example", "https://a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com/prod/orders", 401)]
    [InlineData("https://public.example", "https://public.example/dev/orders", 401)]
    public async Task Configured_public_URL_replaces_the_domain_and_leaves_the_paths(string publicBaseUrl, string signedFor, int status)
    {
        foreach (LambdaGateway gateway in (LambdaGateway[])[LambdaGateway.HttpApi with { Stage = "prod" }, LambdaGateway.RestApi])
        {
            Assert.Equal((gateway, status), (gateway, await StatusAsync(gateway, signedFor, "/orders", publicBaseUrl)));
        }
    }

    [Fact]
    public async Task Host_header_is_the_callers_it_does_not_count_beside_the_gateways_domain()
    {
        KeyValuePair<string, string>[] host = [new("Host", "other-app.example")];

        Assert.Equal(401, await StatusAsync(LambdaGateway.FunctionUrl, "https://other-app.example/orders", "/orders", headers: host));
        Assert.Equal(200, await StatusAsync(LambdaGateway.FunctionUrl, LambdaGateway.FunctionUrl.Url + "/orders", "/orders", headers: host));

        // A local emulator's domain is no address: there the Host header counts.
        Assert.Equal(200, await StatusAsync(LambdaGateway.FunctionUrl, "https://other-app.example/orders", "/orders", headers: host, environment: "Development"));
    }

    [Theory]
    [InlineData("https", "443", "lb.example", "https://lb.example/orders", 200)]
    [InlineData("http", "80", "lb.example", "http://lb.example/orders", 200)]
    [InlineData("http", "8080", "lb.example:8080", "http://lb.example:8080/orders", 200)]
    [InlineData("https", "8443", "lb.example", "https://lb.example:8443/orders", 200)]
    [InlineData("https", "443", "LB.example", "https://lb.example/orders", 200)]
    [InlineData("http", "80", "lb.example", "https://lb.example/orders", 401)]
    [InlineData("https", "443", "lb.example", "https://lb.example:8443/orders", 401)]
    [InlineData("gopher", "443", "lb.example", "https://lb.example/orders", 200)]
    public async Task Load_balancer_is_known_by_Host_and_forwarded_scheme_and_port(string scheme, string port, string host, string signedFor, int status) =>
        Assert.Equal(status, await StatusAsync(LambdaGateway.LoadBalancer, signedFor, "/orders", headers: [new("Host", host), new("X-Forwarded-Proto", scheme), new("X-Forwarded-Port", port)]));

    [Theory]
    [InlineData("evil.example/orders?")]
    [InlineData("evil.example#")]
    [InlineData("user@evil.example")]
    public async Task Host_that_is_none_cannot_bring_a_path_of_its_own(string host)
    {
        Assert.Equal(401, await StatusAsync(LambdaGateway.LoadBalancer, $"https://{host}/admin", "/admin", headers: [new("Host", host)]));
        Assert.Equal(401, await StatusAsync(LambdaGateway.LoadBalancer, "https://public.example/orders?/admin", "/admin", "https://public.example", [new("Host", host)]));
        Assert.Equal(200, await StatusAsync(LambdaGateway.LoadBalancer, "https://public.example/admin", "/admin", "https://public.example", [new("Host", host)]));
    }

    [Fact]
    public async Task Header_names_compare_without_case() =>
        Assert.Equal(200, await StatusAsync("""{"httpMethod":"POST","path":"/orders","requestContext":{"domainName":"api.shop.example"}""", "https://api.shop.example/orders", signatureHeader: "uPsTaSh-SiGnAtUrE"));

    [Fact]
    public async Task Mismatch_is_logged_with_every_URL_that_was_compared_and_no_query()
    {
        ContractSetup setup = Setup(null, "Production");
        await StatusAsync(setup, (LambdaGateway.RestApi with { IsMultiValue = true }).Event("/orders?code=secret", Signed("https://elsewhere.example/orders"), default, null));

        string line = Assert.Single(setup.Logs.Lines, static line => line.Id.Name == "Refused").Text;
        Assert.Contains("Signed for https://elsewhere.example/orders, called at https://a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com/prod/orders?... or https://a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com/orders?...", line, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Body_that_a_REST_API_has_damaged_401_and_the_log_names_binaryMediaTypes()
    {
        byte[] body = [0x66, 0xFF, 0x66];
        ContractSetup setup = Setup(null, "Production");
        LambdaGateway gateway = LambdaGateway.RestApi;
        byte[] damaged = gateway.Event("/orders", Signed(gateway.Url + "/orders", body), body, contentType: null);

        Assert.Equal(401, await StatusAsync(setup, damaged));
        string line = Assert.Single(setup.Logs.Lines, static line => line.Id.Name == "Refused").Text;
        Assert.Contains("BodyMismatch", line, StringComparison.Ordinal);
        Assert.Contains("binaryMediaTypes", line, StringComparison.Ordinal);
    }

    private static IEnumerable<LambdaGateway> Gateways() =>
    [
        LambdaGateway.FunctionUrl, LambdaGateway.HttpApi, LambdaGateway.HttpApi with { Stage = "prod" }, LambdaGateway.HttpApi1, LambdaGateway.HttpApi1 with { IsMultiValue = true },
        LambdaGateway.RestApi, LambdaGateway.RestApi with { IsMultiValue = true }, LambdaGateway.LoadBalancer, LambdaGateway.LoadBalancer with { IsMultiValue = true },
    ];

    private static Task<int> StatusAsync(LambdaGateway gateway, string signedFor, string pathAndQuery, string? publicBaseUrl = null, KeyValuePair<string, string>[]? headers = null, string environment = "Production") =>
        StatusAsync(Setup(publicBaseUrl, environment), gateway.Event(pathAndQuery, [.. headers ?? [], .. Signed(signedFor)], default, null));

    private static Task<int> StatusAsync(string begunEvent, string signedFor, string? publicBaseUrl = null, string signatureHeader = "upstash-signature") =>
        StatusAsync(Setup(publicBaseUrl, "Production"), Encoding.UTF8.GetBytes($$"""{{begunEvent}},"headers":{"{{signatureHeader}}":"{{Signed(signedFor).Single().Value}}"} }"""));

    private static async Task<int> StatusAsync(ContractSetup setup, byte[] lambdaEvent)
    {
        await using QStashLambdaHandler handler = LambdaHost.Builder(setup).Map("{*path}", static (QStashDelivery _, CancellationToken _) => Task.FromResult(QStashResult.Success())).Build();
        return (await handler.HandleAsync(LambdaEventReader.Read(lambdaEvent), Timeout.InfiniteTimeSpan, CancellationToken.None)).Status;
    }

    private static ContractSetup Setup(string? publicBaseUrl, string environment) =>
        new() { Environment = environment, Settings = { ["QStash:CurrentSigningKey"] = s_key, ["QStash:PublicBaseUrl"] = publicBaseUrl } };

    private static KeyValuePair<string, string>[] Signed(string url, byte[]? body = null) => [new(QStashHeaders.Signature, new SignedDelivery(url, s_key) { Body = body }.Sign())];
}
