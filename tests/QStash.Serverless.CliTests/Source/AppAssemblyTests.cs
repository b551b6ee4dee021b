using System.Runtime.CompilerServices;
using QStash.Serverless.Cli.Source;
using QStash.Serverless.Infra;

namespace QStash.Serverless.CliTests.Source;

public sealed class AppAssemblyTests : IDisposable
{
    private static readonly ResourceScope s_scope = new("shop", "prod");

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void FunctionApp_IsReadWithoutRunningAnythingOfIt()
    {
        string dll = Compile("Shop", """
            using System.Runtime.CompilerServices;
            using Microsoft.Azure.Functions.Worker;
            using QStash.Serverless;
            using QStash.Serverless.AzureFunctions;

            static class Program
            {
                static void Main() => Trace.Ran("Main");
            }

            static class Trace
            {
                [ModuleInitializer]
                internal static void Initialize() => Ran("module initializer");

                internal static void Ran(string what) => System.AppContext.SetData("FunctionApp_ran", what);
            }

            public class Orders
            {
                static readonly int s_started = Start();
                static Orders() => Trace.Ran("static constructor");
                static int Start() { Trace.Ran("static field"); return 1; }

                [Function("close-day")]
                [QStashSchedule("close-day", "0 2 * * *", TimeZone = "Europe/Berlin", Retries = 5)]
                public void CloseDay([QStashTrigger("days/close")] QStashDelivery delivery) => Trace.Ran("function");

                [Function("receipts")]
                [QStashUrlGroup("receipts")]
                public void Receipts([QStashTrigger] string receipt) { }
            }
            """);
        File.WriteAllText(Path.Combine(_folder.Path, "host.json"), """{ "version": "2.0", "extensions": { "http": { "routePrefix": "jobs/" } } } // the host allows comments""");

        using AppAssembly app = AppAssembly.Open(dll);
        InfraModel model = Model(app);

        DeclaredSchedule schedule = Assert.Single(model.Schedules);
        Assert.Equal("https://shop.example.com/jobs/days/close", schedule.Message.Destination.Value);
        Assert.Equal("Shop.cs:26 (Orders.CloseDay)", schedule.At.ToString());
        Assert.Equal("https://shop.example.com/jobs/receipts", Assert.Single(Assert.Single(model.UrlGroups).Endpoints).Url);
        Assert.Null(AppContext.GetData("FunctionApp_ran"));
    }

    [Fact]
    public void DeclaringClass_RunsAndNothingElseDoes()
    {
        string dll = Compile("Shop", """
            using QStash.Serverless;
            using QStash.Serverless.AspNetCore;
            using QStash.Serverless.Infra;
            using Microsoft.AspNetCore.Builder;

            static class Program
            {
                static void Main()
                {
                    System.AppContext.SetData("DeclaringClass_ran", "Main");
                    WebApplicationBuilder builder = WebApplication.CreateBuilder();
                    builder.Build().Run();
                }
            }

            [QStashRoute("/close-day")]
            public class CloseDayHandler
            {
                static CloseDayHandler() => System.AppContext.SetData("DeclaringClass_ran", "static constructor");
            }

            class ShopInfra : IQStashInfra
            {
                ShopInfra() { }

                public void Declare(InfraBuilder infra) => infra.Schedule("close-day", "0 2 * * *").To<CloseDayHandler>().Body(new { Region = "EU" });
            }
            """);

        using AppAssembly app = AppAssembly.Open(dll);

        Assert.Equal("https://shop.example.com/close-day", Assert.Single(Model(app).Schedules).Message.Destination.Value);
        Assert.Null(AppContext.GetData("DeclaringClass_ran"));
    }

    [Fact]
    public void LambdaFunction_IsRead()
    {
        string dll = Compile("Shop", """
            using QStash.Serverless;
            using QStash.Serverless.Lambda;

            [QStashRoute("orders"), QStashUrlGroup("orders", Endpoint = "lambda")]
            public class OrderHandler : IQStashHandler<string>
            {
                public System.Threading.Tasks.Task<QStashResult> HandleAsync(QStashDelivery<string> delivery, System.Threading.CancellationToken token) => throw new System.InvalidOperationException("Reading an app calls no handler.");
            }

            static class Program
            {
                static void Main() => QStashLambda.CreateBuilder().Build();
            }
            """);

        using AppAssembly app = AppAssembly.Open(dll);

        Assert.Equal(new Client.UrlGroupEndpoint("https://shop.example.com/orders", "lambda"), Assert.Single(Assert.Single(Model(app).UrlGroups).Endpoints));
    }

