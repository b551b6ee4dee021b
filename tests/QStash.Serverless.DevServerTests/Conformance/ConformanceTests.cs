using QStash.Serverless.DevServerTests.Conformance.Rows;
using Xunit.Abstractions;

namespace QStash.Serverless.DevServerTests.Conformance;

/// <summary>The protocol reference as a table: a test each for what the local QStash does, and the list of what it does not.</summary>
public sealed class ConformanceTests(ITestOutputHelper output)
{
    private static readonly Row[] Table =
    [
        .. AccessRows.All, .. RoutingRows.All, .. PublishRows.All, .. BatchRows.All, .. MessageRows.All, .. FilterRows.All, .. LogRows.All, .. DlqRows.All,
        .. QueueRows.All, .. UrlGroupRows.All, .. ScheduleRows.All, .. KeyRows.All, .. FlowControlRows.All, .. HeaderRows.All, .. GrammarRows.All,
        .. DeliveryRows.All, .. SignatureRows.All, .. CallbackRows.All, .. RetryRows.All, .. StateRows.All, .. VersionOneRows.All,
    ];

    public static TheoryData<string> Covered => [.. Table.Where(row => row.Show is not null).Select(row => row.ToString())];

    [Theory]
    [MemberData(nameof(Covered))]
    public async Task Row_IsAsTheReferenceSays(string row)
    {
        Row found = Table.Single(r => r.ToString() == row);
        Bench bench = new(found.With);
        await bench.InitializeAsync();
        try
        {
            await found.Show!(bench);
        }
        finally
        {
            await bench.DisposeAsync();
        }
    }

    /// <summary>A row that is given up must be given up here, with its reason.</summary>
    [Fact]
    public void RowsThatAreNotCovered_AreThese()
    {
        Row[] uncovered = [.. Table.Where(row => row.Show is null)];
        output.WriteLine($"{Table.Length - uncovered.Length} of {Table.Length} rows of the protocol reference are covered. Not covered:");
        foreach (Row row in uncovered)
        {
            output.WriteLine($"{row.Section} {row.What}: {row.NotCovered}");
        }

        Assert.Equal(Table.Length, Table.Select(row => row.ToString()).Distinct().Count());
        Assert.Equal(
            [
                "1.3 a destination that no name server resolves is refused when it is published",
                "1.4 the limits of the old chat endpoint",
                "10.1 the port 8080 and the ready line of the official program",
                "2.13 the built-in destination api/llm",
                "2.13 the chat endpoint /llm/v1/chat/completions",
                "2.14 the workflow routes",
            ],
            uncovered.Select(row => row.ToString()));
    }
}
