using System.Globalization;
using QStash.Serverless.Cli.Demo.Orders;
using Spectre.Console;

namespace QStash.Serverless.Cli.Demo;

/// <summary>The demo's last word: what was seen of everything, and what the file had promised.</summary>
internal static class ClosingTable
{
    public static Table Of(IReadOnlyList<PlacedOrder> orders, Observations seen, bool isTerminal)
    {
        Table table = new() { Border = isTerminal ? TableBorder.Simple : TableBorder.None };
        table.AddColumn(new TableColumn("").PadRight(2));
        foreach (string column in new[] { "published", "delivered", "retried", "dead-lettered", "refused" })
        {
            table.AddColumn(new TableColumn(column).RightAligned().PadRight(2));
        }

        Tally expected = Tally.Expected(orders);
        Tally observed = Tally.Observed(seen);
        foreach ((string label, Tally line) in Tally.Lines(orders, seen))
        {
            table.AddRow([new Text(label), .. Numbers(line).Select(static n => new Text(n == 0 ? "" : Number(n)))]);
        }

        table.AddEmptyRow();
        table.AddRow([new Text("total", Part.Strong), .. Numbers(observed).Zip(Numbers(expected), static (n, promised) => new Text(Number(n), n == promised ? Part.Good : Part.Bad))]);
        table.AddRow([new Text("expected", Part.Faint), .. Numbers(expected).Select(static n => new Text(Number(n), Part.Faint))]);
        return table;
    }

    private static int[] Numbers(Tally tally) => [tally.Published, tally.Delivered, tally.Retried, tally.DeadLettered, tally.Refused];

    private static string Number(int n) => n.ToString(CultureInfo.InvariantCulture);
}
