using System.Text;
using System.Text.Json;
using QStash.Serverless.Testing;
using QStash.Serverless.Tests.RuntimeApi;

namespace QStash.Serverless.LambdaTests.Amazon;

/// <summary>
/// The functions of QStash.Serverless.LambdaAmazonApp on Amazon's own packages, each a process of its own: its bootstrap, its managed runtime with a class library and
/// with the handlers its generator writes, its ASP.NET Core hosting.
/// </summary>
public sealed class AmazonPackagesTests
{
    private const string App = "QStash.Serverless.LambdaAmazonApp";
    private static readonly string s_key = SignedDelivery.NewSigningKey();
    private static readonly LambdaGateway s_stage = LambdaGateway.HttpApi with { Stage = "prod" };
    private static readonly LambdaGateway s_restApi = LambdaGateway.RestApi with { IsMultiValue = true };
    private static readonly LambdaGateway s_loadBalancer = LambdaGateway.LoadBalancer with { IsMultiValue = true };

    /// <summary>How a function is started, and each gateway that it is called through.</summary>
    public static TheoryData<string, LambdaGateway> Functions => new()
    {
        { "bootstrap", LambdaGateway.FunctionUrl },
        { "bootstrap", s_stage },
        { "bootstrap", LambdaGateway.HttpApi1 },
        { "bootstrap", s_restApi },
        { "bootstrap", s_loadBalancer },
        { $"{App}::Shop.OrderFunction::Handle", LambdaGateway.FunctionUrl },
        { $"{App}::Shop.OrderFunction::Handle", s_restApi },
        { $"{App}::Shop.OrderFunctions_Orders_Generated::Orders", LambdaGateway.HttpApi },
        { $"{App}::Shop.OrderFunctions_Orders_Generated::Orders", s_stage },
        { $"{App}::Shop.OrderFunctions_OrdersByUrl_Generated::OrdersByUrl", LambdaGateway.FunctionUrl },
        { $"{App}::Shop.OrderFunctions_OrdersByRest_Generated::OrdersByRest", s_restApi },
        { $"{App}::Shop.OrderFunctions_OrdersByLoadBalancer_Generated::OrdersByLoadBalancer", s_loadBalancer },
        { "web HttpApi", LambdaGateway.FunctionUrl },
        { "web HttpApi", s_stage },
        { "web RestApi", s_restApi },
        { "web ApplicationLoadBalancer", s_loadBalancer },
        { "web ApplicationLoadBalancer", LambdaGateway.LoadBalancer },
    };

    [AmazonTheory]
    [MemberData(nameof(Functions), DisableDiscoveryEnumeration = true)]
    public async Task Genuine_forged_unreadable_and_out_of_stock_each_gets_the_answer_that_QStash_needs(string function, LambdaGateway gateway)
    {
        ArgumentNullException.ThrowIfNull(gateway);
        await using RuntimeApiServer api = await RuntimeApiServer.StartAsync();
        await using Subprocess process = Start(function, api.Endpoint);
        SignedDelivery order = new SignedDelivery(gateway.Url + "/orders?source=caf%C3%A9&b=1%2C2", s_key).WithJson("""{"id":"çay","quantity":2}""");

        Reply genuine = await SendAsync(api, process, gateway, order);
        Reply forged = await SendAsync(api, process, gateway, order.WithWrongKey());
        Reply tampered = await SendAsync(api, process, gateway, order, order.WithJson("""{"id":"çay","quantity":200}""").Body);
        Reply unreadable = await SendAsync(api, process, gateway, order.WithJson("""{"id":"""));
        Reply outOfStock = await SendAsync(api, process, gateway, order.WithJson("""{"id":"o-1","quantity":0}"""));

        Assert.Equal((200, "çay"), (genuine.Status, genuine.Body));
        Assert.Equal((401, ""), (forged.Status, forged.Body));
        Assert.Equal((401, ""), (tampered.Status, tampered.Body));
        Assert.Equal((489, "true"), (unreadable.Status, unreadable.Headers.GetValueOrDefault("Upstash-NonRetryable-Error")));
        Assert.Equal((503, "5"), (outOfStock.Status, outOfStock.Headers.GetValueOrDefault("Retry-After")));
    }

