using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Balie.Grains.Interfaces.Platform;

namespace Balie.Grains.Documents.Conversion;

/// <summary>A place to sign. Page is 1-based; the rest is in PDF points (1/72 inch) from the lower left corner of the page.</summary>
public sealed record SignatureBox(string Name, int Page, double X, double Y, double Width, double Height);

/// <summary>
/// Finds the places to sign in a PDF made of a report template. The template marks the upper left corner of each box with a bookmark, which
/// LibreOffice writes as a named destination (ISO 32000-2 12.3.2.4): nothing on the page, nothing a screen reader speaks, and nothing that text
/// in the report can imitate.
/// </summary>
public static partial class SignatureBoxes
{
    /// <summary>Bookmark of the citizen's box.</summary>
    public const string Citizen = "handtekening-burger";

    /// <summary>Bookmark of the civil servant's box.</summary>
    public const string Officer = "handtekening-medewerker";

    // The boxes of the templates are 8.4 cm by 90 pt; a margin keeps the drawn frame visible around a signature.
    private const double BoxWidth = 8.4 / 2.54 * 72;
    private const double BoxHeight = 90;
    private const double Margin = 3;

    /// <summary>The two boxes, the citizen's first.</summary>
    /// <exception cref="BalieException"><c>report.no-signature-box</c>: the PDF lacks one of them. <c>office.unavailable</c>: pdfinfo (poppler-utils) does not run.</exception>
    public static async Task<IReadOnlyList<SignatureBox>> LocateAsync(ReadOnlyMemory<byte> pdf, CancellationToken ct = default)
    {
        var found = Parse(await DestinationsAsync(pdf, ct));
        string[] names = [Citizen, Officer];
        var missing = names.Where(name => found.All(box => box.Name != name)).ToArray();
        if (missing.Length > 0)
            throw new BalieException(BalieError.Invalid("report.no-signature-box", $"Het verslag heeft geen plaats om te tekenen: {string.Join(", ", missing)}."));
        return [.. names.Select(name => found.First(box => box.Name == name))];
    }

    private static List<SignatureBox> Parse(string listing) =>
    [
        .. from Match line in Destination().Matches(listing)
           let top = Number(line, "top")
           select new SignatureBox(line.Groups["name"].Value, int.Parse(line.Groups["page"].Value, CultureInfo.InvariantCulture),
               Number(line, "left") + Margin, top - BoxHeight + Margin, BoxWidth - 2 * Margin, BoxHeight - 2 * Margin),
    ];

    private static double Number(Match match, string group) => double.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);

    private static async Task<string> DestinationsAsync(ReadOnlyMemory<byte> pdf, CancellationToken ct)
    {
        var folder = Directory.CreateTempSubdirectory("balie-pdf-"); // mode 0700
        try
        {
            var file = Path.Combine(folder.FullName, "in.pdf");
            await File.WriteAllBytesAsync(file, pdf, ct);
            return await RunAsync(new ProcessStartInfo("pdfinfo", ["-dests", file]), ct);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<string> RunAsync(ProcessStartInfo start, CancellationToken ct)
    {
        start.RedirectStandardOutput = start.RedirectStandardError = true;
        using var process = StartOrRefuse(start);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(TimeSpan.FromSeconds(10));
        try
        {
            var errors = process.StandardError.ReadToEndAsync(limit.Token);
            var output = await process.StandardOutput.ReadToEndAsync(limit.Token);
            await errors;
            await process.WaitForExitAsync(limit.Token);
            return output;
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw Unavailable();
        }
        finally
        {
            if (!process.HasExited) process.Kill();
        }
    }

    private static Process StartOrRefuse(ProcessStartInfo start)
    {
        try { return Process.Start(start)!; }
        catch (System.ComponentModel.Win32Exception) { throw Unavailable(); }
    }

    private static BalieException Unavailable() =>
        new(BalieError.Unavailable("office.unavailable", "Het verslag kan nu niet worden klaargezet om te tekenen. Probeer het over een minuut opnieuw."));

    [GeneratedRegex("""^\s*(?<page>\d+)\s+\[\s*XYZ\s+(?<left>-?[\d.]+)\s+(?<top>-?[\d.]+)\s+\S+\s*\]\s+"(?<name>[^"]+)"\s*$""", RegexOptions.Multiline)]
    private static partial Regex Destination();
}
