using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using QStash.Serverless.Lambda;

namespace QStash.Serverless.HostTests.Lambda;

/// <summary>The contract's routes in a Lambda function behind a gateway.</summary>
internal sealed class LambdaHost(QStashLambdaHandler handler, LambdaGateway gateway) : IContractHost
{
    public string Url => gateway.Url;

    public static Task<IContractHost> StartAsync(ContractSetup setup, LambdaGateway gateway)
    {
        QStashLambdaBuilder builder = Builder(setup);
        foreach ((string pattern, DeliveryRoute route) in setup.Routes)
        {
            builder.Map(pattern, route);
        }

        return Task.FromResult<IContractHost>(new LambdaHost(builder.Build(), gateway));
    }

    internal static QStashLambdaBuilder Builder(ContractSetup setup)
    {
        QStashLambdaBuilder builder = QStashLambda.CreateBuilder(configuration: new ConfigurationBuilder().AddInMemoryCollection(setup.Settings).Build());
        builder.Services.AddSingleton<IHostEnvironment>(new LambdaEnvironment { EnvironmentName = setup.Environment });
        builder.Services.AddLogging(logging => logging.AddProvider(setup.Logs));
        builder.Services.AddSingleton(setup.TimeProvider);
        setup.Configure(builder.QStash);
        return builder;
    }

    public async Task<HostReply> SendAsync(string pathAndQuery, IReadOnlyList<KeyValuePair<string, string>> headers, ReadOnlyMemory<byte> body, string? contentType)
    {
        using MemoryStream lambdaEvent = new(gateway.Event(pathAndQuery, headers, body.Span, contentType));
        return Read(await handler.HandleAsync(lambdaEvent, TimeSpan.FromMinutes(1)), gateway);
    }

    public Task<HostReply> WhileStoppingAsync(Func<Task<HostReply>> send)
    {
        handler.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        return send();
    }

    public ValueTask DisposeAsync() => handler.DisposeAsync();

    /// <summary>Reads a reply as the gateway would, and nothing that it would not understand.</summary>
    internal static HostReply Read(Stream stream, LambdaGateway gateway)
    {
        using JsonDocument reply = JsonDocument.Parse(stream, new JsonDocumentOptions { AllowDuplicateProperties = false });
        JsonElement root = reply.RootElement;
        bool isLoadBalancer = gateway.Kind == "load-balancer";
        Assert.Equal(
            ["statusCode", .. isLoadBalancer ? ["statusDescription"] : Array.Empty<string>(), gateway.IsMultiValue ? "multiValueHeaders" : "headers", "body", "isBase64Encoded"],
            root.EnumerateObject().Select(static member => member.Name));
        int status = root.GetProperty("statusCode").GetInt32();
        if (isLoadBalancer)
        {
            Assert.Matches($"^{status} [A-Za-z ]+$", root.GetProperty("statusDescription").GetString());
        }

        Dictionary<string, string> headers = new(StringComparer.OrdinalIgnoreCase);
        foreach (JsonProperty header in root.GetProperty(gateway.IsMultiValue ? "multiValueHeaders" : "headers").EnumerateObject())
        {
            headers.Add(header.Name, gateway.IsMultiValue ? Assert.Single(header.Value.EnumerateArray()).GetString()! : header.Value.GetString()!);
        }

        JsonElement body = root.GetProperty("body");
        return new HostReply(status, headers, root.GetProperty("isBase64Encoded").GetBoolean() ? body.GetBytesFromBase64() : Encoding.UTF8.GetBytes(body.GetString()!));
    }
}
