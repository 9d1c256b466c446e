using System.ComponentModel;
using System.Text;
using System.Xml;
using Balie.Grains.Interfaces.Platform;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Balie.Grains.Documents.Conversion;

/// <summary>
/// Turns a flat ODT into PDF/A-2b (ISO 19005-2) with tags. Owns the one resident LibreOffice of this node: started at the first conversion,
/// kept for the next, one conversion at a time, killed and replaced when it hangs, ended with Balie. The archival claim is what LibreOffice
/// writes; here is checked that the file carries the PDF/A-2b identification and a structure tree.
/// </summary>
public sealed class OfficeWorker : IHostedService, IAsyncDisposable
{
    /// <summary>Largest flat ODT taken, in bytes.</summary>
    public const int MaxInput = 10 * 1024 * 1024;

    // Bookmarks become named destinations: that is how SignatureBoxes finds the places to sign.
    private const string Filter =
        """pdf:writer_pdf_Export:{"SelectPdfVersion":{"type":"long","value":"2"},"UseTaggedPDF":{"type":"boolean","value":"true"},"ExportBookmarksToPDFDestination":{"type":"boolean","value":"true"}}""";

    private static readonly string[] ArchivalMarks =
        ["<pdfaid:part>2</pdfaid:part>", "<pdfaid:conformance>B</pdfaid:conformance>", "/StructTreeRoot", "/MarkInfo"];

    private readonly OfficeOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<OfficeWorker> _log;
    private readonly SemaphoreSlim _queue = new(1, 1);
    private OfficeLaunch? _launch;
    private OfficeResident? _resident;
    private bool _stopped;

    public OfficeWorker(OfficeOptions options, TimeProvider time, ILogger<OfficeWorker> log) =>
        (_options, _time, _log) = (options with { Folder = Path.GetFullPath(options.Folder) }, time, log);

    /// <summary>Process id of the resident, for the operator's page; null while there is none.</summary>
    public int? ResidentPid => _resident is { Alive: true } resident ? resident.Pid : null;

    /// <summary>Ends what an earlier Balie left behind on this data folder; starts nothing.</summary>
    public Task StartAsync(CancellationToken ct = default)
    {
        OfficeWorkspace.EndLeftover(_options);
        return Task.CompletedTask;
    }

    /// <summary>Waits for the conversion that runs, ends the resident with its children, and takes no work any more.</summary>
    public async Task StopAsync(CancellationToken ct = default)
    {
        await _queue.WaitAsync(ct);
        try
        {
            _stopped = true;
            EndResident();
        }
        finally
        {
            _queue.Release();
        }
    }

    public async ValueTask DisposeAsync() => await StopAsync();

    /// <summary>The PDF of a flat ODT document.</summary>
    /// <exception cref="BalieException">
    /// <c>document.broken</c>: not a flat ODT text. <c>document.too-large</c>. <c>office.unavailable</c>: LibreOffice is absent, hung twice, or
    /// wrote something that is no tagged PDF/A-2b.
    /// </exception>
    public async Task<byte[]> ConvertToPdfAAsync(ReadOnlyMemory<byte> flatOdt, CancellationToken ct = default)
    {
        Check(flatOdt);
        await _queue.WaitAsync(ct);
        try
        {
            ObjectDisposedException.ThrowIf(_stopped, this);
            return await TryAsync(flatOdt, ct) ?? await TryAsync(flatOdt, ct) ?? throw Unavailable();
        }
        finally
        {
            _queue.Release();
        }
    }

    /// <summary>One attempt; null when it failed and the resident was ended, so that the next starts afresh.</summary>
    private async Task<byte[]?> TryAsync(ReadOnlyMemory<byte> document, CancellationToken ct)
    {
        using var limit = new CancellationTokenSource(_options.Timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, ct);
        try
        {
            var resident = await ResidentAsync(either.Token);
            var pdf = await resident.ConvertAsync(document, Filter, _log, either.Token);
            if (pdf is not null && IsArchival(pdf)) return pdf;
            _log.LogWarning("LibreOffice made no tagged PDF/A-2b of a document of {Bytes} bytes", document.Length);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            _log.LogWarning("LibreOffice did not answer within {Timeout}; it is ended", _options.Timeout);
        }
        catch (Exception problem) when (problem is Win32Exception or IOException)
        {
            _log.LogWarning(problem, "LibreOffice failed; it is ended");
        }

        EndResident();
        return null;
    }

    private async Task<OfficeResident> ResidentAsync(CancellationToken ct)
    {
        if (_resident is { Alive: true } running) return running;
        EndResident();
        OfficeWorkspace.EndLeftover(_options);
        _launch ??= new OfficeLaunch(_options, await OfficeLaunch.CanCutNetworkAsync(ct));
        return _resident = await OfficeResident.StartAsync(_options, _launch, _log, ct);
    }

    private void EndResident()
    {
        _resident?.End();
        _resident?.Dispose();
        _resident = null;
    }

    /// <summary>LibreOffice opens anything as plain text, so what is not a flat ODT text is refused here.</summary>
    private static void Check(ReadOnlyMemory<byte> flatOdt)
    {
        if (flatOdt.Length > MaxInput) throw new BalieException(BalieError.Invalid("document.too-large", "Het verslag is te groot om er een PDF van te maken."));
        var settings = new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null };
        try
        {
            using var reader = XmlReader.Create(new MemoryStream(flatOdt.ToArray()), settings);
            reader.MoveToContent();
            var isText = reader.LocalName == "document" && reader.NamespaceURI == Odf.Office.NamespaceName
                && reader.GetAttribute("mimetype", Odf.Office.NamespaceName) == Odf.TextType;
            while (isText && reader.Read()) { }
            if (isText) return;
        }
        catch (XmlException problem)
        {
            throw new BalieException(BalieError.Invalid("document.broken", $"Het verslag is geen geldig document (regel {problem.LineNumber})."));
        }

        throw new BalieException(BalieError.Invalid("document.broken", "Het verslag is geen tekstdocument in flat ODT."));
    }

    private static bool IsArchival(byte[] pdf) =>
        pdf.AsSpan().StartsWith("%PDF-"u8) && ArchivalMarks.All(mark => pdf.AsSpan().IndexOf(Encoding.ASCII.GetBytes(mark)) >= 0);

    private static BalieException Unavailable() =>
        new(BalieError.Unavailable("office.unavailable", "Het verslag kan nu niet naar PDF worden omgezet. Probeer het over een minuut opnieuw."));
}
