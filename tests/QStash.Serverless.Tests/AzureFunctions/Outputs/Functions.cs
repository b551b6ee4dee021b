using System.Reflection;
using System.Text.Json.Nodes;
using Microsoft.Azure.Functions.Worker.Http;
using QStash.Serverless.AzureFunctions;

namespace QStash.Serverless.Tests.AzureFunctions.Outputs;

public sealed record Order(string Id, decimal Total);

public sealed record Receipt(string OrderId);

[System.Text.Json.Serialization.JsonDerivedType(typeof(Shipped), "shipped")]
public abstract record Notice(string OrderId);

public sealed record Shipped(string OrderId) : Notice(OrderId);

#pragma warning disable CA2243 // texts with settings and tokens are no URLs yet, and wrong ones are the point here
/// <summary>Function methods as apps write them; only their declarations are read here.</summary>
internal static class Functions
{
    private const string Elsewhere = "https://shop.example/next";

    internal static MethodInfo Method(string name) => typeof(Functions).GetMethod(name)!;

    [QStashOutput(UrlGroup = "receipts")]
    public static Task<Receipt?> OneValue() => throw new NotSupportedException();

    [QStashOutput(UrlGroup = "receipts")]
    public static Task<QStashResult<Receipt>> TypedResult() => throw new NotSupportedException();

    [QStashOutput(UrlGroup = "receipts")]
    public static Task<QStashResult> PlainResult() => throw new NotSupportedException();

    [QStashOutput(Url = Elsewhere)]
    public static string Text() => throw new NotSupportedException();

    [QStashOutput(Url = Elsewhere)]
    public static byte[] Bytes() => throw new NotSupportedException();

    [QStashOutput(Url = Elsewhere)]
    public static ReadOnlyMemory<byte> Memory() => throw new NotSupportedException();

    [QStashOutput(Url = Elsewhere)]
    public static Task<Receipt?[]> Many() => throw new NotSupportedException();

    [QStashOutput(Url = Elsewhere)]
    public static IEnumerable<string> Texts() => throw new NotSupportedException();

    [QStashOutput(Url = Elsewhere)]
    public static Dictionary<string, int> Dictionary() => throw new NotSupportedException();

    [QStashOutput(Url = Elsewhere)]
    public static JsonArray Document() => throw new NotSupportedException();

    [QStashOutput(Url = Elsewhere)]
    public static Notice Polymorphic() => throw new NotSupportedException();

    [QStashOutput(Url = Elsewhere)]
    public static int? Number() => throw new NotSupportedException();

    [QStashOutput(Url = Elsewhere)]
    public static object Anything() => throw new NotSupportedException();

    [QStashOutput]
    public static QStashMessage<Receipt> Addressed() => throw new NotSupportedException();

    [QStashOutput(Queue = "receipts", Delay = "1m", Retries = 5, Label = "a", ContentBasedDeduplication = true, Timeout = "10s")]
    public static IReadOnlyList<QStashMessage> Completed() => throw new NotSupportedException();

    [QStashOutput(
        Url = "%Shop:Url%/orders/{id}?by={messageId}&off=10%%", Queue = "q-{region}", Method = "put", ContentType = "text/plain", Delay = "%Shop:Delay%", Timeout = "30s", Retries = 0,
        RetryDelay = "1000 * retried", FlowControlKey = "shop-{region}", FlowControl = "rate=5, period=1m", Label = "orders, {region}", Callback = "https://shop.example/{region}",
        FailureCallback = "%Shop__Url%/failed")]
    public static string Everything() => throw new NotSupportedException();

    [QStashOutput(Url = Elsewhere, Connection = "Billing")]
    public static string Connected() => throw new NotSupportedException();

    public static Task<Outcome> Properties() => throw new NotSupportedException();

    public static ValueTask<QStashResult<Derived>> InheritedProperties() => throw new NotSupportedException();

    public static HttpResponseData Nothing() => throw new NotSupportedException();

    internal class Outcome
    {
        public string Note { get; set; } = "";

        [QStashOutput(UrlGroup = "receipts")]
        public Receipt? Receipt { get; set; }

        [QStashOutput(Url = Elsewhere)]
        public List<string>? Lines { get; set; }
    }

    internal sealed class Derived : Outcome;

    internal sealed class Indistinct
    {
        [QStashOutput(Url = Elsewhere)]
        public string? Größe { get; set; }

