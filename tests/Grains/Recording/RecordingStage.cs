using System.Collections.Immutable;
using Balie.Bench;
using Balie.Grains.Calls.Media;
using Balie.Grains.Interfaces.Booking;
using Balie.Grains.Interfaces.Calls;
using Balie.Grains.Interfaces.Platform;
using Balie.Grains.Interfaces.Recording;
using Balie.Grains.Platform;
using Balie.Grains.Platform.Blobs;
using Balie.Grains.Platform.Keys;
using Balie.Grains.Recording;
using Balie.Grains.Recording.Media;
using Balie.Grains.Tests.Booking;
using Balie.Grains.Tests.Calls;
using Balie.Grains.Tests.Platform;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Balie.Grains.Tests.Recording;

/// <summary>
/// A silo that stores, makes playable and composes with the real tools, on a media node that is a folder: in it lie raw tracks of two people, as Janus
/// would have left them.
/// </summary>
internal sealed class RecordingStage : IAsyncDisposable
{
    public const string Segment = "s1";
    private readonly BookingStage _counter;

    private RecordingStage(BookingStage counter, string folder) => (_counter, Folder) = (counter, folder);

    public string Folder { get; }

    public string Work => Path.Combine(Folder, "recording-work");

    public string Node => NodeOf(Folder);

    public string Visit { get; } = $"v{Guid.NewGuid():N}"[..12];

    public RoomCluster Cluster => _counter.Cluster;

    public IBlobStore Blobs => Cluster.Services.GetRequiredService<IBlobStore>();

    /// <summary>Every file in the store.</summary>
    public IReadOnlyList<string> Stored => [.. Directory.EnumerateFiles(Path.Combine(Folder, "blobs", BookingStage.Tenant, Visit))];

    /// <param name="database">The class's database.</param>
    /// <param name="store">The store, made to fail.</param>
    /// <param name="journal">The journal, made to lose answers.</param>
    public static async Task<RecordingStage> StartAsync(Database database, Func<IBlobStore, IBlobStore>? store = null, Func<Journal, IJournal>? journal = null)
    {
        var folder = Directory.CreateTempSubdirectory("br").FullName;
        var counter = await BookingStage.StartAsync(database, configure: silo =>
        {
            silo.Services.AddSingleton<IMediaNode>(new FolderNode(NodeOf(folder)));
            silo.Services.AddSingleton(s =>
            {
                IBlobStore files = new FileBlobStore(Path.Combine(folder, "blobs"), s.GetRequiredService<IKeyRing>(), TimeProvider.System);
                return store?.Invoke(files) ?? files;
            });
            if (journal is not null) silo.Services.AddSingleton(s => journal(ActivatorUtilities.CreateInstance<Journal>(s)));
            // What other rooms send needs parts of a whole process.
            silo.Services.RemoveAll<IOutboxHandler>();
            silo.Services.AddRecordingWork(folder);
            silo.Services.AddBalieWorkers();
            // The test's clock does not follow the database's.
            silo.Services.Remove(silo.Services.Single(s => !s.IsKeyedService && s.ImplementationType == typeof(ClockKeeper)));
        });
        return new RecordingStage(counter, folder);
    }

    /// <summary>A talk of two people that was recorded and has just ended: its raw tracks are still on the node.</summary>
    /// <param name="change">What is done to the tracks before the segment is closed.</param>
    public async Task HangUpAsync(TimeSpan length, Action<ImmutableArray<string>>? change = null)
    {
        await Cluster.SeedAsync(BookingStage.Tenant, Visit, "appointment", StruckVisits.Booked(), StruckVisits.Invited(), new VisitStarted(RoomCluster.Start));
        await Cluster.SeedAsync(BookingStage.Tenant, Visit, "call", [.. StruckVisits.InCall()]);
        await Cluster.SeedAsync(
            BookingStage.Tenant, Visit, "recording",
            new PresenceNoted { CallVersion = 3, People = [Person("an", "An Peeters", staff: true), Person("gerrit", "Gerrit Maes", staff: false)] },
            new SegmentOpened(Segment, ["an", "gerrit"]));
        await HangUpAsync(Segment, length, change);
    }

    /// <summary>The same two people talked on, and that was recorded as a new segment.</summary>
    public async Task HangUpAgainAsync(string segment, TimeSpan length)
    {
        var version = (await ViewAsync()).Version;
        await DeactivateAllAsync();
        await Cluster.SeedAsync(BookingStage.Tenant, Visit, "recording", version, new SegmentOpened(segment, ["an", "gerrit"]));
        await HangUpAsync(segment, length);
    }

    public IRecordingGrain Grain => Cluster.Grain<IRecordingGrain>(BookingStage.Tenant, Visit);

    public async Task<RecordingView> ViewAsync()
    {
        using var _ = RoomCluster.As(RoomCluster.Staff(BookingStage.Tenant));
        return await Grain.View();
    }

    public async Task<RecordingPlayback> OpenAsync()
    {
        using var _ = RoomCluster.As(RoomCluster.Staff(BookingStage.Tenant));
        await Grain.Open(new OpenRecording { CommandId = Guid.NewGuid(), Purpose = "Nalezen" });
        return await Grain.Playback();
    }

