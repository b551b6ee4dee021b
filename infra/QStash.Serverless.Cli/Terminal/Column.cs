using Spectre.Console;

namespace QStash.Serverless.Cli;

/// <summary>A column of a table.</summary>
/// <param name="Heading">Its name.</param>
/// <param name="Cell">The text of an item, made fit for a terminal.</param>
/// <param name="IsNumber">Whether it stands at the right.</param>
internal sealed record Column<T>(string Heading, Func<T, Part> Cell, bool IsNumber = false)
{
    private const int WidestCell = 200;

    public static Table Table(IEnumerable<T> items, IReadOnlyList<Column<T>> columns, bool isTerminal)
    {
        Table table = new() { Border = isTerminal ? TableBorder.Simple : TableBorder.None };
        foreach (Column<T> column in columns)
        {
            TableColumn heading = new TableColumn(new Text(column.Heading, Part.Strong)).PadLeft(0).PadRight(2);
            // What names a line goes into the next command: it is never broken, however narrow the terminal is.
            heading.NoWrap = !isTerminal || column == columns[0];
            table.AddColumn(column.IsNumber ? heading.RightAligned() : heading);
        }

        foreach (T item in items)
        {
            table.AddRow(columns.Select(column => column.Cell(item)).Select(static cell => new Text(OneLine.Of(cell.Text, WidestCell), cell.Style)));
        }

        return table;
    }
}
