using System.Buffers;
using System.IO.MemoryMappedFiles;

namespace Balie.Pdf;

/// <summary>
/// A file on disk as memory: pages of it come in as they are read and cost no memory of the process. Whoever maps a file keeps others from
/// cutting it short meanwhile. No clause: how bytes come into memory is no matter of the format.
/// </summary>
public sealed unsafe class MappedPdf : MemoryManager<byte>
{
    readonly MemoryMappedFile file;
    readonly MemoryMappedViewAccessor view;
    readonly int length;
    byte* start;

    MappedPdf(MemoryMappedFile file, int length)
    {
        (this.file, this.length) = (file, length);
        view = file.CreateViewAccessor(0, length, MemoryMappedFileAccess.Read);
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
    }

    /// <exception cref="PdfRefusedException">The file is empty, or larger than any that is read.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static MappedPdf Open(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        if (stream.Length > PdfLimits.FileSize) throw new PdfRefusedException("too-large", "The file is larger than 256 MB.");
        if (stream.Length == 0) throw new PdfRefusedException("not-a-pdf", "The file is empty.");
        return new MappedPdf(MemoryMappedFile.CreateFromFile(stream, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false), (int)stream.Length);
    }

    public override Span<byte> GetSpan() => new(start, length);

    public override MemoryHandle Pin(int elementIndex = 0) => new(start + elementIndex);

    public override void Unpin()
    {
        // A mapped file does not move.
    }

    protected override void Dispose(bool disposing)
    {
        if (!disposing || start == null) return;
        start = null;
        view.SafeMemoryMappedViewHandle.ReleasePointer();
        view.Dispose();
        file.Dispose();
    }
}