    [Fact]
    public void TwoVersionsOfALibrary_AreReadSideBySideWithoutMixingThem()
    {
        string first = Version("1"), second = Version("2");

        using AppAssembly one = AppAssembly.Open(first);
        using AppAssembly two = AppAssembly.Open(second);

        Assert.Equal("shop.prod.of-version-1", Assert.Single(Model(one).Queues).PhysicalName);
        Assert.Equal("shop.prod.of-version-2", Assert.Single(Model(two).Queues).PhysicalName);

        string Version(string version)
        {
            string folder = Path.Combine(_folder.Path, version);
            string library = CompiledApp.Make(folder, "Pricing", $$"""
                [assembly: System.Reflection.AssemblyVersion("{{version}}.0.0.0")]
                public static class Prices { public static string Queue => "of-version-{{version}}"; }
                """);
            return CompiledApp.Make(folder, "Shop", """
                using QStash.Serverless.Infra;

                public class ShopInfra : IQStashInfra
                {
                    public void Declare(InfraBuilder infra) => infra.Queue(Prices.Queue);
                }
                """, library);
        }
    }

    [Fact]
    public void DisposedApp_IsUnloaded()
    {
        string dll = Compile("Shop", """
            [QStash.Serverless.QStashRoute("/orders"), QStash.Serverless.QStashUrlGroup("orders")]
            public class OrderHandler;
            """);

        WeakReference loaded = OpenAndClose(dll);
        for (int i = 0; i < 20 && loaded.IsAlive; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.False(loaded.IsAlive);

        [MethodImpl(MethodImplOptions.NoInlining)]
        static WeakReference OpenAndClose(string dll)
        {
            using AppAssembly app = AppAssembly.Open(dll);
            Assert.Single(app.Read(s_scope, "https://shop.example.com", "").Model!.UrlGroups);
            return new WeakReference(app.Assembly);
        }
    }

    [Fact]
    public void MissingDependency_HidesNothingThatDoesNotStandOnIt()
    {
        string vendor = CompiledApp.Make(Path.Combine(_folder.Path, "vendor"), "Vendor", """
            public class FunctionBase { }
            public class MarkAttribute : System.Attribute { }
            """);
        string dll = Compile("Shop", """
            using QStash.Serverless;
            using QStash.Serverless.Infra;

            public class Function : FunctionBase { }

            [Mark, QStashRoute("/orders"), QStashSchedule("orders", "0 * * * *")]
            public class OrderHandler : FunctionBase { }

            public class ShopInfra : IQStashInfra
            {
                public void Declare(InfraBuilder infra) => infra.Queue("orders");
            }
            """, vendor);

        using AppAssembly app = AppAssembly.Open(dll);
        InfraModel model = Model(app);

        Assert.Single(model.Schedules);
        Assert.Single(model.Queues);
    }

    [Fact]
    public void DeclaringClassThatCannotBeLoaded_IsNamed()
    {
        string vendor = CompiledApp.Make(Path.Combine(_folder.Path, "vendor"), "Vendor", "public class FunctionBase { }");
        string dll = Compile("Shop", """
            using QStash.Serverless.Infra;

            public class ShopInfra : FunctionBase, IQStashInfra
            {
                public void Declare(InfraBuilder infra) => infra.Queue("orders");
            }
            """, vendor);

        using AppAssembly app = AppAssembly.Open(dll);
        InfraReading reading = app.Read(s_scope, "https://shop.example.com", _folder.Path);

        Assert.Null(reading.Model);
        Assert.StartsWith("ShopInfra: ShopInfra cannot be loaded, so what it declares is unknown: ", Assert.Single(reading.Mistakes).ToString(), StringComparison.Ordinal);
        Assert.Contains("Vendor", reading.Mistakes[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void LibrariesOfTheApp_DeclareToo()
    {
        string library = Compile("Handlers", """
            using QStash.Serverless;

            [QStashRoute("/orders"), QStashSchedule("orders", "0 * * * *")]
            public class LibraryHandler { }
            """);
        string dll = Compile("Shop", """
            using QStash.Serverless;
            using QStash.Serverless.Infra;

            public class ShopInfra : IQStashInfra
            {
                public void Declare(InfraBuilder infra) => infra.UrlGroup(new UrlGroup("orders")).Endpoint<LibraryHandler>();
            }
            """, library);

        using AppAssembly app = AppAssembly.Open(dll);
        InfraModel model = Model(app);

        Assert.Equal("shop.prod.orders", Assert.Single(model.Schedules).ScheduleId);
        Assert.Equal("https://shop.example.com/orders", Assert.Single(Assert.Single(model.UrlGroups).Endpoints).Url);
    }

    [Fact]
    public void DeclaringClassesThatCannotBeRun_AreNamed()
    {
        string dll = Compile("Shop", """
            using QStash.Serverless;
            using QStash.Serverless.Infra;

            public class Configured(string tenant) : IQStashInfra
            {
                public void Declare(InfraBuilder infra) => infra.Queue(tenant);
            }

            public class Tenant<T> : IQStashInfra
            {
                public void Declare(InfraBuilder infra) => infra.Queue(typeof(T).Name);
            }

            public class Groups : IQStashInfra
            {
                private static readonly UrlGroup s_receipts = new("my receipts");

                public void Declare(InfraBuilder infra) => infra.UrlGroup(s_receipts);
            }

            public abstract class Base : IQStashInfra
            {
                public abstract void Declare(InfraBuilder infra);
            }

            public class Derived : Base
            {
                public override void Declare(InfraBuilder infra) => infra.Queue("orders").Parallelism(0);
            }
            """);

        using AppAssembly app = AppAssembly.Open(dll);

        Assert.Equal(
            [
                "Configured: Configured is an IQStashInfra without a constructor that takes no parameters, so nothing can make one: give it such a constructor.",
                "Tenant: Tenant is an IQStashInfra with type parameters, and nothing says which types they are: make the class abstract and derive from it, or drop them.",
                "Shop.cs:16 (Groups): Groups.Declare threw ArgumentException: 'my receipts' is not a QStash name: use letters, digits, '_', '.' and '-' only, at least one. (Parameter 'name')",
                "Shop.cs:28 (Derived): Queue 'orders': Parallelism: it is 0, but must be 1 or more.",
            ],
            app.Read(s_scope, "https://shop.example.com", _folder.Path).Mistakes.Select(static mistake => mistake.ToString()));
    }

    [Fact]
    public void LibraryThatCannotBeLoaded_IsNamed()
    {
        string library = Compile("Handlers", "public class OrderHandler { }");
        string dll = Compile("Shop", """[QStash.Serverless.QStashRoute("/orders")] public class Orders : OrderHandler { }""", library);
        File.WriteAllText(library, "no library any more");

        using AppAssembly app = AppAssembly.Open(dll);

        Assert.StartsWith("Handlers cannot be loaded, so what it declares is unknown: ", Assert.Single(app.Read(s_scope, "https://shop.example.com", "").Mistakes).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void DeclareThatThrows_IsToldWithItsLine()
    {
        string dll = Compile("Shop", """
            using QStash.Serverless.Infra;

            public class ShopInfra : IQStashInfra
            {
                public void Declare(InfraBuilder infra)
                {
                    infra.Schedule("close-day", "0 26 * * *").ToPath("/close-day");
                    throw new System.InvalidOperationException("No tenant is configured.");
                }
            }
            """);

        using AppAssembly app = AppAssembly.Open(dll);

        Assert.Equal(
            [
                "Shop.cs:7 (ShopInfra): Schedule 'close-day': '0 26 * * *' is not a cron expression: position 3: the hour is out of range: expected 0 to 23.",
                "Shop.cs:8 (ShopInfra): ShopInfra.Declare threw InvalidOperationException: No tenant is configured.",
            ],
            app.Read(s_scope, "https://shop.example.com", _folder.Path).Mistakes.Select(static mistake => mistake.ToString()));
    }

    [Theory]
    [InlineData("AzureApp")]
    [InlineData("LambdaApp")]
    [InlineData("ReadmeApp")]
    public void ProjectOfARealApp_LeadsToItsNewestBuild(string app)
    {
        using AppAssembly opened = AppAssembly.Open(Path.Combine(Repository.Root, "tests", "QStash.Serverless." + app));

        Assert.Equal($"QStash.Serverless.{app}.dll", Path.GetFileName(opened.File));
        Assert.Empty(opened.Read(s_scope, "https://shop.example.com", Repository.Root).Mistakes);
    }

    private static InfraModel Model(AppAssembly app)
    {
        InfraReading reading = app.Read(s_scope, "https://shop.example.com", Path.GetDirectoryName(app.File)!);
        Assert.Empty(reading.Mistakes);
        return reading.Model!;
    }

    private string Compile(string name, string source, params string[] references) => CompiledApp.Make(_folder.Path, name, source, references);
}
