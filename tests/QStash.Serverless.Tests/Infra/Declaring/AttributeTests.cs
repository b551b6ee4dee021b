using Microsoft.Azure.Functions.Worker;
using QStash.Serverless.AzureFunctions;
using QStash.Serverless.Client;
using QStash.Serverless.Infra;

namespace QStash.Serverless.Tests.Infra.Declaring;

/// <summary>Declarations by attribute, as users write them; the lines of this file are in no expectation.</summary>
public sealed class AttributeTests
{
    [Fact]
    public void Schedule_OnAHandler_SaysEverythingItsPropertiesSay()
    {
        DeclaredSchedule schedule = Assert.Single(Declared.Model<FullHandler>().Schedules);

        Assert.Equal("shop.prod.full", schedule.ScheduleId);
        Assert.Equal("CRON_TZ=Europe/Berlin 0 2 * * *", schedule.Cron.Text);
        Assert.Equal("https://shop.example.com/full", schedule.Message.Destination.Value);
        Assert.Equal("shop.prod.orders", schedule.Message.Queue?.ToString());
        Assert.Equal("{}", System.Text.Encoding.UTF8.GetString(schedule.Message.Encode(new QStashJson()).Body.Span));
        PublishOptions options = schedule.Message.Options;
        Assert.Equal("application/vnd.shop+json", options.ContentType);
        Assert.Equal(HttpMethod.Put, options.Method);
        Assert.Equal(0, options.Retries);
        Assert.Equal("1000 * retried", options.RetryDelay?.Text);
        Assert.Equal(TimeSpan.FromMinutes(90), options.Delay);
        Assert.Equal(TimeSpan.FromSeconds(30), options.Timeout);
        Assert.Equal("shop.prod.books", options.FlowControl?.Key);
        Assert.Equal("parallelism=3, rate=5, period=1m", options.FlowControl?.Limits.ToString());
        Assert.Equal(["night", "books"], options.Labels);
        Assert.Equal("https://shop.example.com/reports", options.Callback?.Url);
        Assert.Equal("https://audit.example.com/in", options.FailureCallback?.Url);
        Assert.Equal("AttributeTests.FullHandler", schedule.At.Member);
        Assert.EndsWith("AttributeTests.cs", schedule.At.File, StringComparison.Ordinal);
        Assert.True(schedule.At.Line > 0);
    }

    [Fact]
    public void Schedule_WithNothingButATime_SetsNoOption()
    {
        DeclaredSchedule schedule = Assert.Single(Declared.Model<PlainHandler>().Schedules);

        Assert.Equivalent(new PublishOptions(), schedule.Message.Options, strict: true);
        Assert.Equal("0 2 * * *", schedule.Cron.Text);
        Assert.Null(schedule.Message.Queue);
        Assert.True(schedule.Message.Encode(new QStashJson()).Body.IsEmpty);
    }

    [Fact]
    public void Function_IsReachedBelowThePrefix_ByItsRouteOrElseByItsName()
    {
        InfraModel model = Declared.Model<Functions>();

        Assert.Equal(["https://shop.example.com/api/days/close", "https://shop.example.com/api/clean-up"], model.Schedules.Select(static schedule => schedule.Message.Destination.Value));
        DeclaredUrlGroup group = Assert.Single(model.UrlGroups);
        Assert.Equal(
            [new UrlGroupEndpoint("https://shop.example.com/api/days/close", "close-day"), new("https://shop.example.com/own", "Own"), new("https://shop.example.com/named", "by hand")],
            group.Endpoints);
    }

    [Theory]
    [InlineData("", "https://shop.example.com/clean-up")]
    [InlineData("/jobs/", "https://shop.example.com/jobs/clean-up")]
    [InlineData("v1/jobs", "https://shop.example.com/v1/jobs/clean-up")]
    public void Prefix_IsTakenWithOrWithoutSlashes(string prefix, string url) =>
        Assert.Equal(url, Declared.Model<OneFunction>(Declared.Production with { RoutePrefix = prefix }).Schedules[0].Message.Destination.Value);

