using System.Text;
using Balie.Grains.Interfaces.Calls;
using Balie.Grains.Interfaces.Documents;
using Balie.Grains.Interfaces.Platform;
using Balie.Grains.Tests.Conversion;
using Balie.Grains.Tests.Platform;
using Balie.Grains.Tests.Signing;
using Microsoft.Extensions.DependencyInjection;
using SkiaSharp;

namespace Balie.Grains.Tests.Documents;

/// <summary>What people hand in, from the bytes to the dossier.</summary>
public sealed class UploadFacts(Database database) : IClassFixture<Database>, IAsyncLifetime
{
    private Counter _counter = null!;
    private Visit _visit = null!;

    public async ValueTask InitializeAsync()
    {
        _counter = await Counter.OpenAsync(database);
        _visit = await _counter.MeetAsync();
    }

    public ValueTask DisposeAsync() => _counter.DisposeAsync();

    private IDocumentIntake Intake => _counter.Cluster.Services.GetRequiredService<IDocumentIntake>();

    [Fact]
    public async Task A_photo_becomes_a_page_that_everybody_in_the_call_can_read()
    {
        var taken = await TakeAsync(Photo(), "../IMG_0001.JPG");
        var document = await Add(taken);

        (document.FileName, document.Pages, document.Kind, document.AddedByName).ShouldBe(("IMG_0001.pdf", 1, "upload", "Gerrit Maes"));
        var stored = await _visit.As<IDossierGrain, StoredDocument>(_visit.An, g => g.Open(new OpenDocument { CommandId = Guid.NewGuid(), Document = document.Id }));
        var file = _counter.Save(await _counter.ReadAsync(_visit, stored.Blob), "photo.pdf");
        (await Tools.RunAsync("qpdf", "--check", file)).Code.ShouldBe(0);
    }

    [Theory]
    [InlineData("encrypted", "document.encrypted")]
    [InlineData("cut", "document.broken")]
    [InlineData("zip", "document.unsupported-type")]
    [InlineData("pdf-and-zip", "document.unsupported-type")]
    [InlineData("zip-and-pdf", "document.unsupported-type")]
    [InlineData("pdf-with-tail", "document.unsupported-type")]
    [InlineData("html", "document.unsupported-type")]
    [InlineData("empty", "document.broken")]
    public async Task What_cannot_be_trusted_is_refused_and_leaves_nothing_behind(string what, string code)
    {
        var bytes = await MakeAsync(what);

        (await Visit.CodeOf(() => TakeAsync(bytes, "brief.pdf"))).ShouldBe(code);

        _counter.Stored(_visit).ShouldBe(0);
    }

    [Fact]
    public async Task A_script_in_an_upload_does_not_reach_the_table()
    {
        var taken = await TakeAsync(await PlainAsync("/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>"), "brief.pdf");

        var stored = Encoding.Latin1.GetString(await _counter.ReadAsync(_visit, taken.Blob));
        (taken.Pages, taken.Signed).ShouldBe((1, false));
        stored.ShouldStartWith("%PDF-1.7");
        stored.ShouldNotContain("app.alert");
    }

    [Fact]
    public async Task A_file_that_is_too_large_is_refused_while_it_comes_in()
    {
        await using var endless = new EndlessPdf();

        (await Visit.CodeOf(() => Intake.TakeInAsync(_visit.Tenant, _visit.Id, "groot.pdf", endless, TestContext.Current.CancellationToken))).ShouldBe("document.too-large");

        endless.Given.ShouldBeLessThan(21 * 1024 * 1024);
        _counter.Stored(_visit).ShouldBe(0);
    }

    [Fact]
    public async Task The_twenty_first_document_is_refused_and_its_bytes_are_deleted()
    {
        var pdf = await PlainAsync();
        for (var n = 0; n < 20; n++) await Add(await TakeAsync(pdf, $"{n}.pdf"));
        var last = await TakeAsync(pdf, "20.pdf");
        _counter.Stored(_visit).ShouldBe(21);

        (await Visit.CodeOf(() => Add(last))).ShouldBe("document.too-many");

        _counter.Stored(_visit).ShouldBe(20);
    }

    [Fact]
    public async Task An_upload_that_is_repeated_after_a_lost_answer_is_one_document_and_one_file()
    {
        var pdf = await PlainAsync();
        var command = new AddDocument { CommandId = Guid.NewGuid(), Document = await TakeAsync(pdf, "brief.pdf") };
        var first = await Add(command);

        var again = await Add(command with { Document = await TakeAsync(pdf, "brief.pdf") });

        again.ShouldBe(first);
        (await _visit.Dossier()).Documents.Length.ShouldBe(1);
        _counter.Stored(_visit).ShouldBe(1);
    }

