using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace Balie.Pades.Tests.Verdicts;

/// <summary>Increments that no writer would make: objects in object streams, tables that lie, trailers that hide.</summary>
internal static class Increments
{
    /// <summary>The next revision keeps its objects in an object stream, behind a cross-reference stream.</summary>
    public static byte[] Packed(byte[] pdf, params (int Number, string Body)[] objects)
    {
        var (directory, bodies) = (new StringBuilder(), new StringBuilder());
        foreach (var (number, body) in objects)
        {
            directory.Append(CultureInfo.InvariantCulture, $"{number} {bodies.Length} ");
            bodies.Append(body).Append(' ');
        }
        var inside = Compressed(Encoding.Latin1.GetBytes(directory.ToString() + bodies));
        var text = new StringBuilder(Encoding.Latin1.GetString(pdf));
        var container = text.Length;
        text.Append(CultureInfo.InvariantCulture, $"900 0 obj\n<</Type/ObjStm/N {objects.Length}/First {directory.Length}/Filter/FlateDecode/Length {inside.Length}>>\nstream\n");
        text.Append(Encoding.Latin1.GetString(inside)).Append("\nendstream\nendobj\n");
        var table = text.Length;
        byte[] rows = [.. objects.SelectMany((_, i) => Row(2, 900, i)), .. Row(1, container, 0), .. Row(1, table, 0)];
        var index = string.Concat(objects.Select(one => string.Create(CultureInfo.InvariantCulture, $"{one.Number} 1 ")));
        text.Append(CultureInfo.InvariantCulture, $"901 0 obj\n<</Type/XRef/W[1 4 2]/Index[{index}900 2]/Size 1000/Root 1 0 R/Info 12 0 R/Prev {Start(pdf)}/Length {rows.Length}>>\nstream\n");
        text.Append(Encoding.Latin1.GetString(rows)).Append(CultureInfo.InvariantCulture, $"\nendstream\nendobj\nstartxref\n{table}\n%%EOF\n");
        return Encoding.Latin1.GetBytes(text.ToString());
    }

    /// <summary>An increment by hand: what goes before the table, the table itself, and what the trailer says.</summary>
    /// <param name="parts">Given the offset at which the increment starts.</param>
    public static byte[] Raw(byte[] pdf, Func<int, (string Body, string Table, string Trailer)> parts)
    {
        var (body, table, trailer) = parts(pdf.Length);
        var text = Encoding.Latin1.GetString(pdf) + body;
        var start = text.Length.ToString(CultureInfo.InvariantCulture);
        return Encoding.Latin1.GetBytes($"{text}{table}trailer\n<</Root 1 0 R/Info 12 0 R{trailer.Replace("@", start, StringComparison.Ordinal)}>>\nstartxref\n{start}\n%%EOF\n");
    }

    public static string Start(byte[] pdf)
    {
        var text = Encoding.Latin1.GetString(pdf);
        return text[(text.LastIndexOf("startxref", StringComparison.Ordinal) + 9)..].Trim().Split('\n')[0];
    }

    public static byte[] Row(byte kind, int place, int detail) => [kind, (byte)(place >> 24), (byte)(place >> 16), (byte)(place >> 8), (byte)place, (byte)(detail >> 8), (byte)detail];

    static byte[] Compressed(byte[] data)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true)) zlib.Write(data);
        return packed.ToArray();
    }
}
