using QStash.Serverless.Client;
using QStash.Serverless.DevServerTests.Infra;
using QStash.Serverless.Infra;

namespace QStash.Serverless.DevServerTests.Docs;

/// <summary>Runs what docs/infra-plan.md shows.</summary>
public sealed class InfraPlanPageTests : InfraTest
{
    [Fact]
    public async Task FromCode_PlansAndApplies()
    {
        InfraModel model = Model(Schedule("close-day"));
        QStashClient client = Client;

        InfraState state = await InfraState.ReadAsync(client);
        InfraPlan plan = InfraPlan.Of(model, state, new PlanOptions { Prune = true });
        Console.WriteLine(InfraPlanText.Human(plan));
        InfraReport report = await InfraApply.ApplyAsync(client, plan);
        Console.WriteLine(InfraReportText.Human(report));

        Assert.True(report.IsComplete);
        Assert.Equal(["schedules shop.prod.close-day"], (await AccountAsync()).Keys);
    }
}