    [Fact]
    public void Class_WithOneFunction_MeansThatFunction()
    {
        InfraModel model = Declared.Model(static infra =>
        {
            infra.Schedule("one", "0 2 * * *").To<OneFunction>();
            infra.Schedule("named", "0 2 * * *").To<Functions>(nameof(Functions.CloseDay));
            infra.Schedule("static", "0 2 * * *").To(typeof(StaticFunctions));
            infra.UrlGroup(new UrlGroup("g")).Endpoint<OneFunction>().Endpoint<Functions>(nameof(Functions.CloseDay), "mine").Endpoint(typeof(StaticFunctions), nameof(StaticFunctions.Sweep));
        });

        Assert.Equal(
            ["https://shop.example.com/api/clean-up", "https://shop.example.com/api/days/close", "https://shop.example.com/api/sweep"],
            model.Schedules.Select(static schedule => schedule.Message.Destination.Value));
        Assert.Equal(["clean-up", "mine", "sweep"], model.UrlGroups[0].Endpoints.Select(static endpoint => endpoint.Name));
    }

    [Fact]
    public void Route_WithoutASlashOrOutsideAscii_IsMadeAUrl() =>
        Assert.Equal("https://shop.example.com/t%C3%A4glich/auf%20r%C3%A4umen", Declared.Model<UmlautHandler>().Schedules[0].Message.Destination.Value);

    [Fact]
    public void SourceRoot_ShortensPlaces()
    {
        // A build for CI is deterministic and knows no machine's paths: the place reads the same.
        string root = Repository.Root + Path.DirectorySeparatorChar;
        Assert.Equal(
            Path.Combine("tests", "QStash.Serverless.Tests", "Infra", "Declaring", "AttributeTests.cs"),
            Declared.Model<PlainHandler>(Declared.Production with { SourceRoot = root }).Schedules[0].At.File);
    }

    [Fact]
    public void EveryMistakeOfAnAttribute_IsToldWithItsMember()
    {
        IReadOnlyList<InfraMistake> mistakes = Declared.Mistakes<WrongHandler>();

        Assert.All(mistakes, static mistake => Assert.Equal("AttributeTests.WrongHandler", mistake.At?.Member));
        Assert.Equal(
            [
                "Schedule 'bad': '0 2 * *' is not a cron expression: position 8: expected the weekday: '*', a number from 0 to 7, a name from SUN to SAT, but found the end.",
                "Schedule 'bad': Path says '/elsewhere', but the route of AttributeTests.WrongHandler is already stated: remove Path.",
                "Schedule 'bad': Method 'G ET': The format of the HTTP method is invalid.",
                "Schedule 'bad': RetryDelay: 'tomorrow' is not an expression: position 1: unknown name 'tomorrow': the only variable is 'retried'.",
                "Schedule 'bad': Delay '10x': Not a duration: position 3: expected one of the units d, h, m, s (from large to small, each once), but found 'x'.",
                "Schedule 'bad': Timeout '5m1h': Not a duration: position 4: expected one of the units s (from large to small, each once), but found 'h'.",
                "Schedule 'bad': Queue 'my queue': 'my queue' is not a QStash name: use letters, digits, '_', '.' and '-' only, at least one.",
                "Schedule 'bad': FlowControl 'parallelism=0': Not a flow-control value: pair 1: parallelism must be a whole number, 1 to 2147483647.",
                "Schedule 'bad': Callback 'reports' must start with / for a path below the base URL, or with http:// or https://.",
                "Schedule 'bad': Retries: it must be 0 or more.",
                "Schedule 'half': FlowControlKey and FlowControl belong together: set both, as in FlowControlKey = \"shop\", FlowControl = \"parallelism=3\".",
                "URL group 'my group': 'my group' is no name: use letters, digits, '_', '.' and '-' only, at least one.",
            ],
            mistakes.Select(static mistake => mistake.Message));
    }