    private static Subprocess Start(string function, string api)
    {
        string app = Path.Combine(AmazonTheoryAttribute.App!, App);
        bool isHandler = function.Contains("::", StringComparison.Ordinal);

        // As the managed runtime starts class libraries and executables.
        string[] arguments = isHandler
            ? ["exec", "--depsfile", app + ".deps.json", "--runtimeconfig", app + ".runtimeconfig.json", AmazonTheoryAttribute.Runtime!, function]
            : ["exec", app + ".dll", .. function.Split(' ')];
        return Subprocess.Start("dotnet", arguments, AmazonTheoryAttribute.App!, new Dictionary<string, string>
        {
            ["AWS_LAMBDA_RUNTIME_API"] = api,
            ["AWS_LAMBDA_FUNCTION_NAME"] = "orders",
            ["AWS_LAMBDA_FUNCTION_VERSION"] = "1",
            ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"] = "512",
            ["AWS_LAMBDA_LOG_GROUP_NAME"] = "orders",
            ["AWS_LAMBDA_LOG_STREAM_NAME"] = "1",
            ["AWS_LAMBDA_INITIALIZATION_TYPE"] = "on-demand",
            ["LAMBDA_TASK_ROOT"] = AmazonTheoryAttribute.App!,
            ["_HANDLER"] = function,
            ["QSTASH_CURRENT_SIGNING_KEY"] = s_key,
            ["QSTASH_NEXT_SIGNING_KEY"] = SignedDelivery.NewSigningKey(),
        });
    }

    private static async Task<Reply> SendAsync(RuntimeApiServer api, Subprocess process, LambdaGateway gateway, SignedDelivery delivery, ReadOnlyMemory<byte>? body = null)
    {
        byte[] lambdaEvent = gateway.Event(delivery.Url[gateway.Url.Length..], delivery.AllHeaders(), (body ?? delivery.Body).Span, delivery.ContentType);
        using CancellationTokenSource patience = new(TimeSpan.FromMinutes(2));
        Task<InvocationResult> invocation = api.InvokeAsync(lambdaEvent);
        Task<int> exit = process.WaitForExitAsync(patience.Token);
        if (await Task.WhenAny(invocation, exit) != invocation)
        {
            throw new InvalidOperationException($"The function ended: {process.Output}");
        }

        InvocationResult result = await invocation;
        Assert.True(result.Failure is null, $"{result.Failure} {process.Output}");
        return Reply.Read(result.Reply!);
    }

    private sealed record Reply(int Status, Dictionary<string, string> Headers, string Body)
    {
        internal static Reply Read(byte[] json)
        {
            using JsonDocument reply = JsonDocument.Parse(json);
            JsonElement root = reply.RootElement;
            Dictionary<string, string> headers = new(StringComparer.OrdinalIgnoreCase);
            foreach (string member in new[] { "headers", "multiValueHeaders" })
            {
                if (root.TryGetProperty(member, out JsonElement values) && values.ValueKind == JsonValueKind.Object)
                {
                    foreach (JsonProperty header in values.EnumerateObject())
                    {
                        headers[header.Name] = header.Value.ValueKind == JsonValueKind.Array ? string.Join(',', header.Value.EnumerateArray()) : header.Value.ToString();
                    }
                }
            }

            string body = root.TryGetProperty("body", out JsonElement text) ? text.GetString() ?? "" : "";
            bool isBase64 = root.TryGetProperty("isBase64Encoded", out JsonElement encoded) && encoded.GetBoolean();
            return new Reply(root.GetProperty("statusCode").GetInt32(), headers, isBase64 ? Encoding.UTF8.GetString(Convert.FromBase64String(body)) : body);
        }
    }
}
