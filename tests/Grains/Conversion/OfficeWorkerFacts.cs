using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Balie.Grains.Documents.Conversion;
using Balie.Grains.Interfaces.Platform;
using Balie.Unit.Tests.Documents;
using Microsoft.Extensions.Logging.Abstractions;

namespace Balie.Grains.Tests.Conversion;

public sealed class OfficeWorkerFacts : IAsyncLifetime
{
    private const string Program = "soffice";
    private readonly string _folder;
    private readonly List<OfficeWorker> _workers = [];

    public OfficeWorkerFacts()
    {
        _folder = Directory.CreateTempSubdirectory("balie-paper-").FullName;
        // The program runs as another user when the tests run as root: that user must be able to pass.
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(_folder, File.GetUnixFileMode(_folder) | UnixFileMode.OtherExecute);
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        foreach (var worker in _workers) await worker.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData("hoorzitting", 3)]
    [InlineData("verslag", 3)]
    [InlineData("hoorzitting", 40)]
    public async Task A_report_becomes_a_tagged_archival_pdf_with_two_places_to_sign_on_its_last_page(string template, int sections)
    {
        var pdf = await Worker().ConvertToPdfAAsync(ReportTemplate.Fill(ReportTemplate.Load(template), ReportSamples.Hearing(sections)), TestContext.Current.CancellationToken);
        var file = Save(pdf, $"{template}-{sections}.pdf");

        var text = Encoding.Latin1.GetString(pdf);
        text.ShouldContain("<pdfaid:part>2</pdfaid:part>");
        text.ShouldContain("<pdfaid:conformance>B</pdfaid:conformance>");
        text.ShouldContain("/Lang(nl-BE)");
        (await Tools.RunAsync("qpdf", "--check", file)).Code.ShouldBe(0);

        var fonts = (await Tools.RunAsync("pdffonts", file)).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(2).ToList();
        fonts.ShouldNotBeEmpty();
        fonts.ShouldAllBe(line => line.Contains("Liberation") && line.Contains(" yes yes yes "));

        var info = (await Tools.RunAsync("pdfinfo", file)).Output;
        info.ShouldContain("Tagged:          yes");
        var structure = (await Tools.RunAsync("pdfinfo", "-struct", file)).Output;
        foreach (var tag in new[] { "H1", "H2", "Table", "TH", "TD", "P" }) structure.ShouldContain(tag);

        var pages = int.Parse(info.Split('\n').Single(l => l.StartsWith("Pages:", StringComparison.Ordinal))[6..], System.Globalization.CultureInfo.InvariantCulture);
        var boxes = await SignatureBoxes.LocateAsync(pdf, TestContext.Current.CancellationToken);
        boxes.Select(b => b.Name).ShouldBe([SignatureBoxes.Citizen, SignatureBoxes.Officer]);
        boxes.ShouldAllBe(b => b.Page == pages && b.Width > 220 && b.Height > 80 && b.X > 50 && b.X + b.Width < 545 && b.Y > 60 && b.Y + b.Height < 780);
        boxes[1].X.ShouldBeGreaterThan(boxes[0].X + boxes[0].Width);
        (await IsWhiteAsync(file, boxes)).ShouldBeTrue();
    }

    [Fact]
    public async Task The_places_to_sign_stay_together_with_their_heading_wherever_the_page_ends()
    {
        var worker = Worker();
        for (var lines = 14; lines < 34; lines += 2)
        {
            var values = ReportSamples.Hearing(1, string.Join('\n', Enumerable.Range(1, lines).Select(n => $"Regel {n}.")));
            var pdf = await worker.ConvertToPdfAAsync(ReportTemplate.Fill(ReportTemplate.Load("verslag"), values), TestContext.Current.CancellationToken);
            var boxes = await SignatureBoxes.LocateAsync(pdf, TestContext.Current.CancellationToken);
            boxes[0].Page.ShouldBe(boxes[1].Page);
            var page = boxes[0].Page.ToString(System.Globalization.CultureInfo.InvariantCulture);
            var text = (await Tools.RunAsync("pdftotext", "-f", page, "-l", page, Save(pdf, "lines.pdf"), "-")).Output;
            text.ShouldContain("Handtekeningen");
            text.ShouldContain("Handtekening burger");
        }
    }

