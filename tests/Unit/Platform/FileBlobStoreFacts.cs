using System.Security.Cryptography;
using Balie.Grains.Interfaces.Platform;
using Balie.Grains.Platform.Blobs;
using Balie.Grains.Platform.Keys;
using CsCheck;
using Microsoft.Extensions.Time.Testing;

namespace Balie.Unit.Tests.Platform;

public sealed class FileBlobStoreFacts : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("balie-blobs-").FullName;
    private readonly FileBlobStore _store;

    public FileBlobStoreFacts() => _store = new FileBlobStore(_root, new DerivedKeys(), TimeProvider.System);

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(65535)]
    [InlineData(65536)]
    [InlineData(65537)]
    [InlineData(131072)]
    [InlineData(1_000_003)]
    public async Task What_is_written_comes_back(int length)
    {
        var bytes = RandomNumberGenerator.GetBytes(length);
        var blob = await Write(bytes);
        blob.PlainLength.ShouldBe(length);
        blob.PlainSha256.ShouldBe(Convert.ToHexStringLower(SHA256.HashData(bytes)));
        blob.Address.ShouldBe(Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(PathOf(blob)))));
        (await ReadAll(blob)).ShouldBe(bytes);
    }

    [Fact]
    public async Task Any_range_reads_as_it_was_written()
    {
        var bytes = RandomNumberGenerator.GetBytes(300_000);
        var blob = await Write(bytes);
        await using var stream = await _store.OpenReadAsync("zonnedaal", "v1", blob, TestContext.Current.CancellationToken);
        Gen.Select(Gen.Int[0, 300_000], Gen.Int[0, 140_000]).Sample((from, count) =>
        {
            stream.Position = from;
            var part = new byte[Math.Min(count, bytes.Length - from)];
            stream.ReadExactly(part);
            part.AsSpan().SequenceEqual(bytes.AsSpan(from, part.Length)).ShouldBeTrue();
        }, iter: 200, threads: 1);
    }

    [Fact]
    public async Task The_file_holds_nothing_readable_and_the_same_content_twice_differs()
    {
        var text = "Noor Vandevelde, Kerkplein 1"u8.ToArray();
        var (one, two) = (await Write(text), await Write(text));
        one.Address.ShouldNotBe(two.Address);
        File.ReadAllBytes(PathOf(one)).AsSpan().IndexOf("Noor"u8).ShouldBe(-1);
    }

    [Fact]
    public async Task A_changed_byte_is_found_wherever_it_is()
    {
        var blob = await Write(RandomNumberGenerator.GetBytes(200_000));
        var file = File.ReadAllBytes(PathOf(blob));
        foreach (var at in new[] { 3, 8, 12, 28, 40, 66_000, 140_000, file.Length - 1 })
        {
            var changed = file.ToArray();
            changed[at] ^= 1;
            File.WriteAllBytes(PathOf(blob), changed);
            (await Should.ThrowAsync<BlobException>(() => ReadAll(blob))).Code.ShouldBe("blob.broken");
        }
    }

    [Fact]
    public async Task A_range_that_is_whole_can_be_read_beside_one_that_is_not()
    {
        var bytes = RandomNumberGenerator.GetBytes(200_000);
        var blob = await Write(bytes);
        var file = File.ReadAllBytes(PathOf(blob));
        file[^1] ^= 1;
        File.WriteAllBytes(PathOf(blob), file);
        await using var stream = await _store.OpenReadAsync("zonnedaal", "v1", blob, TestContext.Current.CancellationToken);
        var first = new byte[65_536];
        stream.ReadExactly(first);
        first.ShouldBe(bytes[..65_536]);
        stream.Position = 199_990;
        Should.Throw<BlobException>(() => stream.ReadByte()).Code.ShouldBe("blob.broken");
    }

    [Fact]
    public async Task A_blob_cut_at_a_chunk_or_with_chunks_swapped_is_refused_even_when_its_reference_agrees()
    {
        var blob = await Write(RandomNumberGenerator.GetBytes(3 * 65_536));
        var file = File.ReadAllBytes(PathOf(blob));
        const int chunk = 65_536 + 16;
        var header = file.Length - 3 * chunk;
        File.WriteAllBytes(PathOf(blob), file[..^chunk]);
        (await Should.ThrowAsync<BlobException>(() => ReadAll(blob with { PlainLength = 2 * 65_536 }))).Code.ShouldBe("blob.broken");
        File.WriteAllBytes(PathOf(blob), [.. file[..header], .. file[(header + chunk)..(header + 2 * chunk)], .. file[header..(header + chunk)], .. file[(header + 2 * chunk)..]]);
        (await Should.ThrowAsync<BlobException>(() => ReadAll(blob))).Code.ShouldBe("blob.broken");
    }

    [Fact]
    public async Task A_blob_moved_to_another_dossier_cannot_be_read_there()
    {
        var blob = await Write("geheim"u8.ToArray());
        Directory.CreateDirectory(Path.Combine(_root, "zonnedaal", "v2"));
        File.Copy(PathOf(blob), Path.Combine(_root, "zonnedaal", "v2", blob.Address));
        await using var stream = await _store.OpenReadAsync("zonnedaal", "v2", blob, TestContext.Current.CancellationToken);
        Should.Throw<BlobException>(() => stream.ReadByte()).Code.ShouldBe("blob.broken");
    }

    [Fact]
    public async Task A_source_that_fails_half_way_leaves_nothing()
    {
        await Should.ThrowAsync<EndOfStreamException>(() => _store.WriteAsync("zonnedaal", "v1", new Failing(100_000), TestContext.Current.CancellationToken));
        Directory.EnumerateFiles(_root, "*", SearchOption.AllDirectories).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_folder_that_cannot_be_written_is_named_as_such_and_nothing_stays()
    {
        // The folder for unfinished files becomes a file: every attempt to write there fails.
        var aside = Path.Combine(_root, ".writing");
        Directory.Delete(aside);
        File.WriteAllText(aside, "");
        (await Should.ThrowAsync<BlobException>(() => Write([1, 2, 3]))).Code.ShouldBe("blob.storage-failed");
        Directory.EnumerateFiles(_root, "*", SearchOption.AllDirectories).ShouldBe([aside]);
    }

    [Fact]
    public void What_another_process_left_unfinished_goes_after_a_day_although_nobody_starts_anew()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        using var store = new FileBlobStore(_root, new DerivedKeys(), time);
        File.WriteAllText(Path.Combine(_root, ".writing", "left"), "half");

        time.Advance(TimeSpan.FromHours(20));
        File.WriteAllText(Path.Combine(_root, ".writing", "fresh"), "half");
        File.SetLastWriteTimeUtc(Path.Combine(_root, ".writing", "fresh"), time.GetUtcNow().UtcDateTime);
        Directory.EnumerateFiles(Path.Combine(_root, ".writing")).Count().ShouldBe(2);
        time.Advance(TimeSpan.FromHours(6));

        Directory.EnumerateFiles(Path.Combine(_root, ".writing")).Select(Path.GetFileName).ShouldBe(["fresh"]);
    }

    [Fact]
    public async Task What_a_crash_of_this_node_cut_off_goes_at_its_next_start_and_what_another_is_writing_stays()
    {
        var (mine, other) = (new Stuck(), new Stuck());
        using (var node = new FileBlobStore(_root, new DerivedKeys(), TimeProvider.System, "node-1"))
        using (var beside = new FileBlobStore(_root, new DerivedKeys(), TimeProvider.System, "node-10"))
        {
            _ = node.WriteAsync("zonnedaal", "v1", mine, TestContext.Current.CancellationToken);
            _ = beside.WriteAsync("zonnedaal", "v1", other, TestContext.Current.CancellationToken);
            await Task.WhenAll(mine.Asked, other.Asked);
            Aside().Count().ShouldBe(2);

            // As after kill -9: the write before it never ends.
            using var again = new FileBlobStore(_root, new DerivedKeys(), TimeProvider.System, "node-1");

            Aside().ShouldHaveSingleItem().ShouldStartWith("node-10~");
        }

        IEnumerable<string?> Aside() => Directory.EnumerateFiles(Path.Combine(_root, ".writing")).Select(Path.GetFileName);
    }

    [Fact]
    public async Task Deleting_removes_it_and_may_be_repeated()
    {
        var blob = await Write([1, 2, 3]);
        await _store.DeleteAsync("zonnedaal", "v1", blob, TestContext.Current.CancellationToken);
        await _store.DeleteAsync("zonnedaal", "v1", blob, TestContext.Current.CancellationToken);
        (await Should.ThrowAsync<BlobException>(() => ReadAll(blob))).Code.ShouldBe("blob.not-found");
    }

    [Theory]
    [InlineData("..", "v1")]
    [InlineData("zonnedaal", "..")]
    [InlineData("zonnedaal", "a/b")]
    [InlineData(".writing", "v1")]
    [InlineData("", "v1")]
    public async Task Names_that_lead_elsewhere_are_refused(string tenant, string dossier) =>
        await Should.ThrowAsync<ArgumentException>(() => _store.WriteAsync(tenant, dossier, new MemoryStream([1]), TestContext.Current.CancellationToken));

    [Fact]
    public async Task An_address_that_leads_elsewhere_is_refused() =>
        (await Should.ThrowAsync<BlobException>(() => ReadAll(new BlobRef("../../../etc/passwd", "", 10)))).Code.ShouldBe("blob.not-found");

    private Task<BlobRef> Write(byte[] bytes) => _store.WriteAsync("zonnedaal", "v1", new MemoryStream(bytes), TestContext.Current.CancellationToken);

    private async Task<byte[]> ReadAll(BlobRef blob)
    {
        await using var stream = await _store.OpenReadAsync("zonnedaal", "v1", blob, TestContext.Current.CancellationToken);
        using var all = new MemoryStream();
        await stream.CopyToAsync(all, TestContext.Current.CancellationToken);
        return all.ToArray();
    }

    private string PathOf(BlobRef blob) => Path.Combine(_root, "zonnedaal", "v1", blob.Address);

    /// <summary>Keys without a database: one for each dossier.</summary>
    private sealed class DerivedKeys : IKeyRing
    {
        public ValueTask<byte[]> DossierKeyAsync(string tenant, string dossier, CancellationToken ct = default) =>
            ValueTask.FromResult(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes($"{tenant}/{dossier}")));

        public Task DestroyDossierKeyAsync(string tenant, string dossier, CancellationToken ct = default) => throw new NotSupportedException();
    }

    /// <summary>A connection that breaks after so many bytes.</summary>
    private sealed class Failing(int after) : MemoryStream(new byte[after])
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            Position < Length ? base.ReadAsync(buffer, cancellationToken) : throw new EndOfStreamException();
    }

    /// <summary>A connection from which nothing comes any more.</summary>
    private sealed class Stuck : MemoryStream
    {
        private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Asked => _asked.Task;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            _asked.TrySetResult();
            return new(new TaskCompletionSource<int>().Task);
        }
    }
}
