using System.Text.RegularExpressions;
using QStash.Serverless.Infra;

namespace QStash.Serverless.Tests.Infra.Declaring;

/// <summary>Every mistake in code, with its whole text: what is wrong, and what to do.</summary>
public sealed partial class MistakeTests
{
    private static readonly TimeSpan s_minute = TimeSpan.FromMinutes(1);

    public static TheoryData<string, Action<InfraBuilder>, string> Situations => new()
    {
        // Schedules: names and times.
        { "illegal character", static infra => infra.Schedule("close day", "0 2 * * *").ToPath("/x"), "Schedule 'close day': 'close day' is no name: use letters, digits, '_', '.' and '-' only, at least one." },
        { "empty name", static infra => infra.Schedule("", "0 2 * * *").ToPath("/x"), "Schedule '': '' is no name: use letters, digits, '_', '.' and '-' only, at least one." },
        { "name too long", static infra => infra.Schedule(new string('n', 250), "0 2 * * *").ToPath("/x"), $"Schedule '{new string('n', 250)}': 'shop.prod.{new string('n', 250)}' has 260 characters, and 255 are the most: shorten the name." },
        { "name with its scope", static infra => infra.Schedule("shop.prod.close-day", "0 2 * * *").ToPath("/x"), "Schedule 'shop.prod.close-day': leave out 'shop.prod.', which is added by itself: 'close-day'." },
        { "bad cron", static infra => infra.Schedule("s", "0 25 * * *").ToPath("/x"), "Schedule 's': '0 25 * * *' is not a cron expression: position 3: the hour is out of range: expected 0 to 23." },
        { "cron with seconds", static infra => infra.Schedule("s", "0 0 2 * * *").ToPath("/x"), "Schedule 's': '0 0 2 * * *' is not a cron expression: position 11: expected the end after the five fields minute, hour, day, month and weekday, but found '*'." },
        { "cron that never comes", static infra => infra.Schedule("s", "0 2 30 2 *").ToPath("/x"), "Schedule 's': '0 2 30 2 *' never comes: no month has that day." },
        { "unknown zone", static infra => infra.Schedule("s", "0 2 * * *", "Europe/Berln").ToPath("/x"), "Schedule 's': the time zone 'Europe/Berln' is unknown: name one by its IANA id, such as Europe/Berlin." },
        { "zone of Windows", static infra => infra.Schedule("s", "0 2 * * *", "W. Europe Standard Time").ToPath("/x"), "Schedule 's': the time zone 'W. Europe Standard Time' is unknown: name one by its IANA id, such as Europe/Berlin." },
        { "two zones", static infra => infra.Schedule("s", "CRON_TZ=Asia/Tokyo 0 2 * * *", "Europe/Berlin").ToPath("/x"), "Schedule 's': both 'CRON_TZ=Asia/Tokyo 0 2 * * *' and TimeZone name a time zone: name it once." },

        // Schedules: destinations.
        { "no destination", static infra => infra.Schedule("s", "0 2 * * *"), "Schedule 's' goes nowhere: say where its messages go with To, ToPath, ToUrl or ToUrlGroup." },
        { "two destinations", static infra => infra.Schedule("s", "0 2 * * *").ToPath("/x").ToPath("/y"), "Schedule 's' has more than one destination: a schedule has one; to reach several, send to a URL group." },
        { "handler without a route", static infra => infra.Schedule("s", "0 2 * * *").To<Unrouted>(), "Schedule 's': no route of MistakeTests.Unrouted is known: put [QStashRoute(\"/...\")] on it, or name its path." },
        { "route with a parameter", static infra => infra.Schedule("s", "0 2 * * *").To<Parametrised>(), "Schedule 's': the route '/orders/{id}' of MistakeTests.Parametrised has a parameter, and a message needs one exact URL: name its path." },
        { "route that catches all", static infra => infra.Schedule("s", "0 2 * * *").To<CatchAll>(), "Schedule 's': the route '{*rest}' of MistakeTests.CatchAll has a parameter, and a message needs one exact URL: name its path." },
        { "no such method", static infra => infra.Schedule("s", "0 2 * * *").To<Unrouted>("Close"), "Schedule 's': MistakeTests.Unrouted has no method 'Close'." },
        { "path without a slash", static infra => infra.Schedule("s", "0 2 * * *").ToPath("close-day"), "Schedule 's': the path 'close-day' must start with a slash, as in /orders." },
        { "path with a parameter", static infra => infra.Schedule("s", "0 2 * * *").ToPath("/orders/{id}"), "Schedule 's': the path '/orders/{id}' has a route parameter: write the path exactly as QStash shall call it." },
        { "path with a space", static infra => infra.Schedule("s", "0 2 * * *").ToPath("/close day"), "Schedule 's': the path '/close day' contains a space or a control character; percent-encode it." },
        { "relative URL", static infra => infra.Schedule("s", "0 2 * * *").ToUrl("audit.example.com/in"), "Schedule 's': the URL 'audit.example.com/in' must start with http:// or https://. A URL group is not a URL: name it with UrlGroup." },
        { "query that QStash takes", static infra => infra.Schedule("s", "0 2 * * *").ToUrl("https://audit.example.com/in?upstash-retries=1"), "Schedule 's': Destination: QStash would take the query parameter 'upstash-retries' for itself instead of delivering it. Set the option through PublishOptions, or rename the parameter." },
        { "group nobody declares", static infra => infra.Schedule("s", "0 2 * * *").ToUrlGroup(new UrlGroup("receipts")), "Schedule 's' goes to the URL group 'receipts', which the app does not declare: declare it with infra.UrlGroup or [QStashUrlGroup], or make it Shared if another app does." },

        // Schedules: options.
        { "negative delay", static infra => infra.Schedule("s", "0 2 * * *").ToPath("/x").Delay(-s_minute), "Schedule 's': Delay: it is -00:01:00, but must be at least 0 s." },
        { "delay over the limit", static infra => infra.Schedule("s", "0 2 * * *").ToPath("/x").Delay(TimeSpan.FromDays(400)), "Schedule 's': Delay: it is 400d, but QStash delays a message by at most 365d." },
        { "timeout below a second", static infra => infra.Schedule("s", "0 2 * * *").ToPath("/x").Timeout(TimeSpan.Zero), "Schedule 's': Timeout: it is 00:00:00, but must be at least 1 s." },
        { "negative retries", static infra => infra.Schedule("s", "0 2 * * *").ToPath("/x").Retries(-1), "Schedule 's': Retries: it must be 0 or more." },
        { "retry delay", static infra => infra.Schedule("s", "0 2 * * *").ToPath("/x").RetryDelay("1000 *"), "Schedule 's': RetryDelay: '1000 *' is not an expression: position 7: expected a number, 'retried', a function or '(', but found the end." },
        { "label with a comma", static infra => infra.Schedule("s", "0 2 * * *").ToPath("/x").Label("a,b"), "Schedule 's': Labels: 'a,b' must be printable ASCII without commas and without white space around it." },
        { "reserved label", static infra => infra.Schedule("s", "0 2 * * *").ToPath("/x").Label("report", "qss-owner=blog.prod"), "Schedule 's': Labels: 'qss-owner=blog.prod' starts with 'qss-', which marks what is declared in code: choose another." },
        { "method", static infra => infra.Schedule("s", "0 2 * * *").ToPath("/x").Method(HttpMethod.Head), "Schedule 's': Method: 'HEAD' is not one of GET, POST, PUT, PATCH and DELETE." },
        { "content type", static infra => infra.Schedule("s", "0 2 * * *").ToPath("/x").ContentType("json"), "Schedule 's': ContentType: 'json' is not a content type, such as application/json." },
        { "header of QStash", static infra => infra.Schedule("s", "0 2 * * *").ToPath("/x").Header("Upstash-Delay", "5s"), "Schedule 's': Headers: 'Upstash-Delay' belongs to QStash: use the typed option, or put it into RawHeaders." },
        { "flow control without limits", static infra => infra.Schedule("s", "0 2 * * *").ToPath("/x").FlowControl("books", new FlowControlValue()), "Schedule 's': FlowControl.Limits: it needs a Parallelism or a Rate." },
        { "flow control without a key", static infra => infra.Schedule("s", "0 2 * * *").ToPath("/x").FlowControl(" ", new FlowControlValue { Rate = 1 }), "Schedule 's': FlowControl.Key: it must be printable ASCII without white space around it, at least one character." },
        { "redacted header", static infra => infra.Schedule("s", "0 2 * * *").ToPath("/x").Redact(new Redaction { Headers = ["a b"] }), "Schedule 's': Redact.Headers: 'a b' is not a header name." },
        { "callback", static infra => infra.Schedule("s", "0 2 * * *").ToPath("/x").Callback("reports"), "Schedule 's': Callback 'reports' must start with / for a path below the base URL, or with http:// or https://." },
        { "callback's retries", static infra => infra.Schedule("s", "0 2 * * *").ToPath("/x").FailureCallback(new CallbackOptions("/failed") { Retries = -2 }), "Schedule 's': FailureCallback.Retries: it must be 0 or more." },
        { "delayed callback with a queue", static infra => infra.Schedule("s", "0 2 * * *").ToPath("/x").Queue("q").Callback(new CallbackOptions("/done") { Delay = s_minute }), "Schedule 's': Callback.Delay: QStash refuses delayed callbacks of messages that go through a queue." },
        { "body that is no JSON", static infra => infra.Schedule("s", "0 2 * * *").ToPath("/x").Body(new Circle()), "Schedule 's': the body cannot be written as JSON: No till. Pass the type's metadata, as in Body(value, ShopJson.Default.CloseDay), or the bytes." },

        // URL groups.
        { "group without endpoints", static infra => infra.UrlGroup(new UrlGroup("g")), "URL group 'g' has no endpoint, so that its messages would go nowhere: add one with Endpoint, or put [QStashUrlGroup(\"g\")] on a handler." },
        { "endpoint without a route", static infra => infra.UrlGroup(new UrlGroup("g")).Endpoint<Unrouted>(), "URL group 'g': no route of MistakeTests.Unrouted is known: put [QStashRoute(\"/...\")] on it, or name its path." },
        { "endpoint that is no URL", static infra => infra.UrlGroup(new UrlGroup("g")).Endpoint("/receipts"), "URL group 'g': the endpoint '/receipts' must start with http:// or https://. A path below the base URL goes to EndpointPath." },
        { "group's options of one message", static infra => infra.UrlGroup(new UrlGroup("g")).EndpointPath("/x").Defaults(new PublishOptions { DeduplicationId = "1" }), "URL group 'g': DeduplicationId and NotBefore belong to a single message: leave them out of the group's defaults." },
        { "group's options", static infra => infra.UrlGroup(new UrlGroup("g")).EndpointPath("/x").Defaults(new PublishOptions { Retries = -1 }), "URL group 'g': defaults: Retries: it must be 0 or more." },
        { "shared name of the scope", static infra => infra.UrlGroup(new UrlGroup("shop.prod.g") { Shared = true }).EndpointPath("/x"), "URL group 'shop.prod.g': a shared name must not start with 'shop.prod.', as this app's own names do." },

        // Queues and pins.
        { "queue's parallelism", static infra => infra.Queue("q").Parallelism(0), "Queue 'q': Parallelism: it is 0, but must be 1 or more." },
        { "pin of nothing", static infra => infra.Pin("k"), "The pin of flow-control key 'k' pins nothing: give it a Parallelism or a Rate." },
        { "pinned parallelism", static infra => infra.Pin("k").Parallelism(0), "The pin of flow-control key 'k': Parallelism must be at least 1." },
        { "pinned rate", static infra => infra.Pin("k").Rate(0, s_minute), "The pin of flow-control key 'k': Rate must be at least 1." },
        { "pinned period", static infra => infra.Pin("k").Rate(1, TimeSpan.FromDays(8)), "The pin of flow-control key 'k': Period must be 1 second to 7 days, in whole seconds." },
        { "pinned key of the scope", static infra => infra.Pin("shop.prod.k").Rate(1, s_minute), "The pin of flow-control key 'shop.prod.k': leave out 'shop.prod.', which is added by itself: 'k'." },
        { "pinned key", static infra => infra.Pin("schlüssel").Rate(1, s_minute), "The pin of flow-control key 'schlüssel': FlowControl.Key: it must be printable ASCII without white space around it, at least one character." },
    };

