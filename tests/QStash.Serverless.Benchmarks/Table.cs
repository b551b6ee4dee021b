using System.Globalization;

namespace QStash.Serverless.Benchmarks;

/// <summary>Prints the rows, aligned.</summary>
internal static class Table
{
    internal static void Print(TextWriter output, IReadOnlyList<Measurement> measured)
    {
        List<string[]> rows = [["what", "floor", "us/op", "floor us", "ratio", "bound", "B/op", "bound", ""]];
        rows.AddRange(measured.Select(static row => new[]
        {
            row.Comparison.Name,
            row.Comparison.FloorName,
            Number(row.SubjectMicroseconds, "F2"),
            Number(row.FloorMicroseconds, "F2"),
            Number(row.Ratio, "F3"),
            Number(row.Comparison.MaxRatio, "F2"),
            Number(row.Bytes, "F0"),
            Number(row.Comparison.MaxBytes, "F0"),
            row.Comparison is { MaxRatio: null, MaxBytes: null } ? "" : row.Holds ? "ok" : "OVER",
        }));
        int[] widths = [.. Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length))];
        foreach (string[] row in rows)
        {
            output.WriteLine(string.Join("  ", row.Select((cell, column) => column < 2 ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column]))).TrimEnd());
        }

        int over = measured.Count(static row => !row.Holds);
        output.WriteLine(over == 0 ? "Every bound holds." : $"{over} bounds are broken.");
    }

    private static string Number(double? value, string format) => value?.ToString(format, CultureInfo.InvariantCulture) ?? "-";
}
