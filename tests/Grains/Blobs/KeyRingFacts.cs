using System.Security.Cryptography;
using Balie.Grains.Platform.Blobs;
using Balie.Grains.Platform.Keys;
using Balie.Grains.Tests.Platform;
using Microsoft.Extensions.Time.Testing;

namespace Balie.Grains.Tests.Blobs;

public sealed class KeyRingFacts(Database database) : IClassFixture<Database>
{
    private static readonly MasterKey Master = new(SHA256.HashData("master"u8));
    private readonly string _tenant = $"t{Guid.NewGuid():n}";
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UnixEpoch.AddYears(56));

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_dossier_keeps_its_key_over_a_restart_and_shares_it_with_no_other()
    {
        var key = await Ring().DossierKeyAsync(_tenant, "v1", Ct);
        key.Length.ShouldBe(32);
        (await Ring().DossierKeyAsync(_tenant, "v1", Ct)).ShouldBe(key);
        (await Ring().DossierKeyAsync(_tenant, "v2", Ct)).ShouldNotBe(key);
        (await Ring().DossierKeyAsync($"{_tenant}x", "v1", Ct)).ShouldNotBe(key);
    }

    [Fact]
    public async Task Nodes_that_ask_at_once_get_the_same_key()
    {
        var keys = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Ring().DossierKeyAsync(_tenant, "v1", Ct).AsTask()));
        keys.ShouldAllBe(key => key.SequenceEqual(keys[0]));
    }

    [Fact]
    public async Task A_caller_that_clears_its_key_does_not_clear_anyone_elses()
    {
        var ring = Ring();
        var first = await ring.DossierKeyAsync(_tenant, "v1", Ct);
        var kept = first.ToArray();
        Array.Clear(first);
        var second = await ring.DossierKeyAsync(_tenant, "v1", Ct);
        second.ShouldBe(kept);
        Array.Clear(second);
        (await ring.DossierKeyAsync(_tenant, "v1", Ct)).ShouldBe(kept);
    }

    [Fact]
    public async Task A_destroyed_key_is_gone_for_good_and_on_other_nodes_within_five_minutes()
    {
        var (here, there) = (Ring(), Ring());
        await here.DossierKeyAsync(_tenant, "v1", Ct);
        await there.DossierKeyAsync(_tenant, "v1", Ct);
        await here.DestroyDossierKeyAsync(_tenant, "v1", Ct);
        await here.DestroyDossierKeyAsync(_tenant, "v1", Ct);
        await Should.ThrowAsync<KeyDestroyedException>(async () => await here.DossierKeyAsync(_tenant, "v1", Ct));
        _clock.Advance(TimeSpan.FromMinutes(5));
        await Should.ThrowAsync<KeyDestroyedException>(async () => await there.DossierKeyAsync(_tenant, "v1", Ct));
        (await Ring().DossierKeyAsync(_tenant, "v2", Ct)).Length.ShouldBe(32);
    }

    [Fact]
    public async Task A_dossier_that_was_erased_before_its_first_key_gets_none()
    {
        await Ring().DestroyDossierKeyAsync(_tenant, "v1", Ct);
        await Should.ThrowAsync<KeyDestroyedException>(async () => await Ring().DossierKeyAsync(_tenant, "v1", Ct));
    }

    [Fact]
    public async Task Another_master_key_is_refused()
    {
        await Ring().DossierKeyAsync(_tenant, "v1", Ct);
        var other = new PostgresKeyRing(database.Source, new MasterKey(SHA256.HashData("other"u8)), _clock);
        (await Should.ThrowAsync<MasterKeyException>(async () => await other.DossierKeyAsync(_tenant, "v1", Ct))).Code.ShouldBe("key.master-mismatch");
    }

    [Fact]
    public async Task A_row_cannot_take_the_place_of_another()
    {
        await Ring().DossierKeyAsync(_tenant, "v1", Ct);
        await Ring().DossierKeyAsync(_tenant, "v2", Ct);
        await using var swap = database.Source.CreateCommand(
            "update data_key set wrapped = (select wrapped from data_key where tenant = $1 and scope = 'dossier/v2') where tenant = $1 and scope = 'dossier/v1'");
        swap.Parameters.AddWithValue(_tenant);
        (await swap.ExecuteNonQueryAsync(Ct)).ShouldBe(1);
        (await Should.ThrowAsync<MasterKeyException>(async () => await Ring().DossierKeyAsync(_tenant, "v1", Ct))).Code.ShouldBe("key.master-mismatch");
    }

    [Fact]
    public async Task The_database_holds_no_key_in_the_clear()
    {
        var key = await Ring().DossierKeyAsync(_tenant, "v1", Ct);
        await using var read = database.Source.CreateCommand("select wrapped from data_key where tenant = $1");
        read.Parameters.AddWithValue(_tenant);
        await using var rows = await read.ExecuteReaderAsync(Ct);
        var count = 0;
        for (; await rows.ReadAsync(Ct); count++) rows.GetFieldValue<byte[]>(0).AsSpan().IndexOf(key).ShouldBe(-1);
        count.ShouldBe(2);
    }

    [Fact]
    public async Task Erasing_a_dossier_makes_its_files_unreadable()
    {
        var root = Directory.CreateTempSubdirectory("balie-erase-").FullName;
        try
        {
            var ring = Ring();
            var store = new FileBlobStore(root, ring, _clock);
            var blob = await store.WriteAsync(_tenant, "v1", new MemoryStream("geheim"u8.ToArray()), Ct);
            await ring.DestroyDossierKeyAsync(_tenant, "v1", Ct);
            await Should.ThrowAsync<KeyDestroyedException>(() => store.OpenReadAsync(_tenant, "v1", blob, Ct));
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    [Fact]
    public async Task A_full_disk_leaves_nothing_half_and_what_was_stored_stays_readable()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "only root can make a disk that is full");
        var root = Directory.CreateTempSubdirectory("balie-full-").FullName;
        var mounted = (await Conversion.Tools.RunAsync("mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", root)).Code == 0;
        try
        {
            Assert.SkipUnless(mounted, "this machine does not let one mount");
            var store = new FileBlobStore(root, Ring(), _clock);
            var small = await store.WriteAsync(_tenant, "v1", new MemoryStream(new byte[1000]), Ct);
            (await Should.ThrowAsync<BlobException>(() => store.WriteAsync(_tenant, "v1", new MemoryStream(new byte[2_000_000]), Ct))).Code.ShouldBe("blob.storage-failed");
            Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories).Select(Path.GetFileName).ShouldBe([small.Address]);
            await using var stream = await store.OpenReadAsync(_tenant, "v1", small, Ct);
            stream.ReadByte().ShouldBe(0);
        }
        finally
        {
            if (mounted) (await Conversion.Tools.RunAsync("umount", root)).Code.ShouldBe(0);
            Directory.Delete(root, recursive: true);
        }
    }

    private PostgresKeyRing Ring() => new(database.Source, Master, _clock);
}
