namespace Balie.Api.Platform.Front;

/// <summary>A blob on a silo, as a seekable stream: reading asks for the bytes from the position on, seeking asks anew. Asynchronous only.</summary>
internal sealed class ClusterBlobStream(Func<long, CancellationToken, Task<HttpResponseMessage>> open, long length) : Stream
{
    private HttpResponseMessage? _answer;
    private Stream? _bytes;
    private long _bytesAt;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => length;

    public override long Position { get; set; }

    public async Task OpenAsync(CancellationToken ct)
    {
        if (Position >= length) return;
        Close(ref _answer, ref _bytes);
        _answer = await open(Position, ct);
        _bytes = await _answer.Content.ReadAsStreamAsync(ct);
        _bytesAt = Position;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (Position >= length || buffer.IsEmpty) return 0;
        if (_bytes is null || _bytesAt != Position) await OpenAsync(cancellationToken);
        var read = await _bytes!.ReadAsync(buffer, cancellationToken);
        if (read == 0) throw new EndOfStreamException($"The silo ended at {Position} of {length} bytes.");
        Position += read;
        _bytesAt += read;
        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => Position + offset,
        _ => length + offset,
    };

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Read asynchronously.");

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) Close(ref _answer, ref _bytes);
        base.Dispose(disposing);
    }

    private static void Close(ref HttpResponseMessage? answer, ref Stream? bytes)
    {
        bytes?.Dispose();
        answer?.Dispose();
        (answer, bytes) = (null, null);
    }
}