        [QStashOutput(Url = Elsewhere)]
        public string? Grüße { get; set; }
    }

    /// <summary>What cannot be published, each wrong in one way.</summary>
    internal static class Wrong
    {
        public static Dictionary<string, MethodInfo> All { get; } = typeof(Wrong).GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.DeclaredOnly).Where(static method => !method.IsSpecialName).ToDictionary(static method => method.Name);

        [QStashOutput]
        public static string NoDestination() => "";

        [QStashOutput(Url = Elsewhere, UrlGroup = "g")]
        public static string TwoDestinations() => "";

        [QStashOutput(Url = " ")]
        public static string EmptyUrl() => "";

        [QStashOutput(Url = "/receipts")]
        public static string RelativeUrl() => "";

        [QStashOutput(Url = "https://user:secret@shop.example/a b")]
        public static string SpacedUrl() => "";

        [QStashOutput(Url = Elsewhere, Callback = "ftp://shop.example/")]
        public static string OtherScheme() => "";

        [QStashOutput(UrlGroup = "all receipts")]
        public static string GroupName() => "";

        [QStashOutput(Url = Elsewhere, Queue = "a/b")]
        public static string QueueName() => "";

        [QStashOutput(Url = "https://shop.example/{ordr}")]
        public static string UnknownToken() => "";

        [QStashOutput(Url = "https://shop.example/{messageId}")]
        public static string DeliveryToken() => "";

        [QStashOutput(Url = "https://shop.example/{id")]
        public static string OpenToken() => "";

        [QStashOutput(Url = "https://shop.example/id}")]
        public static string ClosedToken() => "";

        [QStashOutput(Url = "https://shop.example/%20x")]
        public static string PercentEscape() => "";

        [QStashOutput(Url = "https://shop.example/%Missing%")]
        public static string MissingSetting() => "";

        [QStashOutput(Url = "%Empty%")]
        public static string EmptySetting() => "";

        [QStashOutput(Url = Elsewhere, Delay = "5 minutes")]
        public static string Delay() => "";

        [QStashOutput(Url = Elsewhere, Delay = "{id}")]
        public static string DelayToken() => "";

        [QStashOutput(Url = Elsewhere, Timeout = "0s")]
        public static string Timeout() => "";

        [QStashOutput(Url = Elsewhere, RetryDelay = "1000 *")]
        public static string RetryDelay() => "";

        [QStashOutput(Url = Elsewhere, Retries = -2)]
        public static string Retries() => "";

        [QStashOutput(Url = Elsewhere, FlowControlKey = "k", FlowControl = "rate=x")]
        public static string FlowControl() => "";

        [QStashOutput(Url = Elsewhere, FlowControlKey = "k")]
        public static string FlowControlHalf() => "";

        [QStashOutput(Url = Elsewhere, Method = "HEAD")]
        public static string Method() => "";

        [QStashOutput(Url = Elsewhere, ContentType = "json")]
        public static string ContentType() => "";

        [QStashOutput(Url = Elsewhere, Label = "a,,b")]
        public static string Label() => "";

        [QStashOutput(Url = Elsewhere, Connection = "Nobody")]
        public static string Connection() => "";

        [QStashOutput(Url = Elsewhere, Connection = "")]
        public static string EmptyConnection() => "";

        [QStashOutput(Url = Elsewhere)]
        public static Task NoValue() => Task.CompletedTask;

        [QStashOutput(Url = Elsewhere)]
        public static IAsyncEnumerable<string> AsyncStream() => throw new NotSupportedException();

        [QStashOutput(Url = Elsewhere)]
        public static List<byte> ByteList() => [];

        [QStashOutput(Url = Elsewhere)]
        public static Stream Stream() => throw new NotSupportedException();

        [QStashOutput(Url = Elsewhere)]
        public static Task<HttpResponseData> HttpResponse() => throw new NotSupportedException();

        [QStashOutput(Url = Elsewhere)]
        public static QStashResult[] Results() => [];

        [QStashOutput(Url = Elsewhere)]
        public static Parcel WholeParcel() => new();

        public static Indistinct SameIds() => throw new NotSupportedException();

        [QStashOutput(Url = Elsewhere)]
        public static Outcome MethodAndProperties() => throw new NotSupportedException();
    }
}