    [Fact]
    public async Task A_file_under_the_id_of_another_command_is_refused_and_its_bytes_are_deleted()
    {
        var command = new AddDocument { CommandId = Guid.NewGuid(), Document = await TakeAsync(await PlainAsync(), "brief.pdf") };
        await Add(command);

        (await Visit.CodeOf(async () => await Add(command with { Document = await TakeAsync(Photo(), "foto.jpg") }))).ShouldBe("command.reused");

        _counter.Stored(_visit).ShouldBe(1);
    }

    [Fact]
    public async Task A_withdrawn_document_is_gone_from_the_table_and_from_the_store()
    {
        var document = await Add(await TakeAsync(await PlainAsync(), "brief.pdf"));
        (await Visit.CodeOf(() => _visit.As<IDossierGrain>(_visit.An, g => g.Withdraw(new WithdrawDocument { CommandId = Guid.NewGuid(), Document = document.Id }))))
            .ShouldBe("document.not-yours");

        await _visit.As<IDossierGrain>(_visit.Gerrit, g => g.Withdraw(new WithdrawDocument { CommandId = Guid.NewGuid(), Document = document.Id }));

        (await _visit.Dossier()).Documents.ShouldBeEmpty();
        _counter.Stored(_visit).ShouldBe(0);
    }

    [Fact]
    public async Task What_was_withdrawn_when_Balie_was_killed_leaves_the_store_when_the_dossier_opens_again()
    {
        var other = await _counter.MeetAsync();
        var blobs = new[] { await StoreAsync(other, "taken back"), await StoreAsync(other, "stays") };
        await _counter.Cluster.SeedAsync(other.Tenant, other.Id, "dossier", Added("d1", blobs[0]), Added("d2", blobs[1]), new DocumentWithdrawn("d1", "gerrit"));

        (await other.Dossier()).Documents.ShouldHaveSingleItem().Id.ShouldBe("d2");

        _counter.Stored(other).ShouldBe(1);
        (await _counter.ReadAsync(other, blobs[1])).ShouldBe("stays"u8.ToArray());

        DocumentAdded Added(string id, BlobRef blob) => new()
        {
            Document = id, FileName = "brief.pdf", Blob = blob, Pages = 1, OriginalType = "application/pdf", Kind = "upload", Signed = false, By = "gerrit", ByName = "Gerrit Maes", ByParticipant = true,
        };
    }

    private Task<BlobRef> StoreAsync(Visit visit, string text) =>
        _counter.Blobs.WriteAsync(visit.Tenant, visit.Id, new MemoryStream(Encoding.UTF8.GetBytes(text)), TestContext.Current.CancellationToken);

    [Fact]
    public async Task Somebody_who_waits_outside_adds_nothing_opens_nothing_and_turns_no_page()
    {
        var document = await Add(await TakeAsync(await PlainAsync(), "brief.pdf"));
        var outside = _visit.Aisha;

        (await Visit.CodeOf(async () => await Add(new AddDocument { CommandId = Guid.NewGuid(), Document = await TakeAsync(Photo(), "x.jpg") }, outside))).ShouldBe("document.not-in-call");
        (await Visit.CodeOf(() => _visit.As<IDossierGrain, StoredDocument>(outside, g => g.Open(new OpenDocument { CommandId = Guid.NewGuid(), Document = document.Id })))).ShouldBe("document.unknown");
        (await Visit.CodeOf(() => _visit.As<IDossierGrain>(outside, g => g.Show(new ShowPage { CommandId = Guid.NewGuid(), Document = document.Id })))).ShouldBe("document.not-in-call");
        _counter.Stored(_visit).ShouldBe(1);
    }

    [Fact]
    public async Task Who_was_removed_does_not_get_a_document_by_repeating_a_look_of_before()
    {
        var document = await Add(await TakeAsync(await PlainAsync(), "brief.pdf"));
        var look = new OpenDocument { CommandId = Guid.NewGuid(), Document = document.Id };
        await _visit.As<IDossierGrain, StoredDocument>(_visit.Gerrit, g => g.Open(look));

        await _visit.As<ICallRoomGrain>(_visit.An, g => g.Remove(new RemoveParticipant { CommandId = Guid.NewGuid(), Participant = "gerrit" }));

        (await Visit.CodeOf(() => _visit.As<IDossierGrain, StoredDocument>(_visit.Gerrit, g => g.Open(look)))).ShouldBe("document.unknown");
    }

