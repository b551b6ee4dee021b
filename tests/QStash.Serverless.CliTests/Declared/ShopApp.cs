using QStash.Serverless.CliTests.Source;

namespace QStash.Serverless.CliTests.Declared;

/// <summary>An app that declares infrastructure, compiled once. What it declares depends on the environment it is asked for.</summary>
internal static class ShopApp
{
    private const string Source = """
        using System;
        using QStash.Serverless;
        using QStash.Serverless.Infra;

        public sealed class ShopInfra : IQStashInfra
        {
            public void Declare(InfraBuilder infra)
            {
                switch (infra.Scope.Env)
                {
                    case "empty":
                        return;
                    case "bad-cron":
                        infra.Schedule("close-day", "61 2 * * *").ToPath("/close-day");
                        return;
                    case "bad-zone":
                        infra.Schedule("close-day", "0 2 * * *", "Nowhere/City").ToPath("/close-day");
                        return;
                    case "twice":
                        infra.Schedule("close-day", "0 2 * * *").ToPath("/close-day");
                        infra.Schedule("close-day", "0 3 * * *").ToPath("/close-day");
                        return;
                    case "bad-name":
                        infra.Schedule("close day", "0 2 * * *").ToPath("/close-day");
                        return;
                    case "long-delay":
                        infra.Schedule("close-day", "0 2 * * *").ToPath("/close-day").Delay(TimeSpan.FromDays(400));
                        return;
                    case "bad-expression":
                        infra.Schedule("close-day", "0 2 * * *").ToPath("/close-day").RetryDelay("1 +");
                        return;
                    case "no-destination":
                        infra.Schedule("close-day", "0 2 * * *");
                        return;
                    case "no-endpoint":
                        infra.UrlGroup(new("receipts"));
                        return;
                    case "bad-url":
                        infra.Schedule("close-day", "0 2 * * *").ToUrl("shop.example.com");
                        return;
                    case "throws":
                        throw new InvalidOperationException("the catalogue is not there");
                    case "several":
                        infra.Schedule("a", "0 2 * *").ToPath("/a");
                        infra.Queue("b").Parallelism(0);
                        return;
                    case "chatty":
                        Console.WriteLine("declaring now");
                        break;
                    case "many":
                        for (int i = 0; i < 200; i++)
                        {
                            infra.Schedule("s" + i, "0 2 * * *").ToPath("/s");
                        }

                        return;
                }

                infra.Queue("orders").Parallelism(2);
                infra.UrlGroup(new("receipts")).EndpointPath("/receipts", "receipts").Endpoint("https://audit.example.com/in", "audit");
                infra.Schedule("close-day", "0 2 * * *", "Europe/Berlin").ToPath("/close-day").Body("{\"region\":\"EU\"}").Retries(5);
                infra.Schedule("remind", "*/5 * * * *").ToUrlGroup(new("receipts")).Paused();
                if (infra.Scope.Env == "wide")
                {
                    for (int i = 0; i < 6; i++)
                    {
                        infra.Schedule("extra" + i, "0 4 * * *").ToPath("/extra");
                    }
                }
            }
        }
        """;

    private static readonly Lazy<string> s_dll = new(static () => CompiledApp.Make(Path.Combine(AppContext.BaseDirectory, "shop-app"), "Shop", Source));

    /// <summary>The app's file.</summary>
    public static string Dll => s_dll.Value;
}
