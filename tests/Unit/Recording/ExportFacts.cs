using Balie.Grains.Interfaces.Platform;
using Balie.Grains.Interfaces.Recording;
using Balie.Grains.Recording;

namespace Balie.Unit.Tests.Recording;

public sealed class ExportFacts
{
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 18, 20, 0, TimeSpan.Zero);
    private static readonly BlobRef Blob = new("a", "b", 1);

    [Fact]
    public void Nothing_recorded_or_not_yet_kept_cannot_be_composed()
    {
        RecordingDecisions.Compose(VisitRecording.Empty, "an", stalled: true).Error!.Code.ShouldBe("recording.nothing");
        RecordingDecisions.Compose(Opened(), "an", stalled: true).Error!.Code.ShouldBe("recording.running");
        RecordingDecisions.Compose(Ended(), "an", stalled: true).Error!.Code.ShouldBe("recording.coming-in");
    }

    [Fact]
    public void An_export_is_made_once_unless_its_worker_fell_silent()
    {
        var kept = Kept();
        var asked = kept.Apply(RecordingDecisions.Compose(kept, "an", stalled: true).Events.ShouldHaveSingleItem(), Now);

        RecordingDecisions.Compose(asked, "an", stalled: false).Events.ShouldBeEmpty();
        RecordingDecisions.Compose(asked, "an", stalled: true).Events.ShouldHaveSingleItem();
        RecordingDecisions.Compose(asked.Apply(new ExportMade(Blob, 4, []), Now), "an", stalled: true).Events.ShouldBeEmpty();
    }

    [Fact]
    public void The_first_film_stands_and_a_later_one_hears_so()
    {
        var kept = Kept();
        var asked = kept.Apply(RecordingDecisions.Compose(kept, "an", stalled: true).Events.ShouldHaveSingleItem(), Now);
        var made = new RecordingComposed { CommandId = Guid.NewGuid(), Blob = Blob, Duration = 4, Places = [] };

        var first = RecordingDecisions.Composed(asked, made);
        var second = RecordingDecisions.Composed(asked.Apply(first.Events.ShouldHaveSingleItem(), Now), made);

        (first.Result, second.Result).ShouldBe((false, true));
        second.Events.ShouldBeEmpty();
    }

    [Fact]
    public void A_segment_is_kept_once()
    {
        var again = new SegmentStored { CommandId = Guid.NewGuid(), Segment = "s1", Tracks = [] };

        RecordingDecisions.Keep(Kept(), again).Events.ShouldBeEmpty();
        RecordingDecisions.Keep(Kept(), again with { Segment = "s9" }).Error!.Code.ShouldBe("recording.segment-unknown");
    }

    private static VisitRecording Opened() => VisitRecording.Empty.Apply(new SegmentOpened("s1", ["an"]), Now);

    private static VisitRecording Ended() => Opened().Apply(new SegmentEnded("s1", "stopped"), Now.AddSeconds(4));

    private static VisitRecording Kept() => Ended().Apply(new SegmentKept("s1", [new KeptTrack("an", "camera", Now, Blob)]), Now.AddSeconds(5));
}