    [Fact]
    public async Task Two_editors_of_one_section_do_not_overwrite_each_other_and_viewers_see_each_version()
    {
        var ear = await _counter.Cluster.ListenAsync(_visit.Tenant, _visit.Id);
        await _visit.Write("feiten", "Eerste.");
        (await Visit.CodeOf(() => _visit.Write("feiten", "Tegelijk."))).ShouldBe("report.stale");
        (await _visit.Write("feiten", "Tweede.", 1)).Version.ShouldBe(2);

        var seen = (DossierView)(await ear.NextAsync(u => u is { Room: "dossier", Version: 2 })).View;

        seen.Report!.Sections[0].Text.ShouldBe("Tweede.");
        seen.For(new Viewer(false, "gerrit")).Report.ShouldBeNull();
        (await database.ScalarAsync<string>($"select string_agg(payload, ' ') from journal_event where stream = 'dossier/{_visit.Id}'"))!.ShouldNotContain("Tweede");
    }

    private Task<TakenDocument> TakeAsync(byte[] bytes, string name) =>
        Intake.TakeInAsync(_visit.Tenant, _visit.Id, name, new MemoryStream(bytes), TestContext.Current.CancellationToken);

    private Task<DocumentView> Add(TakenDocument taken) => Add(new AddDocument { CommandId = Guid.NewGuid(), Document = taken });

    private Task<DocumentView> Add(AddDocument command, Caller? by = null) => _visit.As<IDossierGrain, DocumentView>(by ?? _visit.Gerrit, g => g.Add(command));

    private async Task<byte[]> MakeAsync(string what)
    {
        var zip = Zip();
        return what switch
        {
            "encrypted" => await QpdfAsync("--encrypt", "geheim", "geheim", "256", "--"),
            "cut" => (await PlainAsync())[..200],
            "zip" => zip,
            "pdf-and-zip" => [.. await PlainAsync(), .. zip],
            "zip-and-pdf" => [.. zip, .. await PlainAsync()],
            "pdf-with-tail" => [.. await PlainAsync(), .. "<script>alert(1)</script>"u8],
            "html" => [.. "<html><script>alert(1)</script></html>"u8],
            _ => [],
        };
    }

    private static byte[] Photo()
    {
        using var bitmap = new SKBitmap(640, 480);
        bitmap.Erase(SKColors.CornflowerBlue);
        using var data = bitmap.Encode(SKEncodedImageFormat.Jpeg, 80);
        return data.ToArray();
    }

    private static byte[] Zip()
    {
        using var stream = new MemoryStream();
        using (var archive = new System.IO.Compression.ZipArchive(stream, System.IO.Compression.ZipArchiveMode.Create, leaveOpen: true))
        using (var entry = archive.CreateEntry("payload.exe").Open())
            entry.Write("MZ"u8);
        return stream.ToArray();
    }

    /// <summary>A one-page PDF, made whole by qpdf.</summary>
    private async Task<byte[]> PlainAsync(string inCatalog = "")
    {
        var source = $"%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R {inCatalog} >>\nendobj\n2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n"
            + "3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n";
        var draft = _counter.Save(Encoding.Latin1.GetBytes(source), "draft.pdf");
        var whole = Path.ChangeExtension(draft, ".whole.pdf");
        await Tools.RunAsync("qpdf", "--warning-exit-0", "--deterministic-id", draft, whole);
        return await File.ReadAllBytesAsync(whole, TestContext.Current.CancellationToken);
    }

    private async Task<byte[]> QpdfAsync(params string[] options)
    {
        var plain = _counter.Save(await PlainAsync(), "plain.pdf");
        var result = Path.ChangeExtension(plain, ".result.pdf");
        (await Tools.RunAsync("qpdf", ["--warning-exit-0", .. options, plain, result])).Code.ShouldBe(0);
        return await File.ReadAllBytesAsync(result, TestContext.Current.CancellationToken);
    }

    /// <summary>Begins as a PDF and never ends; counts what was asked of it.</summary>
    private sealed class EndlessPdf : Stream
    {
        public long Given { get; private set; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => Given; set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            Array.Fill(buffer, (byte)' ', offset, count);
            if (Given == 0) "%PDF-1.7\n"u8.CopyTo(buffer.AsSpan(offset));
            Given += count;
            return count;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
