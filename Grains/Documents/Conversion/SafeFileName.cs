using System.Text;

namespace Balie.Grains.Documents.Conversion;

/// <summary>File names as people gave them, made fit to show, to store and to offer for download.</summary>
public static class SafeFileName
{
    private const int MaxLength = 100;
    private static readonly char[] Edges = [' ', '.', '-'];
    private static readonly HashSet<string> Devices = new(StringComparer.OrdinalIgnoreCase) { "con", "prn", "aux", "nul" };

    /// <summary>
    /// The name without folders, control characters, characters that some system refuses, or marks that turn the reading direction ("gpj.exe"
    /// shown as "exe.jpg"); at most 100 characters; never empty; with the extension of what the file really is.
    /// </summary>
    public static string Clean(string? name, DocumentKind kind)
    {
        var last = (name ?? "").Split('/', '\\')[^1];
        var stem = new StringBuilder(last.Length);
        foreach (var rune in last.EnumerateRunes())
            if (Keep(rune)) stem.Append(rune);
        var text = Collapse(WithoutExtension(stem.ToString().Normalize(NormalizationForm.FormC))).Trim(Edges);
        if (text.Length > MaxLength) text = Cut(text).TrimEnd(Edges);
        if (text.Length == 0 || Devices.Contains(text.Split('.')[0])) text = "document";
        return text + kind.Extension();
    }

    private static bool Keep(Rune rune) =>
        rune != Rune.ReplacementChar && !"<>:\"|?*".Contains((char)Math.Min(rune.Value, char.MaxValue))
        && Rune.GetUnicodeCategory(rune) is not (System.Globalization.UnicodeCategory.Control or System.Globalization.UnicodeCategory.Format
            or System.Globalization.UnicodeCategory.PrivateUse or System.Globalization.UnicodeCategory.OtherNotAssigned
            or System.Globalization.UnicodeCategory.LineSeparator or System.Globalization.UnicodeCategory.ParagraphSeparator);

    private static string WithoutExtension(string name)
    {
        var dot = name.LastIndexOf('.');
        return dot >= 0 && name.Length - dot - 1 is >= 1 and <= 5 && name[(dot + 1)..].All(char.IsAsciiLetterOrDigit) ? name[..dot] : name;
    }

    private static string Collapse(string name) => string.Join(' ', name.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private static string Cut(string text) => char.IsHighSurrogate(text[MaxLength - 1]) ? text[..(MaxLength - 1)] : text[..MaxLength];
}
