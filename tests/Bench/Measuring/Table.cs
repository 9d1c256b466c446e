using System.Globalization;

namespace Balie.Bench;

/// <summary>Rows for people.</summary>
internal static class Table
{
    public static void Print(IReadOnlyList<Row> rows)
    {
        if (rows.Count == 0) return;
        var cells = rows.Select(r => new[] { r.Name, $"{Number(r.Value)} {r.Unit}", r.Floor is { } floor ? $"{Number(floor)} {r.FloorName}" : "-", r.Judged, r.Target, r.Met ? "met" : "MISSED" }).ToList();
        cells.Insert(0, ["row", "value", "floor", "ratio", "target", ""]);
        var widths = Enumerable.Range(0, cells[0].Length).Select(c => cells.Max(row => row[c].Length)).ToArray();
        foreach (var row in cells) Console.WriteLine("  " + string.Join("  ", row.Select((cell, c) => cell.PadRight(widths[c]))).TrimEnd());
        foreach (var row in rows.DistinctBy(r => r.Conditions)) Console.WriteLine($"  - {row.Name}: {row.Conditions}");
        foreach (var row in rows.Where(r => !r.Met)) Console.WriteLine($"  ! {row.Name}: {row.Reason ?? "no reason was given"}");
    }

    private static string Number(double value) => value.ToString(Math.Abs(value) >= 100 ? "N0" : "0.###", CultureInfo.InvariantCulture);
}
