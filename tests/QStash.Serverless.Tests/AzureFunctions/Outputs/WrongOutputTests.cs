using Microsoft.Extensions.DependencyInjection;
using QStash.Serverless.AzureFunctions;

namespace QStash.Serverless.Tests.AzureFunctions.Outputs;

/// <summary>What is declared wrongly stops the start, with a text that names function, output and fix.</summary>
public sealed class WrongOutputTests
{
    public static TheoryData<string, string> Mistakes => new()
    {
        { nameof(Functions.Wrong.NoDestination), "it has no destination; set Url or UrlGroup, or declare a QStashMessage<T>, which brings its own." },
        { nameof(Functions.Wrong.TwoDestinations), "Url: it excludes UrlGroup; set one of them." },
        { nameof(Functions.Wrong.EmptyUrl), "Url: it is empty; write a value, or leave it out." },
        { nameof(Functions.Wrong.RelativeUrl), "Url: '/receipts' must start with http:// or https://. A URL group is not a URL: name it with UrlGroup." },
        { nameof(Functions.Wrong.SpacedUrl), "Url: 'https://shop.example/a b' contains a space or a control character; percent-encode it." },
        { nameof(Functions.Wrong.OtherScheme), "Callback: 'ftp://shop.example/' must start with http:// or https://. A URL group is not a URL: name it with UrlGroup." },
        { nameof(Functions.Wrong.GroupName), "UrlGroup: 'all receipts' must be letters, digits, '_', '.' and '-' only." },
        { nameof(Functions.Wrong.QueueName), "Queue: 'a/b' must be letters, digits, '_', '.' and '-' only." },
        { nameof(Functions.Wrong.UnknownToken), "Url: position 22: there is no token '{ordr}' here, only {id}; write '{{' for a brace." },
        { nameof(Functions.Wrong.DeliveryToken), "Url: position 22: there is no token '{messageId}' here, only {id}; write '{{' for a brace." },
        { nameof(Functions.Wrong.OpenToken), "Url: position 22: '{' begins a token, but no '}' ends it; write '{{' for a brace." },
        { nameof(Functions.Wrong.ClosedToken), "Url: position 24: '}' ends no token; write '}}' for a brace." },
        { nameof(Functions.Wrong.PercentEscape), "Url: position 22: '%' begins the name of a setting, but no '%' ends it; write '%%' for a percent sign." },
        { nameof(Functions.Wrong.MissingSetting), "Url: position 22: the app's configuration has no setting 'Missing', or it is empty; add it, or write '%%' for a percent sign." },
        { nameof(Functions.Wrong.EmptySetting), "Url: position 1: the app's configuration has no setting 'Empty', or it is empty; add it, or write '%%' for a percent sign." },
        { nameof(Functions.Wrong.Delay), "Delay: position 2: expected one of the units d, h, m, s (from large to small, each once), but found ' '." },
        { nameof(Functions.Wrong.DelayToken), "Delay: position 1: it takes no tokens." },
        { nameof(Functions.Wrong.Timeout), "Timeout: it must be at least 1s." },
        { nameof(Functions.Wrong.RetryDelay), "RetryDelay: position 7:" },
        { nameof(Functions.Wrong.Retries), "Retries: it must be 0 or more." },
        { nameof(Functions.Wrong.FlowControl), "FlowControl: pair 1: rate must be a whole number, 1 to 2147483647." },
        { nameof(Functions.Wrong.FlowControlHalf), "FlowControl: set FlowControlKey and FlowControl together." },
        { nameof(Functions.Wrong.Method), "Method: 'HEAD' is not one of GET, POST, PUT, PATCH, DELETE." },
        { nameof(Functions.Wrong.ContentType), "ContentType: 'json' is not a content type, such as application/json." },
        { nameof(Functions.Wrong.Label), "Label: '' must be printable ASCII, at least one character." },
        { nameof(Functions.Wrong.Connection), "Connection: nothing is registered as 'Nobody'; call AddQStash().AddClient(\"Nobody\") and fill the configuration section Nobody (Url, Token)." },
        { nameof(Functions.Wrong.EmptyConnection), "Connection: it is empty; write the name that AddClient registered, or leave it out." },
        { nameof(Functions.Wrong.NoValue), "the function returns nothing that could be published; let it return the value, or remove [QStashOutput]." },
        { nameof(Functions.Wrong.AsyncStream), "IAsyncEnumerable<String> cannot be published; declare a payload, string, byte[], QStashMessage<T>, or a collection of one of them." },
        { nameof(Functions.Wrong.ByteList), "a collection of bytes would be one message a byte; declare it as byte[] instead of List<Byte>." },
        { nameof(Functions.Wrong.Stream), "Stream cannot be published; declare a payload, string, byte[], QStashMessage<T>, or a collection of one of them." },
        { nameof(Functions.Wrong.Results), "QStashResult[] cannot be published; declare a payload, string, byte[], QStashMessage<T>, or a collection of one of them." },
        { nameof(Functions.Wrong.HttpResponse), "the return value is the HTTP response; return a class with the response, marked [HttpResult], and the output in properties." },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void Mistake_stops_the_start_with_what_to_change(string function, string text)
    {
        string message = Refusal(function);

        Assert.StartsWith($"Function '{function}', output 'return': {text}", message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", message, StringComparison.Ordinal);
        Assert.DoesNotContain(Environment.NewLine, message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_mistake_shown_here_has_its_text() =>
        Assert.Equal(Functions.Wrong.All.Keys.Except([nameof(Functions.Wrong.MethodAndProperties), nameof(Functions.Wrong.SameIds), nameof(Functions.Wrong.WholeParcel)]).Order(), Mistakes.Select(static row => (string)row[0]).Order());

    [Fact]
    public void Method_and_properties_at_once_stop_the_start() =>
        Assert.StartsWith("Function 'MethodAndProperties': [QStashOutput] is on the method and on properties of Outcome; choose one of them.", Refusal(nameof(Functions.Wrong.MethodAndProperties)), StringComparison.Ordinal);

    [Fact]
    public void Outputs_that_QStash_could_not_tell_apart_stop_the_start() =>
        Assert.Equal(
            "Function 'SameIds', output 'Grüße': its messages would have the deduplication ids of others ('Gr__e'); rename the property.", Refusal(nameof(Functions.Wrong.SameIds)));

    [Fact]
    public void Output_inside_of_what_is_published_whole_stops_the_start() => Assert.Contains(
        "Function 'WholeParcel', output 'return': the return value is published whole, so the output 'Label' in it would be lost; put [QStashOutput] on the property that is to be published.",
        Refusal(nameof(Functions.Wrong.WholeParcel)),
        StringComparison.Ordinal);

    [Fact]
    public void Missing_publisher_stops_the_start()
    {
        string message = Refusal(nameof(Functions.Wrong.Retries), services => services.Remove(services.Last(static service => service.ServiceType == typeof(IQStashPublisher) && !service.IsKeyedService)));

        Assert.Contains("there is no IQStashPublisher to publish with; call AddQStash().AddClient().", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Mistakes_are_told_together()
    {
        string message = Refusal(nameof(Functions.Wrong.Retries), services => services.Remove(services.Last(static service => service.ServiceType == typeof(IQStashPublisher) && !service.IsKeyedService)));

        Assert.Equal(2, message.Split(Environment.NewLine).Length);
    }

    private static string Refusal(string function, Action<IServiceCollection>? configure = null)
    {
        using ServiceProvider services = FunctionOutputsTests.Services(configure);
        return Assert.Throws<InvalidOperationException>(() => FunctionOutputs.Of(function, Functions.Wrong.All[function], "orders/{id}", hasDelivery: false, services)).Message;
    }
}
