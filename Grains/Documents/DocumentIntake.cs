using System.Buffers.Binary;
using Balie.Grains.Documents.Conversion;
using Balie.Grains.Interfaces.Documents;
using Balie.Grains.Interfaces.Platform;
using Balie.Grains.Platform.Blobs;
using Balie.Pades;
using Balie.Pades.Cleaning;
using Balie.Pdf;
using Microsoft.Extensions.Logging;

namespace Balie.Grains.Documents;

/// <summary>
/// Takes an upload in: reads no more than 20 MB, believes only the bytes, makes a PDF of photos, takes out of every unsigned PDF what acts by
/// itself, and refuses what is encrypted, broken or two kinds of file at once. Only what passed reaches the store, so a refused upload leaves nothing behind.
/// </summary>
public sealed partial class DocumentIntake(IBlobStore blobs, TimeProvider time, ILogger<DocumentIntake> log) : IDocumentIntake, IDisposable
{
    private const int EndOfZipLength = 22; // end of central directory record without comment (APPNOTE 4.3.16)
    private const int LongestZipComment = ushort.MaxValue;
    private const int LongestTail = 1024;

    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30), LongestRead = TimeSpan.FromMinutes(5);

    // Each keeps up to 20 MB while it comes in.
    private readonly SemaphoreSlim _buffers = new(8);

    // A photo of 50 megapixels takes 200 MB while it is turned: two at a time a node.
    private readonly SemaphoreSlim _turns = new(2);

    public async Task<TakenDocument> TakeInAsync(string tenant, string dossier, string fileName, Stream content, CancellationToken ct = default)
    {
        if (!await _buffers.WaitAsync(LongestWait, ct)) throw new BalieException(IntakeErrors.Busy);
        try
        {
            return await TakeInTurnAsync(tenant, dossier, fileName, content, ct);
        }
        finally
        {
            _buffers.Release();
        }
    }

    public void Dispose()
    {
        _buffers.Dispose();
        _turns.Dispose();
    }

    private async Task<TakenDocument> TakeInTurnAsync(string tenant, string dossier, string fileName, Stream content, CancellationToken ct)
    {
        var bytes = await ReadInTimeAsync(content, ct);
        var kind = DocumentSniffer.Sniff(bytes.AsSpan(0, Math.Min(bytes.Length, DocumentSniffer.HeadLength)));
        var name = SafeFileName.Clean(fileName, DocumentKind.Pdf);
        var (pdf, pages, signed) = await InspectAsync(bytes, kind, name, ct);
        var blob = await KeepAsync(tenant, dossier, pdf, ct);
        return new TakenDocument { FileName = name, Blob = blob, Pages = pages, OriginalType = kind.MediaType(), Signed = signed };
    }

    private async Task<BlobRef> KeepAsync(string tenant, string dossier, byte[] pdf, CancellationToken ct)
    {
        try
        {
            return await blobs.WriteAsync(tenant, dossier, new MemoryStream(pdf, writable: false), ct);
        }
        catch (BlobException problem) when (problem.Code == BlobException.StorageFailed)
        {
            LogNotKept(problem);
            throw new BalieException(BlobException.NotKept);
        }
    }

    private async Task<byte[]> ReadInTimeAsync(Stream content, CancellationToken ct)
    {
        using var late = new CancellationTokenSource(LongestRead, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, late.Token);
        try
        {
            return await ReadAsync(content, either.Token);
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested && !ct.IsCancellationRequested)
        {
            throw new BalieException(IntakeErrors.TooSlow);
        }
    }

    private static async Task<byte[]> ReadAsync(Stream content, CancellationToken ct)
    {
        using var kept = new MemoryStream();
        var buffer = new byte[64 * 1024];
        while (await content.ReadAsync(buffer, ct) is var read and > 0)
        {
            DocumentSniffer.RefuseTooLarge(kept.Length + read);
            kept.Write(buffer, 0, read);
        }

        return kept.ToArray();
    }

    private async Task<(byte[] Pdf, int Pages, bool Signed)> InspectAsync(byte[] bytes, DocumentKind kind, string name, CancellationToken ct)
    {
        await _turns.WaitAsync(ct);
        try
        {
            // Seconds of work on a large photo: not on the thread that reads the request.
            return await Task.Run(() =>
            {
                var pdf = kind == DocumentKind.Pdf ? bytes : ImageToPdf.Convert(bytes, Path.GetFileNameWithoutExtension(name));
                return Inspect(pdf);
            }, ct);
        }
        finally
        {
            _turns.Release();
        }
    }

    private (byte[] Pdf, int Pages, bool Signed) Inspect(byte[] pdf)
    {
        try
        {
            var taken = Clean(pdf) ?? InspectSigned(pdf);
            return IsSomethingElseToo(pdf) ? throw new BalieException(IntakeErrors.TwoKinds) : taken;
        }
        catch (PdfRefusedException refused)
        {
            throw new BalieException(IntakeErrors.Of(refused));
        }
    }

    /// <summary>What nobody signed is written anew before anyone signs it: one revision, nothing that acts by itself. Null when it is signed.</summary>
    private static (byte[] Pdf, int Pages, bool Signed)? Clean(byte[] pdf)
    {
        try
        {
            var cleaned = PdfCleaner.Clean(pdf).Pdf.ToArray();
            return (cleaned, PdfDocument.Open(cleaned).PageCount, false);
        }
        catch (PdfRefusedException refused) when (refused.Code == "signed")
        {
            return null;
        }
    }

    /// <summary>Cleaning would undo the signature: such a file is taken as it is, or not at all. A signature that is no signature, or that was undone by what came later, does not count.</summary>
    private (byte[] Pdf, int Pages, bool Signed) InspectSigned(byte[] pdf)
    {
        var document = PdfDocument.Open(pdf);
        if (document.HasActiveContent) throw new BalieException(IntakeErrors.Active(document.ActiveContent));
        var reports = SignatureCheck.Verify(pdf, [], time.GetUtcNow());
        return (pdf, document.PageCount, reports.Count > 0 && reports.All(report => report is { Intact: true, LaterChangesAllowed: true }));
    }

    /// <summary>True for a file that also opens as an archive, or hides more than a few bytes after the end of the PDF.</summary>
    private static bool IsSomethingElseToo(ReadOnlySpan<byte> pdf)
    {
        var end = pdf.LastIndexOf("%%EOF"u8);
        if (end < 0 || pdf.Length - end - 5 > LongestTail || pdf[(end + 5)..].IndexOfAnyExcept(" \t\r\n\0"u8) >= 0) return true;
        var from = Math.Max(0, pdf.Length - EndOfZipLength - LongestZipComment);
        for (var tail = pdf[from..]; tail.IndexOf("PK\u0005\u0006"u8) is var at and >= 0; tail = tail[(at + 4)..])
        {
            if (tail.Length - at >= EndOfZipLength && BinaryPrimitives.ReadUInt16LittleEndian(tail[(at + 20)..]) == tail.Length - at - EndOfZipLength) return true;
        }

        return false;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "An upload cannot be kept.")]
    private partial void LogNotKept(Exception problem);
}