    [Fact]
    public void FunctionsThatCannotBeMeant_AreMistakes() =>
        Assert.Equal(
            [
                "Schedule 'class': AttributeTests.WrongFunctions has several routes (Note, Keyed, Nameless): name the method that is meant.",
                "Schedule 'route': the route 'orders/{id}/notes' of AttributeTests.WrongFunctions.Note has a parameter, and a message needs one exact URL: name its path.",
                "Schedule 'key': AttributeTests.WrongFunctions.Keyed asks for a function key, which QStash would have to call with: leave AuthLevel out, since the signature is the authentication, or name the URL with its ?code=.",
                "Schedule 'nameless': AttributeTests.WrongFunctions.Nameless has a [QStashTrigger] but no [Function(\"...\")] to be a function by.",
                "Schedule 'no-route': no route of AttributeTests.WrongFunctions.Plain is known: put [QStashRoute(\"/...\")] on it, or name its path.",
            ],
            Declared.Mistakes<WrongFunctions>().Select(static mistake => mistake.Message));

    [QStashRoute("/full")]
    [QStashSchedule("full", "0 2 * * *", TimeZone = "Europe/Berlin", Body = "{}", ContentType = "application/vnd.shop+json", Method = "PUT", Retries = 0,
        RetryDelay = "1000 * retried", Delay = "1h30m", Timeout = "30s", Queue = "orders", FlowControlKey = "books", FlowControl = "parallelism=3, rate=5, period=1m",
        Label = "night, books", Callback = "/reports", FailureCallback = "https://audit.example.com/in")]
    internal sealed class FullHandler;

    [QStashSchedule("plain", "0 2 * * *", Path = "/plain")]
    internal sealed class PlainHandler;

    [QStashSchedule("umlaut", "0 2 * * *"), QStashRoute("täglich/auf räumen")]
    internal sealed class UmlautHandler;

    [QStashRoute("/wrong")]
    [QStashSchedule("bad", "0 2 * *", Path = "/elsewhere", Method = "G ET", RetryDelay = "tomorrow", Delay = "10x", Timeout = "5m1h", Queue = "my queue", Retries = -2,
        FlowControlKey = "k", FlowControl = "parallelism=0", Callback = "reports")]
    [QStashSchedule("half", "0 2 * * *", FlowControlKey = "k")]
    [QStashUrlGroup("my group")]
    internal sealed class WrongHandler;

    internal sealed class Functions
    {
        [Function("close-day"), QStashSchedule("close-day", "0 2 * * *"), QStashUrlGroup("days")]
        public void CloseDay([QStashTrigger("days/close")] QStashDelivery delivery) => _ = delivery;

        [Function("clean-up"), QStashSchedule("clean-up", "0 3 * * *")]
        public void CleanUp([QStashTrigger] string body) => _ = body;

        [QStashRoute("/own"), QStashUrlGroup("days")]
        public void Own() => _ = this;

        [QStashUrlGroup("days", Path = "/named", Endpoint = "by hand")]
        public void Named() => _ = this;
    }

    internal sealed class OneFunction
    {
        [Function("clean-up"), QStashSchedule("clean-up", "0 3 * * *")]
        public void CleanUp([QStashTrigger] string body) => _ = body;
    }

    internal static class StaticFunctions
    {
        [Function("sweep")]
        public static void Sweep([QStashTrigger] string body) => _ = body;
    }

    [QStashSchedule("class", "0 2 * * *")]
    internal sealed class WrongFunctions
    {
        [Function("note"), QStashSchedule("route", "0 2 * * *")]
        public void Note([QStashTrigger("orders/{id}/notes")] string note) => _ = note;

        [Function("keyed"), QStashSchedule("key", "0 2 * * *")]
        public void Keyed([QStashTrigger(AuthLevel = AuthorizationLevel.Function)] string body) => _ = body;

        [QStashSchedule("nameless", "0 2 * * *")]
        public void Nameless([QStashTrigger] string body) => _ = body;

        [QStashSchedule("no-route", "0 2 * * *")]
        public void Plain() => _ = this;
    }
}