    public async Task ComposeAsync()
    {
        using var _ = RoomCluster.As(RoomCluster.Staff(BookingStage.Tenant));
        await Grain.Compose(new ComposeRecording { CommandId = Guid.NewGuid() });
    }

    /// <summary>Another node asks for the turn to make the film.</summary>
    public async Task<ExportTurn> TakeElsewhereAsync()
    {
        using var _ = RoomCluster.As(Caller.System(BookingStage.Tenant, "test"));
        return await Grain.TakeExport("elsewhere");
    }

    /// <summary>Another node says that it made the film.</summary>
    public async Task ComposedElsewhereAsync(BlobRef film)
    {
        using var _ = RoomCluster.As(Caller.System(BookingStage.Tenant, "test"));
        await Grain.Composed(new RecordingComposed { CommandId = Guid.NewGuid(), Blob = film, Duration = 1, Places = [] });
    }

    /// <summary>Another node says that it stored a segment, in which nothing was.</summary>
    public async Task StoredElsewhereAsync(string segment)
    {
        using var _ = RoomCluster.As(Caller.System(BookingStage.Tenant, "test"));
        await Grain.Stored(new SegmentStored { CommandId = Guid.NewGuid(), Segment = segment, Tracks = [] });
    }

    /// <summary>Another node says that it made a segment playable.</summary>
    /// <returns>True when that is what will be played.</returns>
    public async Task<bool> MadePlayableElsewhereAsync(string segment)
    {
        using var _ = RoomCluster.As(Caller.System(BookingStage.Tenant, "test"));
        return await Grain.MadePlayable(new SegmentPlayable { CommandId = Guid.NewGuid(), Segment = segment, Tracks = [] });
    }

    /// <summary>Every room forgets what is not in its journal.</summary>
    public Task DeactivateAllAsync() => Cluster.Cluster.Client.GetGrain<IManagementGrain>(0).ForceActivationCollection(TimeSpan.Zero);

    public Task UntilAsync(Func<RecordingView, bool> isSo, string what) => Cluster.UntilAsync(async () => isSo(await ViewAsync()), what);

    /// <summary>A file of the store, decrypted into a file beside it.</summary>
    public async Task<string> FetchAsync(BlobRef blob)
    {
        var path = Path.Combine(Folder, $"{blob.Address}.fetched");
        await using var from = await Blobs.OpenReadAsync(BookingStage.Tenant, Visit, blob);
        await using var to = File.Create(path);
        await from.CopyToAsync(to);
        return path;
    }

    /// <summary>Kills the FFmpeg that encodes now, another one than <paramref name="but"/>, as soon as there is one.</summary>
    public async Task<int> KillFfmpegAsync(int but = 0)
    {
        var killed = 0;
        await Cluster.UntilAsync(() => Task.FromResult((killed = KillOne(but)) != 0), "FFmpeg is at work");
        return killed;
    }

    public async ValueTask DisposeAsync()
    {
        await _counter.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }

    private async Task HangUpAsync(string segment, TimeSpan length, Action<ImmutableArray<string>>? change = null)
    {
        var made = await RawTracks.MakeAsync(Directory.CreateDirectory(Path.Combine(Folder, "made")).FullName, length, TestContext.Current.CancellationToken);
        var placed = Place(segment, made);
        change?.Invoke(placed);
        using var _ = RoomCluster.As(Caller.System(BookingStage.Tenant, "test"));
        await Grain.SegmentClosed(new SegmentClosed(segment, RoomCluster.Start, "ended"));
    }

    private int KillOne(int but)
    {
        var process = HostProcess.WorkingUnder(Work).Intersect(HostProcess.StartedWith("libx264")).FirstOrDefault(p => p.Pid != but);
        if (process.Pid != 0) process.Signal(HostProcess.Kill);
        return process.Pid;
    }

    /// <summary>Under the names that Janus gives.</summary>
    private ImmutableArray<string> Place(string segment, RecordedSegment made)
    {
        var room = MediaRoomName.Of(GrainKey.Of(BookingStage.Tenant, Visit));
        var folder = Directory.CreateDirectory(RecordingFiles.FolderOf(Node, room, segment)).FullName;
        var placed = ImmutableArray.CreateBuilder<string>();
        foreach (var track in made.Tracks)
        {
            var voice = track.Kind == RecordedKind.Microphone;
            var micros = (track.StartUtc - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
            placed.Add(Path.Combine(folder, $"videoroom-{room}-user-{track.ParticipantId}-{micros}-{(voice ? "audio-0" : "video-1")}.mjr"));
            File.Move(track.Path, placed[^1]);
        }

        return placed.ToImmutable();
    }

    private static string NodeOf(string folder) => Path.Combine(folder, "node");

    private static NotedPerson Person(string id, string name, bool staff) => new() { Participant = id, Name = name, IsStaff = staff, Session = $"s-{id}" };

    private sealed class FolderNode(string recordings) : IMediaNode
    {
        public MediaNodeAddress? Current { get; } = new(new Uri("ws://127.0.0.1:9"), "", "", "here/1", recordings);

        public event Action<MediaNodeAddress>? Started { add { } remove { } }

        public event Action<string>? Died { add { } remove { } }
    }
}