    [Fact]
    public async Task Text_that_looks_like_markup_stands_in_the_report_as_it_was_typed()
    {
        var values = ReportSamples.Hearing(1, "Zij zei: <b>\"5 < 6 & 7\"</b> {{titel}}");
        var pdf = await Worker().ConvertToPdfAAsync(ReportTemplate.Fill(ReportTemplate.Load("verslag"), values), TestContext.Current.CancellationToken);
        (await Tools.RunAsync("pdftotext", Save(pdf, "markup.pdf"), "-")).Output.ShouldContain("<b>\"5 < 6 & 7\"</b> {{titel}}");
    }

    [Fact]
    public async Task One_resident_serves_all_conversions_one_after_the_other()
    {
        var worker = Worker();
        worker.ResidentPid.ShouldBeNull();
        var pdfs = await Task.WhenAll(Enumerable.Range(0, 5).Select(n => worker.ConvertToPdfAAsync(Simple($"nummer {n}"), TestContext.Current.CancellationToken)));
        var pid = worker.ResidentPid.ShouldNotBeNull();
        await worker.ConvertToPdfAAsync(Simple("nog een"), TestContext.Current.CancellationToken);
        worker.ResidentPid.ShouldBe(pid);
        for (var n = 0; n < pdfs.Length; n++)
            (await Tools.RunAsync("pdftotext", Save(pdfs[n], $"{n}.pdf"), "-")).Output.ShouldContain($"nummer {n}");
    }

