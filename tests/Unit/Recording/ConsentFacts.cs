using Balie.Grains.Interfaces.Recording;
using Balie.Grains.Platform;
using Balie.Grains.Recording;
using CsCheck;

namespace Balie.Unit.Tests.Recording;

public sealed class ConsentFacts
{
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 18, 20, 0, TimeSpan.Zero);

    [Fact]
    public void Recording_starts_with_the_last_yes()
    {
        var state = After(VisitRecording.Empty, Present(1, "an", "gerrit"), Asks());
        Opens(state).Events.ShouldBeEmpty();

        state = After(state, Says("gerrit", true));

        Opens(state).Events.ShouldHaveSingleItem().ShouldBeOfType<SegmentOpened>().Consenting.ShouldBe(["an", "gerrit"]);
    }

    [Fact]
    public void One_no_is_enough_and_changes_nothing_else()
    {
        var state = After(VisitRecording.Empty, Present(1, "an", "gerrit"), Asks(), Says("gerrit", false));

        Opens(state).Events.ShouldBeEmpty();
        state.PausedBecause.ShouldBe("refused");
    }

    [Fact]
    public void Withdrawal_ends_the_segment_at_once_and_marks_it()
    {
        var state = After(VisitRecording.Empty, Present(1, "an", "gerrit"), Asks(), Says("gerrit", true), Opens);

        state = After(state, s => RecordingDecisions.Withdraw(s, "gerrit", "gerrit-1"));

        state.Open.ShouldBeNull();
        state.Segments.Single().Marked.ShouldBeTrue();
        Opens(state).Events.ShouldBeEmpty();
    }

    [Fact]
    public void A_newcomer_ends_the_segment_and_their_yes_opens_another()
    {
        var state = After(VisitRecording.Empty, Present(1, "an", "gerrit"), Asks(), Says("gerrit", true), Opens, Present(2, "an", "gerrit", "aisha"));
        state.Open.ShouldBeNull();
        state.PausedBecause.ShouldBe("newcomer");

        state = After(state, Says("aisha", true), s => RecordingDecisions.Open(s, "s2"));

        state.Open!.Consenting.ShouldContain("aisha");
        state.Segments.Length.ShouldBe(2);
    }

    [Fact]
    public void A_reconnect_keeps_consent()
    {
        var state = After(VisitRecording.Empty, Present(1, "an", "gerrit"), Asks(), Says("gerrit", true), Present(2, "an"), Present(3, "an", "gerrit"));

        state.EverybodyConsents.ShouldBeTrue();
    }

    [Fact]
    public void A_browser_without_the_seat_speaks_for_nobody_and_a_new_one_must_be_asked_again()
    {
        var state = After(VisitRecording.Empty, Present(1, "an", "gerrit"), Asks());
        Says("gerrit", true, browser: 2)(state).Error!.Code.ShouldBe("recording.not-present");

        state = After(state, Says("gerrit", true), Opens, Present(2, "an", "gerrit/2"));

        state.Open.ShouldBeNull();
        state.EverybodyConsents.ShouldBeFalse();
    }

    [Fact]
    public void Consent_to_another_text_does_not_count()
    {
        var state = After(VisitRecording.Empty, Present(1, "an", "gerrit"), Asks());

        RecordingDecisions.Answer(state, new AnswerConsent { CommandId = Guid.NewGuid(), Yes = true, TextVersion = "nl-0" }, "gerrit", "gerrit-1").Error!.Code.ShouldBe("recording.other-text");
    }

    [Fact]
    public void An_old_word_about_who_is_present_is_ignored()
    {
        var state = After(VisitRecording.Empty, Present(5, "an", "gerrit"), Present(4, "an"));

        state.Present.Length.ShouldBe(2);
    }

    /// <summary>Whatever people say and whoever comes and goes: while a segment is open, everybody present said yes to the text in force.</summary>
    [Fact]
    public void No_order_of_events_leaves_a_segment_open_without_everybodys_consent()
    {
        var people = Gen.OneOf("an", "gerrit", "aisha");
        var version = 0L;
        var step = Gen.OneOf(
            people.Select(Gen.Bool, (p, yes) => (Func<VisitRecording, Decision>)Says(p, yes)),
            people.Select(p => (Func<VisitRecording, Decision>)(s => RecordingDecisions.Withdraw(s, p, p + "-1"))),
            Gen.OneOf("an", "gerrit", "aisha", "gerrit/2").HashSet[0, 3].Where(who => !(who.Contains("gerrit") && who.Contains("gerrit/2"))).Select(who => (Func<VisitRecording, Decision>)(s => Present(Interlocked.Increment(ref version), [.. who])(s))),
            Gen.OneOf("nl-1", "nl-2").Select(t => (Func<VisitRecording, Decision>)(s => RecordingDecisions.Ask(s, t, "an", "an-1", offered: true))),
            Gen.Const((Func<VisitRecording, Decision>)(s => RecordingDecisions.Stop(s, "an"))),
            Gen.Const((Func<VisitRecording, Decision>)Opens));

        Check.Sample(step.List[0, 60], steps =>
        {
            var state = VisitRecording.Empty;
            foreach (var one in steps)
            {
                state = After(state, one);
                if (state.Open is not null && !state.EverybodyConsents) return false;
            }

            return true;
        });
    }

    private static Func<VisitRecording, Decision> Asks() => s => RecordingDecisions.Ask(s, "nl-1", "an", "an-1", offered: true);

    private static Func<VisitRecording, Decision> Says(string who, bool yes, int browser = 1) =>
        s => RecordingDecisions.Answer(s, new AnswerConsent { CommandId = Guid.NewGuid(), Yes = yes, TextVersion = s.TextVersion }, who, who + "-" + browser);

    private static Func<VisitRecording, Decision> Present(long version, params string[] who) =>
        s => RecordingDecisions.NotePresence(s, new PresentPeople(version, [.. who.Select(p => new PresentPerson(p.Split('/')[0], p, p.StartsWith("an", StringComparison.Ordinal), p.Split('/')[0] + "-" + (p.Contains('/') ? p.Split('/')[1] : "1")))]));

    private static Decision Opens(VisitRecording s) => RecordingDecisions.Open(s, "s" + (s.Segments.Length + 1));

    private static VisitRecording After(VisitRecording state, params Func<VisitRecording, Decision>[] steps) =>
        steps.Aggregate(state, (now, step) => step(now).Events.Aggregate(now, (s, e) => s.Apply(e, Now)));
}
