using Balie.Pades.Tests;

[assembly: AssemblyFixture(typeof(Corpus))]

namespace Balie.Pades.Tests;

/// <summary>
/// Files by real producers, made once for all tests: LibreOffice (PDF/A-2b with tags), Chromium, and qpdf's shapes of both.
/// With BALIE_PADES_KEEP naming an empty folder, they and the signed files stay there to be looked at.
/// </summary>
public sealed class Corpus : IAsyncLifetime
{
    public const string Sentence = "Verslag van het gesprek over een boete";

    public static readonly string[] Names =
        ["libreoffice-pdfa", "libreoffice-linearised", "libreoffice-object-streams", "chromium", "chromium-object-streams", "chromium-linearised-object-streams", "chromium-classic"];

    readonly string folder = KeptFolder() ?? Directory.CreateTempSubdirectory("balie-pades-").FullName;

    static readonly string Page = $"""
        <!doctype html><html lang="nl"><head><meta charset="utf-8"><title>Verslag</title></head><body>
        <h1>Verslag</h1><p>{Sentence}.</p><p><a name="handtekening-burger"></a>Gelezen.</p><ul><li>Eerste punt: identiteit bevestigd.</li><li>Tweede punt: uitstel gevraagd.</li></ul>
        <p style="page-break-before: always">Tweede bladzijde met <a href="https://zonnedaal.example/">een verwijzing</a>.</p></body></html>
        """;

    static string? KeptFolder() => Environment.GetEnvironmentVariable("BALIE_PADES_KEEP") is { Length: > 0 } kept ? Directory.CreateDirectory(kept).FullName : null;

    public string Folder => folder;

    public byte[] Read(string name) => File.ReadAllBytes(Path.Combine(folder, name + ".pdf"));

    public string Keep(string name, byte[] pdf)
    {
        var path = Path.Combine(folder, name + ".pdf");
        File.WriteAllBytes(path, pdf);
        return path;
    }

    public async ValueTask InitializeAsync()
    {
        var html = Path.Combine(folder, "verslag.html");
        await File.WriteAllTextAsync(html, Page);
        await Task.WhenAll(LibreOffice(html), Chromium(html));
        await Qpdf("libreoffice-pdfa", "libreoffice-linearised", "--linearize");
        await Qpdf("libreoffice-pdfa", "libreoffice-object-streams", "--object-streams=generate");
        await Qpdf("chromium", "chromium-object-streams", "--object-streams=generate");
        await Qpdf("chromium", "chromium-linearised-object-streams", "--linearize", "--object-streams=generate");
        await Qpdf("chromium", "chromium-classic", "--object-streams=disable", "--newline-before-endstream");
    }

    async Task LibreOffice(string html)
    {
        const string filter = """pdf:writer_web_pdf_Export:{"SelectPdfVersion":{"type":"long","value":"2"},"UseTaggedPDF":{"type":"boolean","value":"true"},"ExportBookmarksToPDFDestination":{"type":"boolean","value":"true"}}""";
        await Tool.Succeed("soffice", "--headless", $"-env:UserInstallation=file://{folder}/profile", "--convert-to", filter, "--outdir", folder, html);
        File.Move(Path.Combine(folder, "verslag.pdf"), Path.Combine(folder, "libreoffice-pdfa.pdf"));
    }

    Task Chromium(string html) => Tool.Succeed("chromium", "--headless", "--no-sandbox", "--disable-gpu", $"--user-data-dir={folder}/chromium",
        $"--print-to-pdf={folder}/chromium.pdf", "file://" + html);

    async Task Qpdf(string from, string to, params string[] options)
    {
        string[] arguments = [Path.Combine(folder, from + ".pdf"), .. options, Path.Combine(folder, to + ".pdf")];
        await Tool.Succeed("qpdf", arguments);
    }

    public ValueTask DisposeAsync()
    {
        if (KeptFolder() is null) Directory.Delete(folder, recursive: true);
        return ValueTask.CompletedTask;
    }
}