    [Fact]
    public async Task The_resident_has_no_rights_and_no_network()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "only root can give rights away");
        var worker = Worker();
        await worker.ConvertToPdfAAsync(Simple("x"), TestContext.Current.CancellationToken);
        var status = File.ReadAllLines($"/proc/{worker.ResidentPid}/status");
        status.ShouldContain("Uid:\t65534\t65534\t65534\t65534");
        status.ShouldContain("CapEff:\t0000000000000000");
        status.ShouldContain("NoNewPrivs:\t1");
        if ((await Tools.RunAsync("unshare", "-n", "true")).Code != 0) return; // this machine forbids it: then Balie goes without, as documented
        new FileInfo($"/proc/{worker.ResidentPid}/ns/net").LinkTarget.ShouldNotBe(new FileInfo("/proc/self/ns/net").LinkTarget);
    }

    [Fact]
    public async Task A_resident_that_hangs_is_replaced_and_the_conversion_succeeds()
    {
        var worker = Worker(TimeSpan.FromSeconds(12));
        await worker.ConvertToPdfAAsync(Simple("eerst"), TestContext.Current.CancellationToken);
        var hung = worker.ResidentPid.ShouldNotBeNull();
        foreach (var pid in Tools.Mentioning(_folder)) (await Tools.RunAsync("kill", "-STOP", $"{pid}")).Code.ShouldBe(0);
        var pdf = await worker.ConvertToPdfAAsync(Simple("daarna"), TestContext.Current.CancellationToken);
        (await Tools.RunAsync("pdftotext", Save(pdf, "after.pdf"), "-")).Output.ShouldContain("daarna");
        worker.ResidentPid.ShouldNotBe(hung);
        await Tools.UntilAsync(() => !Tools.Mentioning(_folder).Contains(hung));
    }

    [Fact]
    public async Task A_resident_that_was_killed_is_replaced()
    {
        var worker = Worker();
        await worker.ConvertToPdfAAsync(Simple("eerst"), TestContext.Current.CancellationToken);
        foreach (var pid in Tools.Mentioning(_folder)) Process.GetProcessById(pid).Kill();
        (await worker.ConvertToPdfAAsync(Simple("daarna"), TestContext.Current.CancellationToken)).Length.ShouldBeGreaterThan(1000);
    }

    [Fact]
    public async Task Stopping_leaves_no_process_and_nothing_on_disk()
    {
        var worker = Worker();
        await worker.ConvertToPdfAAsync(Simple("x"), TestContext.Current.CancellationToken);
        Tools.Mentioning(_folder).ShouldNotBeEmpty();
        using var record = JsonDocument.Parse(File.ReadAllText(Path.Combine(_folder, "office", "office.run")));
        var socket = record.RootElement.GetProperty("Socket").GetString()!;
        File.Exists(socket).ShouldBeTrue();
        await worker.StopAsync(TestContext.Current.CancellationToken);
        File.Exists(socket).ShouldBeFalse();
        await Tools.UntilAsync(() => Tools.Mentioning(_folder).Count == 0);
        Directory.EnumerateFileSystemEntries(Path.Combine(_folder, "office")).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_a_killed_Balie_left_behind_is_ended_at_the_next_start()
    {
        var crashed = Worker();
        await crashed.ConvertToPdfAAsync(Simple("x"), TestContext.Current.CancellationToken);
        var left = Tools.Mentioning(_folder);
        var next = Worker();
        await next.StartAsync(TestContext.Current.CancellationToken);
        await Tools.UntilAsync(() => !Tools.Mentioning(_folder).Intersect(left).Any());
        next.ResidentPid.ShouldBeNull();
        (await next.ConvertToPdfAAsync(Simple("y"), TestContext.Current.CancellationToken)).Length.ShouldBeGreaterThan(1000);
    }

    [Fact]
    public async Task Without_the_program_the_error_says_what_to_do() =>
        (await Should.ThrowAsync<BalieException>(() => Worker(program: "no-such-office").ConvertToPdfAAsync(Simple("x"), TestContext.Current.CancellationToken)))
            .Error.Code.ShouldBe("office.unavailable");

    [Theory]
    [InlineData("zomaar tekst")]
    [InlineData("<html/>")]
    [InlineData("<office:document xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" office:mimetype=\"application/vnd.oasis.opendocument.text\">")]
    public async Task What_is_no_flat_odt_is_refused(string content) =>
        (await Should.ThrowAsync<BalieException>(() => Worker().ConvertToPdfAAsync(Encoding.UTF8.GetBytes(content), TestContext.Current.CancellationToken)))
            .Error.Code.ShouldBe("document.broken");

    private OfficeWorker Worker(TimeSpan? timeout = null, string program = Program)
    {
        var options = new OfficeOptions { Folder = Path.Combine(_folder, "office"), Program = program, Timeout = timeout ?? TimeSpan.FromSeconds(60) };
        var worker = new OfficeWorker(options, TimeProvider.System, NullLogger<OfficeWorker>.Instance);
        _workers.Add(worker);
        return worker;
    }

    private string Save(byte[] pdf, string name)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllBytes(path, pdf);
        return path;
    }

    /// <summary>Nothing is printed within the boxes yet: not a letter, not the frame.</summary>
    private async Task<bool> IsWhiteAsync(string file, IReadOnlyList<SignatureBox> boxes)
    {
        foreach (var box in boxes)
        {
            using var picture = await Pages.RenderAsync(file, box.Page, 72, _folder);
            for (var x = (int)box.X + 1; x < box.X + box.Width - 1; x++)
                for (var y = (int)(picture.Height - box.Y - box.Height) + 1; y < picture.Height - box.Y - 1; y++)
                    if (picture.GetPixel(x, y) is not { Red: > 250, Green: > 250, Blue: > 250 }) return false;
        }

        return true;
    }

    private static byte[] Simple(string text) => ReportTemplate.Fill(
        """<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.3" office:mimetype="application/vnd.oasis.opendocument.text"><office:body><office:text><text:p>{{tekst}}</text:p></office:text></office:body></office:document>""",
        new ReportValues().With("tekst", text));
}