    [Theory]
    [MemberData(nameof(Situations))]
    public void Mistake_SaysWhatIsWrongAndWhatToDo(string situation, Action<InfraBuilder> declare, string message)
    {
        Assert.NotEmpty(situation);
        Assert.Equal([message], Declared.Mistakes(declare));
    }

    [Fact]
    public void AllMistakes_AreToldTogether() =>
        Assert.Equal(
            [
                "Schedule 'a b': '61 * * * *' is not a cron expression: position 1: the minute is out of range: expected 0 to 59.",
                "Schedule 'a b': the path 'x' must start with a slash, as in /orders.",
                "Schedule 'a b': 'a b' is no name: use letters, digits, '_', '.' and '-' only, at least one.",
                "Schedule 'a b': Timeout: it is 00:00:00, but must be at least 1 s.",
                "Schedule 'a b': Retries: it must be 0 or more.",
                "Schedule 'a b': Callback.Timeout: it is 00:00:00, but must be at least 1 s.",
                "Schedule 'a b': Callback.Retries: it must be 0 or more.",
                "Schedule 'a b': Labels: 'l,m' must be printable ASCII without commas and without white space around it.",
            ],
            Declared.Mistakes(static infra => infra.Schedule("a b", "61 * * * *").ToPath("x").Retries(-1).Timeout(TimeSpan.Zero).Label("l,m").Callback(new CallbackOptions("/c") { Retries = -1, Timeout = TimeSpan.Zero })));

