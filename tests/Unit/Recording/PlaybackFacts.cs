using Balie.Grains.Interfaces.Platform;
using Balie.Grains.Interfaces.Recording;
using Balie.Grains.Platform;
using Balie.Grains.Recording;

namespace Balie.Unit.Tests.Recording;

public sealed class PlaybackFacts
{
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 18, 20, 0, TimeSpan.Zero);

    [Fact]
    public void A_stretch_never_ends_before_it_began_whatever_another_clock_says()
    {
        var opened = VisitRecording.Empty.Apply(new SegmentOpened("s1", ["an"]), Now);
        opened.Apply(new SegmentEnded("s1", "stopped", Now.AddSeconds(5)), Now.AddSeconds(40)).Segments[0].EndedAt.ShouldBe(Now.AddSeconds(5));
        opened.Apply(new SegmentEnded("s1", "stopped", Now.AddSeconds(-1)), Now.AddSeconds(1)).Segments[0].EndedAt.ShouldBe(Now.AddSeconds(1));
    }

    [Fact]
    public void Tracks_stand_where_they_began_one_stretch_after_the_other()
    {
        var plan = PlaybackPlan.Of(Recorded());

        plan.Stretches.Select(s => (s.Segment, s.Offset, s.Duration, s.State)).ShouldBe([("s1", 0, 10, "ready"), ("s2", 10, 4, "ready")]);
        plan.Duration.ShouldBe(14);
        plan.Tracks.Select(t => (t.Participant, t.Kind, t.At, t.Length)).ShouldBe([("an", "microphone", 0, 10), ("gerrit", "camera", 1.5, 8), ("an", "microphone", 10, 4)]);
        plan.Tracks.Select(t => t.Name).ShouldContain("Gerrit Maes");
    }

    [Fact]
    public void A_stretch_that_is_still_on_its_way_takes_its_time_and_holds_no_tracks()
    {
        var state = Recorded().Apply(new SegmentOpened("s3", ["an"]), Now.AddSeconds(200)).Apply(new SegmentEnded("s3", "node-lost"), Now.AddSeconds(230));

        var plan = PlaybackPlan.Of(state);

        plan.Stretches[^1].ShouldBe(new RecordedStretch { Segment = "s3", Offset = 14, Duration = 30, StartedAt = Now.AddSeconds(200), State = "pending" });
        plan.Duration.ShouldBe(44);
        PlaybackPlan.Of(state.Apply(new SegmentKept("s3", [Raw("an", "microphone", 200, "r9")]), Now)).Stretches[^1].State.ShouldBe("preparing");
    }

    [Fact]
    public void A_stretch_without_anything_that_plays_and_one_that_still_records_are_not_there()
    {
        var state = Recorded().Apply(new SegmentOpened("s3", ["an"]), Now).Apply(new SegmentEnded("s3", "failed"), Now).Apply(new SegmentKept("s3", []), Now)
            .Apply(new SegmentOpened("s4", ["an"]), Now);

        PlaybackPlan.Of(state).Stretches.Length.ShouldBe(2);
        state.NotPlayable.ShouldBeEmpty("there is nothing to make playable");
    }

    [Fact]
    public void A_moment_has_a_place_in_the_recording_only_when_it_was_recorded()
    {
        var plan = PlaybackPlan.Of(Recorded());

        plan.SecondOf(Now.AddSeconds(4)).ShouldBe(4);
        plan.SecondOf(Now.AddSeconds(-0.5)).ShouldBe(0, "between the order to record and the first packet");
        plan.SecondOf(Now.AddSeconds(30)).ShouldBeNull();
        plan.SecondOf(Now.AddSeconds(62)).ShouldBe(12);
    }

    [Fact]
    public void The_first_playable_files_stand()
    {
        var kept = VisitRecording.Empty.Apply(new SegmentOpened("s1", ["an"]), Now).Apply(new SegmentEnded("s1", "stopped"), Now.AddSeconds(9));
        var made = new SegmentPlayable { CommandId = Guid.NewGuid(), Segment = "s1", Tracks = [new MadeTrack("r1", 0, 9, Blob("p1"))] };
        RecordingDecisions.MakePlayable(kept, made).Error!.Code.ShouldBe("recording.segment-unknown", "its raw tracks come first");

        kept = kept.Apply(new SegmentKept("s1", [Raw("an", "microphone", 0, "r1")]), Now);
        var first = RecordingDecisions.MakePlayable(kept, made);
        first.Result.ShouldBeTrue();
        kept = kept.Apply(first.Events.ShouldHaveSingleItem(), Now);

        var second = RecordingDecisions.MakePlayable(kept, made with { Tracks = [new MadeTrack("r1", 0, 9, Blob("p2"))] });
        second.Events.ShouldBeEmpty();
        second.Result.ShouldBeFalse();
    }

    [Fact]
    public void Playable_files_are_asked_for_again_only_where_there_are_none()
    {
        RecordingDecisions.Prepare(Recorded(), "an").Events.ShouldBeEmpty();
        var without = Recorded().Apply(new SegmentOpened("s3", ["an"]), Now).Apply(new SegmentEnded("s3", "stopped"), Now).Apply(new SegmentKept("s3", [Raw("an", "camera", 0, "r5")]), Now);

        RecordingDecisions.Prepare(without, "an").Events.ShouldHaveSingleItem().ShouldBeOfType<PlaybackAsked>();
    }

    [Fact]
    public void A_look_needs_a_purpose_and_something_to_look_at_and_is_remembered()
    {
        Watch(Recorded(), " ").Error!.Field.ShouldBe("purpose");
        Watch(VisitRecording.Empty, "beroep").Error!.Code.ShouldBe("recording.not-playable");

        var state = Recorded().Apply(Watch(Recorded(), " beroep ").Events.ShouldHaveSingleItem(), Now);

        state.Looks.ShouldHaveSingleItem().ShouldBe(new RecordingLook(Now, "An Peeters", "beroep"));
    }

    [Fact]
    public void Who_wrote_down_a_look_may_watch_for_four_hours_and_nobody_else()
    {
        var state = Recorded().Apply(Watch(Recorded(), "beroep").Events.Single(), Now);

        RecordingDecisions.MayWatchUntil(state, "an", Now.AddHours(3)).ShouldBe(Now.AddHours(4));
        RecordingDecisions.MayWatchUntil(state, "an", Now.AddHours(4)).ShouldBeNull();
        RecordingDecisions.MayWatchUntil(state, "bert", Now).ShouldBeNull();
    }

    private static Decision Watch(VisitRecording state, string purpose) =>
        RecordingDecisions.Watch(state, new OpenRecording { CommandId = Guid.NewGuid(), Purpose = purpose }, "an", "An Peeters");

    /// <summary>Two stretches, a minute apart: a voice and a picture of which the first half second cannot be shown, then a voice.</summary>
    private static VisitRecording Recorded() => VisitRecording.Empty
        .Apply(new PresenceNoted { CallVersion = 1, People = [new NotedPerson { Participant = "gerrit", Name = "Gerrit Maes", IsStaff = false, Session = "s" }] }, Now)
        .Apply(new SegmentOpened("s1", ["an", "gerrit"]), Now.AddSeconds(-1))
        .Apply(new SegmentEnded("s1", "stopped"), Now.AddSeconds(10))
        .Apply(new SegmentOpened("s2", ["an"]), Now.AddSeconds(59))
        .Apply(new SegmentEnded("s2", "stopped"), Now.AddSeconds(64))
        .Apply(new SegmentKept("s1", [Raw("an", "microphone", 0, "r1"), Raw("gerrit", "camera", 1, "r2"), Raw("gerrit", "microphone", 1, "unreadable")]), Now)
        .Apply(new SegmentKept("s2", [Raw("an", "microphone", 60, "r3")]), Now)
        .Apply(new SegmentMadePlayable("s1", [new PlayableTrack("r1", 0, 10, Blob("p1")), new PlayableTrack("r2", 0.5, 8, Blob("p2"))]), Now)
        .Apply(new SegmentMadePlayable("s2", [new PlayableTrack("r3", 0, 4, Blob("p3"))]), Now);

    private static KeptTrack Raw(string participant, string kind, double at, string blob) => new(participant, kind, Now.AddSeconds(at), Blob(blob));

    private static BlobRef Blob(string address) => new(address, "", 1);
}
