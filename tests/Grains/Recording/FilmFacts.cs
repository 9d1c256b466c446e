using Balie.Grains.Interfaces.Recording;
using Balie.Grains.Platform;
using Balie.Grains.Tests.Booking;
using Balie.Grains.Tests.Media;
using Balie.Grains.Tests.Platform;

namespace Balie.Grains.Tests.Recording;

/// <summary>The one film of a recording, when FFmpeg is killed while it is made.</summary>
public sealed class FilmFacts(Database database) : IClassFixture<Database>
{
    /// <summary>Raw tracks and playable files of two people.</summary>
    private const int WithoutFilm = 8;

    [Fact]
    public async Task FFmpeg_killed_the_film_is_taken_up_again_and_made_once()
    {
        await using var stage = await RecordedAsync();
        await stage.ComposeAsync();

        await stage.KillFfmpegAsync();
        await stage.UntilAsync(v => v.Export is "ready" or "failed", "the film is made");

        (await stage.ViewAsync()).Export.ShouldBe("ready");
        await PlaysOnceAsync(stage);
    }

    [Fact]
    public async Task FFmpeg_killed_every_time_it_says_so_leaves_nothing_behind_and_can_be_asked_again()
    {
        await using var stage = await RecordedAsync();
        await stage.ComposeAsync();

        var first = await stage.KillFfmpegAsync();
        await stage.KillFfmpegAsync(but: first);
        await stage.UntilAsync(v => v.Export is "ready" or "failed", "it is said how it ended");

        (await stage.ViewAsync()).Export.ShouldBe("failed");
        (await stage.OpenAsync()).Film.ShouldBeNull();
        stage.Stored.Count.ShouldBe(WithoutFilm);
        Directory.EnumerateFileSystemEntries(stage.Work).ShouldBeEmpty();

        await stage.ComposeAsync();
        await stage.UntilAsync(v => v.Export == "ready", "the film is made when it is asked again");
        await PlaysOnceAsync(stage);
    }

    [Fact]
    public async Task A_film_of_which_the_word_was_lost_when_it_was_ready_is_not_called_failed()
    {
        LossyJournal? journal = null;
        await using var stage = await RecordedAsync(j => journal = new LossyJournal(j));
        journal.ShouldNotBeNull().Loses = write => write.Appends.Any(a => a.Events.Any(e => e.Name == "recording.export-made.v1"));

        await stage.ComposeAsync();
        await stage.UntilAsync(v => v.Export is "ready" or "failed", "the film is made");

        journal.Loses.ShouldBeNull("the word was lost");
        (await stage.ViewAsync()).Export.ShouldBe("ready");
        await stage.Cluster.UntilAsync(() => Task.FromResult(!Directory.EnumerateFileSystemEntries(stage.Work).Any()), "the work is over");
        await PlaysOnceAsync(stage);
    }

    [Fact]
    public async Task Who_lost_the_turn_to_another_node_stops_and_leaves_nothing_behind()
    {
        await using var stage = await RecordedAsync();
        await stage.ComposeAsync();
        await stage.Cluster.UntilAsync(() => Task.FromResult(Works(stage)), "FFmpeg is at work");
        await stage.DeactivateAllAsync();
        (await stage.TakeElsewhereAsync()).ShouldBe(ExportTurn.Yours);

        await stage.Cluster.UntilAsync(() => Task.FromResult(!Works(stage)), "the work here has stopped", TimeSpan.FromSeconds(1));

        (await stage.ViewAsync()).Export.ShouldBe("composing");
        stage.Stored.Count.ShouldBe(WithoutFilm);
        await stage.Cluster.UntilAsync(async () => (await stage.ViewAsync()).Export is "ready" or "failed", "the other says nothing, and it is made here", TimeSpan.FromSeconds(1));
        await PlaysOnceAsync(stage);
    }