    [Fact]
    public void Duplicates_NameThePlaceOfTheFirst()
    {
        int start = Line();
        string[] mistakes = Declared.Mistakes(static infra =>
        {
            infra.Schedule("s", "0 2 * * *").ToPath("/x");
            infra.Schedule("s", "0 3 * * *").ToPath("/x");
            infra.UrlGroup(new UrlGroup("g")).EndpointPath("/x", "one").EndpointPath("/x", "two").EndpointPath("/y", "one");
            infra.UrlGroup(new UrlGroup("g")).Defaults(new()).Defaults(new());
            infra.UrlGroup(new UrlGroup("g") { Shared = true }).EndpointPath("/x");
            infra.Queue("q").Parallelism(1);
            infra.Queue("q").Parallelism(2);
            infra.Queue(new Queue("r") { Shared = true });
            infra.Queue("r");
            infra.Pin("k").Parallelism(1);
            infra.Pin("k").Parallelism(2);
        });

        Assert.Equal(
            [
                "A schedule 's' is already declared at #1: each schedule needs a name of its own.",
                "URL group 'g' already goes to https://shop.example.com/x, declared at #3: QStash keeps one endpoint a URL.",
                "URL group 'g' already has an endpoint named 'one', declared at #3: QStash keeps one endpoint a name, so give one of them another.",
                "URL group 'g': its defaults are already declared at #4: declare them once.",
                "URL group 'g' is declared, not alike in Shared, at #3 too: decide on one of the two everywhere.",
                "Queue 'q' is declared with other values at #6 too: declare it once.",
                "Queue 'r' is declared with other values at #8 too: declare it once.",
                "The flow-control key 'k' is declared with other values at #10 too: pin it once.",
            ],
            mistakes.Select(mistake => Place().Replace(mistake, place => $"#{int.Parse(place.Groups[1].Value, null) - start - 2}")));
    }

