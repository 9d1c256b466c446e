using Microsoft.Win32.SafeHandles;

namespace Balie.Grains.Platform.Blobs;

/// <summary>Reads a blob anywhere: each chunk that is touched is decrypted and verified first, and no byte of a chunk that fails is given out.</summary>
internal sealed class BlobReadStream : Stream
{
    private readonly SafeFileHandle _file;
    private readonly BlobFormat _format;
    private readonly byte[] _sealed = new byte[BlobFormat.ChunkLength + BlobFormat.TagLength];
    private readonly byte[] _plain = new byte[BlobFormat.ChunkLength];
    private long _chunk = -1;
    private long _position;

    public BlobReadStream(SafeFileHandle file, BlobFormat format, long length) => (_file, _format, Length) = (file, format, length);

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length { get; }

    public override long Position
    {
        get => _position;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            _position = value;
        }
    }

    public override int Read(Span<byte> buffer)
    {
        if (_position >= Length)
        {
            // Emptiness is verified too: otherwise an emptied file would pass for an empty blob.
            if (Length == 0 && _chunk != 0) Load(0);
            return 0;
        }

        Load(_position / BlobFormat.ChunkLength);
        return Copy(buffer);
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_position >= Length) return Read(buffer.Span);
        await LoadAsync(_position / BlobFormat.ChunkLength, cancellationToken);
        return Copy(buffer.Span);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override long Seek(long offset, SeekOrigin origin) => Position = offset + origin switch
    {
        SeekOrigin.Begin => 0,
        SeekOrigin.Current => _position,
        _ => Length,
    };

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _format.Dispose();
            _file.Dispose();
            Array.Clear(_plain);
        }

        base.Dispose(disposing);
    }

    private int Copy(Span<byte> buffer)
    {
        var at = (int)(_position % BlobFormat.ChunkLength);
        var count = Math.Min(buffer.Length, PlainLength(_chunk) - at);
        _plain.AsSpan(at, count).CopyTo(buffer);
        _position += count;
        return count;
    }

    private void Load(long chunk)
    {
        if (chunk == _chunk) return;
        var room = _sealed.AsMemory(0, PlainLength(chunk) + BlobFormat.TagLength);
        for (var done = 0; done < room.Length;)
            done += Some(RandomAccess.Read(_file, room[done..].Span, BlobFormat.Offset(chunk) + done));
        Unseal(chunk, room.Span);
    }

    private async ValueTask LoadAsync(long chunk, CancellationToken ct)
    {
        if (chunk == _chunk) return;
        var room = _sealed.AsMemory(0, PlainLength(chunk) + BlobFormat.TagLength);
        for (var done = 0; done < room.Length;)
            done += Some(await RandomAccess.ReadAsync(_file, room[done..], BlobFormat.Offset(chunk) + done, ct));
        Unseal(chunk, room.Span);
    }

    private void Unseal(long chunk, ReadOnlySpan<byte> room)
    {
        _chunk = -1; // while it changes, nothing in the buffer counts
        _format.Open((uint)chunk, chunk == BlobFormat.Chunks(Length) - 1, room, _plain.AsSpan(0, room.Length - BlobFormat.TagLength));
        _chunk = chunk;
    }

    private int PlainLength(long chunk) => (int)Math.Min(BlobFormat.ChunkLength, Length - chunk * BlobFormat.ChunkLength);

    private static int Some(int read) => read > 0 ? read : throw BlobFormat.Broken("is cut off");
}