    [Fact]
    public async Task A_film_that_another_activation_was_asked_for_is_not_taken_for_nobodys()
    {
        await using var stage = await RecordedAsync();
        var known = await stage.ViewAsync();
        await stage.Cluster.SeedAsync(BookingStage.Tenant, stage.Visit, "recording", known.Version, new ExportAsked("an.peeters"));

        (await stage.TakeElsewhereAsync()).ShouldBe(ExportTurn.Yours);
    }

    [Fact]
    public async Task A_film_that_another_activation_was_asked_for_is_the_recordings_when_it_comes()
    {
        await using var stage = await RecordedAsync();
        var known = await stage.ViewAsync();
        await stage.Cluster.SeedAsync(BookingStage.Tenant, stage.Visit, "recording", known.Version, new ExportAsked("an.peeters"));
        var film = await stage.Blobs.WriteAsync(BookingStage.Tenant, stage.Visit, new MemoryStream([1]), TestContext.Current.CancellationToken);

        await stage.ComposedElsewhereAsync(film);

        (await stage.OpenAsync()).Film.ShouldBe(film);
    }

    [Fact]
    public async Task Tracks_of_a_stretch_that_another_activation_knows_are_kept_and_made_playable()
    {
        await using var stage = await RecordedAsync();
        var known = await stage.ViewAsync();
        await stage.Cluster.SeedAsync(BookingStage.Tenant, stage.Visit, "recording", known.Version, new SegmentOpened("s2", ["an"]), new SegmentEnded("s2", "ended"));

        await stage.StoredElsewhereAsync("s2");

        known = await stage.ViewAsync();
        known.Segments[^1].ShouldSatisfyAllConditions(s => s.Id.ShouldBe("s2"), s => s.Stored.ShouldBeTrue());
        await stage.Cluster.SeedAsync(BookingStage.Tenant, stage.Visit, "recording", known.Version, new SegmentOpened("s3", ["an"]), new SegmentEnded("s3", "ended"), new SegmentKept("s3", []));

        (await stage.MadePlayableElsewhereAsync("s3")).ShouldBeTrue();
    }

    [Fact]
    public async Task A_film_that_comes_after_another_leaves_the_store()
    {
        await using var stage = await RecordedAsync();
        await stage.ComposeAsync();
        await stage.Cluster.UntilAsync(() => Task.FromResult(Works(stage)), "FFmpeg is at work");
        var first = await stage.Blobs.WriteAsync(BookingStage.Tenant, stage.Visit, new MemoryStream([1]), TestContext.Current.CancellationToken);
        await stage.ComposedElsewhereAsync(first);

        await stage.Cluster.UntilAsync(() => Task.FromResult(!Works(stage)), "the work here is over", TimeSpan.FromTicks(1));
        await stage.Cluster.UntilAsync(() => Task.FromResult(stage.Stored.Count == WithoutFilm + 1), "one film is in the store", TimeSpan.FromTicks(1));

        (await stage.OpenAsync()).Film.ShouldBe(first);
    }

    private static bool Works(RecordingStage stage) => Directory.EnumerateFileSystemEntries(stage.Work).Any();

    private static async Task PlaysOnceAsync(RecordingStage stage)
    {
        stage.Stored.Count.ShouldBe(WithoutFilm + 1);
        Directory.EnumerateFileSystemEntries(stage.Work).ShouldBeEmpty();
        var film = await stage.FetchAsync((await stage.OpenAsync()).Film.ShouldNotBeNull());
        (await MediaStage.RunAsync("ffprobe", "-v", "error", "-show_entries", "stream=codec_name", "-of", "csv=p=0", film)).Split('\n', StringSplitOptions.RemoveEmptyEntries).ShouldBe(["h264", "aac"]);
    }

    private async Task<RecordingStage> RecordedAsync(Func<Journal, IJournal>? journal = null)
    {
        var stage = await RecordingStage.StartAsync(database, journal: journal);
        await stage.HangUpAsync(TimeSpan.FromSeconds(20));
        await stage.UntilAsync(v => v.Segments[0].Playable, "the recording can be played");
        return stage;
    }
}
