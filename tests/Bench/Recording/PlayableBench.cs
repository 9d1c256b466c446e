using System.Diagnostics;
using System.Globalization;
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
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Balie.Bench;

/// <summary>How soon after hang-up a recording can be played: from the word that the segment is closed until its tracks are playable files in the store.</summary>
internal sealed class PlayableBench : IBench
{
    private const string Segment = "s1";

    /// <summary>Minutes of talk; <c>BALIE_BENCH_MINUTES</c> for another length than ten.</summary>
    private static readonly double Minutes = double.TryParse(Environment.GetEnvironmentVariable("BALIE_BENCH_MINUTES"), CultureInfo.InvariantCulture, out var minutes) ? minutes : 10;

    public string Name => "playable";

    public string About => "hang-up until a page can play the recording";

    public async Task<IReadOnlyList<Row>> RunAsync(CancellationToken ct = default)
    {
        var folder = BalieProcess.NewFolder();
        try
        {
            var made = await RawTracks.MakeAsync(folder, TimeSpan.FromMinutes(Minutes), ct);
            var bytes = made.Tracks.Sum(t => new FileInfo(t.Path).Length);
            await using var database = await BenchDatabase.StartAsync(ct);
            await using var silo = await BenchSilo.StartAsync(database, s => Configure(s.Services, folder), ct);
            await Town.SetUpAsync(silo, Town.Of(1), ct);
            var took = new List<double>();
            for (var run = 0; run <= Figures.Runs; run++)
            {
                var seconds = await HangUpAsync(silo, made, folder, $"v{run}", ct);
                if (run > 0) took.Add(seconds);
            }

            return
            [
                Row.Budget("playable after hang-up", "s", took, Target.AtMost(3),
                    string.Create(CultureInfo.InvariantCulture, $"{Minutes:0.##} minutes of two people (two VP8 pictures of 640x360, two Opus voices; {bytes / 1e6:0} MB of raw tracks on the node's disk): stored encrypted with fsync, remuxed by janus-pp-rec and ffmpeg -c copy, stored encrypted again, journalled; one process; {Figures.Runs} runs after one that does not count"),
                    "storing, remuxing and storing again"),
            ];
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Configure(IServiceCollection services, string folder)
    {
        services.AddSingleton<IMediaNode>(new FolderNode(NodeOf(folder)));
        services.AddSingleton<IBlobStore>(s => new FileBlobStore(Path.Combine(folder, "blobs"), s.GetRequiredService<IKeyRing>(), TimeProvider.System));
        // What other rooms send needs parts of a whole process.
        services.RemoveAll<IOutboxHandler>();
        services.AddRecordingWork(folder);
        services.AddBalieWorkers();
    }

    private static async Task<double> HangUpAsync(BenchSilo silo, RecordedSegment made, string folder, string visit, CancellationToken ct)
    {
        await SeedAsync(silo, visit, ct);
        Place(made, folder, visit);
        BenchSilo.Be(Caller.System(BenchSilo.Tenant, "bench"));
        var grain = silo.Grain<IRecordingGrain>(visit);
        await grain.View(ct);
        var clock = Stopwatch.StartNew();
        await grain.SegmentClosed(new SegmentClosed(Segment, DateTimeOffset.UtcNow, "ended"));
        using var look = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (!(await grain.View(ct)).Segments[0].Playable) await look.WaitForNextTickAsync(ct);
        var seconds = clock.Elapsed.TotalSeconds;
        BenchSilo.Be(BenchSilo.Officer());
        await grain.Open(new OpenRecording { CommandId = Guid.NewGuid(), Purpose = "bench" }, ct);
        var playback = await grain.Playback(ct);
        if (playback.Tracks.Length != 4 || playback.Duration < Minutes * 60 * 0.98) throw new InvalidOperationException($"{playback.Tracks.Length} tracks of {playback.Duration} s can be played.");
        return seconds;
    }

    private static async Task SeedAsync(BenchSilo silo, string visit, CancellationToken ct)
    {
        var (keys, events) = (silo.Services.GetRequiredService<IKeyRing>(), silo.Services.GetRequiredService<EventSerializer>());
        var key = await keys.DossierKeyAsync(BenchSilo.Tenant, visit, ct);
        var now = silo.Journal.Now;
        var write = new JournalWrite { Tenant = BenchSilo.Tenant, CommandId = Guid.NewGuid(), Actor = "system:bench", PayloadHash = [1], At = now };
        void Append(string room, params IDomainEvent[] past) =>
            write.Appends.Add(new PendingAppend { Stream = $"{room}/{visit}", ExpectedVersion = 0, Events = [.. past.Select(e => events.Serialize(e, key))] });
        Append("appointment", new AppointmentBooked
        {
            Staff = Town.StaffId(0), StaffName = "An Peeters", Product = Town.Product, Start = now, End = now.AddMinutes(Town.Minutes), DoorsOpen = now, DoorsClose = now.AddHours(1),
            Language = "nl", PostalCode = "2991", Question = "", BaseAddress = "https://balie.example",
        });
        Append("recording", new SegmentOpened(Segment, ["an", "gerrit"]));
        await silo.Journal.AppendAsync(write, ct);
    }

    /// <summary>Where Janus would have left them, under the names it gives.</summary>
    private static void Place(RecordedSegment made, string folder, string visit)
    {
        var room = MediaRoomName.Of(GrainKey.Of(BenchSilo.Tenant, visit));
        var segment = Directory.CreateDirectory(RecordingFiles.FolderOf(NodeOf(folder), room, Segment)).FullName;
        foreach (var track in made.Tracks)
        {
            var micros = (track.StartUtc - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
            var line = track.Kind == RecordedKind.Microphone ? "audio-0" : "video-1";
            File.Copy(track.Path, Path.Combine(segment, $"videoroom-{room}-user-{track.ParticipantId}-{micros}-{line}.mjr"));
        }
    }

    private static string NodeOf(string folder) => Path.Combine(folder, "node");

    private sealed class FolderNode(string recordings) : IMediaNode
    {
        public MediaNodeAddress? Current { get; } = new(new Uri("ws://127.0.0.1:9"), "", "", "here/1", recordings);

        public event Action<MediaNodeAddress>? Started { add { } remove { } }

        public event Action<string>? Died { add { } remove { } }
    }
}