    [Fact]
    public void SameDeclarationTwice_IsNoMistake()
    {
        InfraModel model = Declared.Model(static infra =>
        {
            infra.Queue("q").Parallelism(2);
            infra.Queue("q").Parallelism(2);
            infra.Pin("k").Parallelism(1);
            infra.Pin("k").Parallelism(1);
        });

        Assert.Single(model.Queues);
        Assert.Single(model.Pins);
    }

    [Theory]
    [InlineData("shop.example.com", "The base URL 'shop.example.com' must start with http:// or https:// and have no query: give the one under which QStash reaches the app, such as https://shop.example.com.")]
    [InlineData("", "The base URL '' must start with http:// or https:// and have no query: give the one under which QStash reaches the app, such as https://shop.example.com.")]
    [InlineData("https://shop.example.com?key=secret", "The base URL 'https://shop.example.com?...' must start with http:// or https:// and have no query: give the one under which QStash reaches the app, such as https://shop.example.com.")]
    public void BaseUrl_ThatIsNone_IsAMistake(string baseUrl, string message) =>
        Assert.Equal([message], Declared.Mistakes(static infra => infra.Schedule("s", "0 2 * * *").ToPath("/x").Callback("/y"), Declared.Production with { BaseUrl = baseUrl }));

    private static int Line([System.Runtime.CompilerServices.CallerLineNumber] int line = 0) => line;

    [GeneratedRegex(@"\S*MistakeTests\.cs:(\d+) \(ShopInfra\)")]
    private static partial Regex Place();

    internal sealed class Unrouted;

    [QStashRoute("/orders/{id}")]
    internal sealed class Parametrised;

    [QStashRoute("{*rest}")]
    internal sealed class CatchAll;

    private sealed class Circle
    {
        public string Till => throw new InvalidOperationException("No till.");
    }
}
