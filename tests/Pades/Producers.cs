using SkiaSharp;

namespace Balie.Pades.Tests;

/// <summary>
/// Files by whatever else makes PDF here, each by the real program: made once, for the tests that sign them all. Peers that come as packages lie in
/// tests/Peers.
/// </summary>
public sealed class Producers(Corpus corpus) : IAsyncLifetime
{
    /// <summary>Programs that make files of their own; the name is the file's.</summary>
    public static readonly string[] Programs =
        ["libreoffice", "chromium", "ghostscript", "qpdf", "cairo", "poppler", "img2pdf", "mupdf", "skia", "pdf-lib", "libpdf", "itext5", "pdfbox2", "reportlab", "groff", "tex"];

    /// <summary>Shapes of the same, counted apart.</summary>
    public static readonly string[] Shapes =
        ["libreoffice-linearised", "libreoffice-object-streams", "chromium-linearised-object-streams", "chromium-classic", "itext5-object-streams", "qpdf-2.0", "ghostscript-1.4", "mupdf-clean", "history"];

    static readonly string Peers = Path.Combine(Repository(), "tests", "Peers");

    string Folder => Path.Combine(corpus.Folder, "producers");

    public byte[] Read(string name) => File.ReadAllBytes(At(name));

    string At(string name) => Path.Combine(Folder, name + ".pdf");

    static string Repository()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Balie.sln"))) folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The tests run from a checkout.");
        return folder;
    }

    public async ValueTask InitializeAsync()
    {
        Directory.CreateDirectory(Folder);
        foreach (var (from, to) in new[] { ("libreoffice-pdfa", "libreoffice"), ("chromium", "chromium"), ("libreoffice-linearised", "libreoffice-linearised"),
            ("libreoffice-object-streams", "libreoffice-object-streams"), ("chromium-linearised-object-streams", "chromium-linearised-object-streams"), ("chromium-classic", "chromium-classic") })
            File.Copy(Path.Combine(corpus.Folder, from + ".pdf"), At(to));
        await Task.WhenAll(Java(), Node(), SmallPrograms());
    }

    static Task Java(string folder, string source) => Tool.Succeed("java", "-XX:TieredStopAtLevel=1", "-cp", "/usr/share/java/itext5.jar:/usr/share/java/pdfbox2.jar:/usr/share/java/fontbox2.jar:/usr/share/java/commons-logging.jar",
        Path.Combine(Peers, source), folder);

    Task Java() => Java(Folder, "Produce.java");

    async Task Node()
    {
        if (!Directory.Exists(Path.Combine(Peers, "node_modules"))) throw new DirectoryNotFoundException("The packages of tests/Peers are not there; tests/run fetches them.");
        await Tool.Succeed("node", Path.Combine(Peers, "produce.mjs"), Folder);
    }

    async Task SmallPrograms()
    {
        await Tool.Succeed("/usr/bin/python3", Path.Combine(Peers, "produce.py"), Folder);
        await Ghostscript("ghostscript", "-dCompatibilityLevel=1.7");
        await Ghostscript("ghostscript-1.4", "-dCompatibilityLevel=1.4");
        await Tool.Succeed("qpdf", At("chromium"), "--pages", At("libreoffice"), "1", At("chromium"), "1", "--", At("qpdf"));
        await Tool.Succeed("qpdf", "--force-version=2.0", "--object-streams=generate", At("chromium"), At("qpdf-2.0"));
        await Tool.Succeed("pdftocairo", "-pdf", At("chromium"), At("cairo"));
        await Tool.Succeed("pdfunite", At("chromium"), At("ghostscript"), At("poppler"));
        await Tool.Succeed("pdftoppm", "-r", "100", "-png", "-f", "1", "-l", "1", "-singlefile", At("chromium"), Path.Combine(Folder, "scan"));
        await Tool.Succeed("img2pdf", "--pagesize", "A4", Path.Combine(Folder, "scan.png"), "-o", At("img2pdf"));
        await MuPdf();
        await Groff();
        await Tex();
        Skia();
        File.WriteAllBytes(At("history"), TinyPdf.Append(TinyPdf.Append(Big(), (4, TinyPdf.Content)), (4, "<</Length 5>>\nstream\nq Q q\nendstream")));
    }

    static byte[] Big() => TinyPdf.Write([TinyPdf.Catalog, TinyPdf.Pages, "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R>>", TinyPdf.Content]);

    async Task Ghostscript(string name, string level)
    {
        var script = Path.Combine(Folder, name + ".ps");
        await File.WriteAllTextAsync(script, "%!PS\n/Helvetica findfont 12 scalefont setfont 60 700 moveto (Verslag van het gesprek over een boete.) show showpage\n60 700 moveto (Tweede.) show showpage\n");
        await Tool.Succeed("gs", "-q", "-dBATCH", "-dNOPAUSE", "-dSAFER", "-sDEVICE=pdfwrite", "-sPAPERSIZE=a4", level, $"-sOutputFile={At(name)}", script);
    }

    async Task MuPdf()
    {
        var page = Path.Combine(Folder, "mupdf.txt");
        await File.WriteAllTextAsync(page, "%%MediaBox 0 0 595 842\n%%Font F1 Helvetica\nBT /F1 12 Tf 60 700 Td (Verslag van het gesprek over een boete.) Tj ET\n");
        await Tool.Succeed("mutool", "create", "-o", At("mupdf"), page);
        await Tool.Succeed("mutool", "clean", "-gggz", At("libreoffice"), At("mupdf-clean"));
    }

    async Task Groff()
    {
        var source = Path.Combine(Folder, "groff.ms");
        await File.WriteAllTextAsync(source, ".LP\nVerslag van het gesprek over een boete.\n.bp\nTweede bladzijde.\n");
        await Tool.Succeed("bash", "-c", $"groff -Tpdf -P-pa4 -ms '{source}' > '{At("groff")}'");
    }

    async Task Tex()
    {
        var source = Path.Combine(Folder, "tex.tex");
        await File.WriteAllTextAsync(source, """
            \documentclass[a4paper]{article}
            \begin{document}
            \section{Verslag} Verslag van het gesprek over een boete: $\sum_{i=1}^{3} 50 = 150$ euro.
            \newpage Tweede bladzijde.
            \end{document}
            """);
        await Tool.Succeed("pdflatex", "-interaction=batchmode", "-halt-on-error", $"-output-directory={Folder}", source);
    }

    void Skia()
    {
        using var file = new SKFileWStream(At("skia"));
        using var document = SKDocument.CreatePdf(file);
        using var paint = new SKPaint();
        using var font = new SKFont(SKTypeface.Default, 12);
        for (var page = 1; page <= 2; page++)
        {
            using var canvas = document.BeginPage(595, 842);
            canvas.DrawText($"Verslag van het gesprek over een boete, bladzijde {page}.", 60, 140, font, paint);
            document.EndPage();
        }
        document.Close();
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
