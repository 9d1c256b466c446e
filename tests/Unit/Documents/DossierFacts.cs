using System.Collections.Immutable;
using Balie.Grains.Documents;
using Balie.Grains.Interfaces.Booking;
using Balie.Grains.Interfaces.Calls;
using Balie.Grains.Interfaces.Documents;
using Balie.Grains.Interfaces.Platform;
using Balie.Grains.Interfaces.Tenancy;
using CsCheck;

namespace Balie.Unit.Tests.Documents;

public sealed class DossierFacts
{
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 18, 20, 0, TimeSpan.Zero);
    private static readonly Caller Gerrit = new() { Kind = CallerKind.Participant, Tenant = "t", Visit = "v", Id = "gerrit", Name = "Gerrit Maes", Session = "phone" };
    private static readonly Caller Aisha = Gerrit with { Id = "aisha", Name = "Aisha Benali", Session = "laptop" };
    private static readonly Caller An = new() { Kind = CallerKind.Staff, Tenant = "t", Id = "an", Name = "An Peeters" };
    private static readonly Caller Balie = Caller.System("t", "signing");
    private static readonly ImmutableArray<Choice> Sections = [new("feiten", "De feiten"), new("verweer", "Het verweer")];

    [Fact]
    public void Only_whoever_is_in_the_call_adds_a_document_and_staff_always()
    {
        Add(Dossier.Empty, Gerrit, inCall: false).Error!.Code.ShouldBe("document.not-in-call");
        Add(Dossier.Empty, Gerrit, inCall: true).Error.ShouldBeNull();
        Add(Dossier.Empty, An, inCall: false).Error.ShouldBeNull();
    }

    [Fact]
    public void Whether_a_file_may_come_in_is_known_before_it_does()
    {
        DossierDecisions.MayAdd(Dossier.Empty, Gerrit, inCall: false)!.Code.ShouldBe("document.not-in-call");
        DossierDecisions.MayAdd(Dossier.Empty, Gerrit, inCall: true).ShouldBeNull();
        DossierDecisions.MayAdd(Dossier.Empty, An, inCall: false).ShouldBeNull();
    }

    [Fact]
    public void The_twenty_first_document_of_participants_is_refused_until_one_is_withdrawn()
    {
        var dossier = Enumerable.Range(0, 20).Aggregate(Dossier.Empty, (d, n) => After(d, Add(d, n % 2 == 0 ? Gerrit : Aisha, id: $"d{n}").Events));

        Add(dossier, Gerrit).Error!.Code.ShouldBe("document.too-many");
        Add(dossier, An).Error.ShouldBeNull();

        dossier = After(dossier, DossierDecisions.Withdraw(dossier, Withdraws("d0"), Gerrit).Events);
        Add(dossier, Gerrit).Error.ShouldBeNull();
    }

    [Fact]
    public void One_withdraws_ones_own_document_and_nobody_elses()
    {
        var dossier = After(Dossier.Empty, Add(Dossier.Empty, Gerrit, id: "d1").Events);

        DossierDecisions.Withdraw(dossier, Withdraws("d1"), Aisha).Error!.Code.ShouldBe("document.not-yours");
        DossierDecisions.Withdraw(dossier, Withdraws("d1"), An).Error!.Code.ShouldBe("document.not-yours");
        var after = After(dossier, DossierDecisions.Withdraw(dossier, Withdraws("d1"), Gerrit).Events);
        after.View(1, Sections).Documents.ShouldBeEmpty();
        DossierDecisions.Withdraw(after, Withdraws("d1"), Gerrit).ShouldBe(Grains.Platform.Decision.Nothing);
    }

    [Theory]
    [InlineData("report", null, null)]
    [InlineData("signed", null, null)]
    [InlineData("upload", "verslag-1-0", null)]
    [InlineData("upload", null, "d1")]
    public void Nobody_but_Balie_passes_something_off_as_the_report_or_replaces_a_document(string kind, string? id, string? supersedes)
    {
        var dossier = After(Dossier.Empty, Add(Dossier.Empty, An, id: "d1").Events);
        var command = Adds() with { Kind = kind, DocumentId = id, Supersedes = supersedes };

        DossierDecisions.Add(dossier, command, Gerrit, true, "x", Now).Error!.Code.ShouldBe("document.kind");
        DossierDecisions.Add(dossier, command, An, true, "x", Now).Error!.Code.ShouldBe("document.kind");
        DossierDecisions.Add(dossier, command, Balie, true, "x", Now).Error.ShouldBeNull();
    }

    [Fact]
    public void A_newer_revision_takes_the_place_of_the_older_one_on_the_shared_screen_too()
    {
        var dossier = Reported();
        dossier = After(dossier, DossierDecisions.Show(dossier, Shows("verslag-1-0", 2), An, inCall: false).Events);

        dossier = After(dossier, DossierDecisions.Add(dossier, Adds("b") with { Kind = "signed", DocumentId = "verslag-1-1", Supersedes = "verslag-1-0" }, Balie, false, "x", Now).Events);

        dossier.View(3, Sections).Documents.Select(d => (d.Id, d.Kind)).ShouldBe([("verslag-1-1", "signed")]);
        dossier.Shared.ShouldBe(new SharedPage("verslag-1-1", 2, "an"));
    }

    [Fact]
    public void The_same_revision_twice_is_once_and_another_one_under_its_id_is_refused()
    {
        var dossier = Reported();
        var again = Adds() with { Kind = "report", DocumentId = "verslag-1-0" };

        DossierDecisions.Add(dossier, again, Balie, false, "x", Now).Events.ShouldBeEmpty();
        DossierDecisions.Add(dossier, again with { Document = Taken("other") }, Balie, false, "x", Now).Error!.Code.ShouldBe("document.id-taken");
    }

    [Theory]
    [InlineData(0, "document.page")]
    [InlineData(4, "document.page")]
    [InlineData(3, null)]
    public void A_page_is_shown_when_the_document_has_it(int page, string? code) =>
        (DossierDecisions.Show(Reported(), Shows("verslag-1-0", page), Gerrit, inCall: true).Error?.Code).ShouldBe(code);

    [Fact]
    public void Somebody_in_the_waiting_room_turns_no_pages() =>
        DossierDecisions.Show(Reported(), Shows("verslag-1-0", 1), Gerrit, inCall: false).Error!.Code.ShouldBe("document.not-in-call");

    [Fact]
    public void Withdrawing_the_document_on_screen_ends_looking_together()
    {
        var dossier = After(Dossier.Empty, Add(Dossier.Empty, Gerrit, id: "d1").Events);
        dossier = After(dossier, DossierDecisions.Show(dossier, Shows("d1", 1), Gerrit, true).Events);

        After(dossier, DossierDecisions.Withdraw(dossier, Withdraws("d1"), Gerrit).Events).Shared.ShouldBeNull();
    }

    [Fact]
    public void A_look_inside_is_an_event_and_who_is_not_in_the_call_does_not_even_learn_that_the_document_exists()
    {
        var dossier = Reported();

        Opens(dossier, Gerrit, Call(SeatStatus.Admitted)).Events.ShouldBe([new DocumentOpened("verslag-1-0", "gerrit")]);
        Opens(dossier, Gerrit, Call(SeatStatus.Waiting)).Error!.Code.ShouldBe("document.unknown");
        Opens(dossier, Gerrit with { Session = "stolen-link" }, Call(SeatStatus.Admitted)).Error!.Code.ShouldBe("document.unknown");
        Opens(dossier, An, Call(SeatStatus.Waiting)).Events.ShouldBe([new DocumentOpened("verslag-1-0", "an")]);
    }

    [Fact]
    public void After_the_call_the_citizen_fetches_the_signed_copy_with_any_browser_but_nothing_else()
    {
        var dossier = Reported();
        dossier = After(dossier, DossierDecisions.Add(dossier, Adds("b") with { Kind = "signed", DocumentId = "verslag-1-2", Supersedes = "verslag-1-0" }, Balie, false, "x", Now).Events);
        var over = Call(SeatStatus.Absent) with { Status = CallStatus.Ended };
        var elsewhere = Gerrit with { Session = "desktop" };

        DossierDecisions.Open(dossier, Looks("verslag-1-2"), elsewhere, over, Now).Error.ShouldBeNull();
        DossierDecisions.Open(dossier, Looks("verslag-1-0"), elsewhere, over, Now).Error!.Code.ShouldBe("document.unknown");
        DossierDecisions.Open(dossier, Looks("verslag-1-0"), Gerrit, over, Now).Error.ShouldBeNull();
    }

    [Fact]
    public void Reading_a_file_in_pieces_is_one_look()
    {
        var dossier = Reported();
        dossier = After(dossier, Opens(dossier, An, Call(SeatStatus.Admitted)).Events);

        Opens(dossier, An, Call(SeatStatus.Admitted)).Events.ShouldBeEmpty();
        Opens(dossier, An, Call(SeatStatus.Admitted)).Result.ShouldNotBeNull();
        DossierDecisions.Open(dossier, Looks("verslag-1-0"), An, Call(SeatStatus.Admitted), Now + DossierDecisions.OneLook).Events.Length.ShouldBe(1);
    }

    [Fact]
    public void A_section_is_saved_on_its_newest_version_only_and_the_refusal_says_which_that_is()
    {
        var dossier = Saved(Dossier.Empty, "feiten", "Eerste.", 0);
        dossier = Saved(dossier, "feiten", "Tweede.", 1);

        var stale = DossierDecisions.SaveSection(dossier, Saves("feiten", "Andere.", 1), Sections, "bram", Now).Error!;

        stale.Code.ShouldBe("report.stale");
        stale.Message.ShouldContain("versie 2");
        DossierDecisions.SaveSection(dossier, Saves("verweer", "Verweer.", 0), Sections, "bram", Now).Error.ShouldBeNull();
        DossierDecisions.SaveSection(dossier, Saves("besluit", "x", 0), Sections, "bram", Now).Error!.Code.ShouldBe("report.section-unknown");
    }

    [Fact]
    public void The_moment_in_the_call_is_that_of_the_first_writing()
    {
        var dossier = Saved(Dossier.Empty, "feiten", "Eerste.", 0, second: 90);
        dossier = Saved(dossier, "feiten", "Tweede.", 1, second: 300);

        dossier.View(2, Sections).Report!.Sections[0].CallSecond.ShouldBe(90);
    }

    [Fact]
    public void A_locked_report_is_final_until_it_opens_again_and_an_empty_one_is_not_locked()
    {
        DossierDecisions.Lock(Dossier.Empty, Locks(true), "signing").Error!.Code.ShouldBe("report.empty");
        DossierDecisions.Lock(Saved(Dossier.Empty, "feiten", " \n", 0), Locks(true), "signing").Error!.Code.ShouldBe("report.empty");

        var dossier = Saved(Dossier.Empty, "feiten", "Tekst.", 0);
        dossier = After(dossier, DossierDecisions.Lock(dossier, Locks(true), "signing").Events);
        DossierDecisions.SaveSection(dossier, Saves("feiten", "Later.", 1), Sections, "an", Now).Error!.Code.ShouldBe("report.final");

        dossier = After(dossier, DossierDecisions.Lock(dossier, Locks(false), "signing").Events);
        Saved(dossier, "feiten", "Later.", 1).Sections["feiten"].Version.ShouldBe(2);
    }

    /// <summary>Whatever editors do in whatever order: versions of a section grow by one, and no save loses a text that its author had not seen.</summary>
    [Fact]
    public void No_order_of_saves_overwrites_a_version_unseen()
    {
        var save = Gen.Select(Gen.OneOf("feiten", "verweer"), Gen.Int[0, 5], Gen.String[Gen.Char['a', 'c'], 0, 3]);
        Check.Sample(save.List[0, 30], saves =>
        {
            var dossier = Dossier.Empty;
            foreach (var (section, basedOn, text) in saves)
            {
                var before = dossier.Sections.GetValueOrDefault(section);
                var decision = DossierDecisions.SaveSection(dossier, Saves(section, text, basedOn), Sections, "an", Now);
                dossier = After(dossier, decision.Events);
                var after = dossier.Sections.GetValueOrDefault(section);
                if (decision.Events.Length > 0 && (basedOn != (before?.Version ?? 0) || after!.Version != basedOn + 1)) return false;
                if (decision.Events.Length == 0 && before != after) return false;
                if (decision.Error is null && decision.Result!.Text != text) return false;
            }

            return true;
        });
    }

    /// <summary>Every document on the table is one that was added, not withdrawn by its owner, and not replaced.</summary>
    [Fact]
    public void No_order_of_adding_and_withdrawing_shows_a_withdrawn_document_or_more_than_twenty()
    {
        var step = Gen.Select(Gen.Int[0, 2], Gen.Int[0, 30], Gen.Bool);
        Check.Sample(step.List[0, 60], steps =>
        {
            var dossier = Dossier.Empty;
            foreach (var (who, number, add) in steps)
            {
                var caller = who == 0 ? Gerrit : who == 1 ? Aisha : An;
                var events = add
                    ? Add(dossier, caller, id: $"d{dossier.Documents.Length}").Events
                    : DossierDecisions.Withdraw(dossier, Withdraws($"d{number}"), caller).Events;
                dossier = After(dossier, events);
                if (dossier.Current.Count(d => d.ByParticipant) > DossierDecisions.MostUploads) return false;
                if (dossier.Current.Any(d => d.Withdrawn)) return false;
            }

            return dossier.Documents.Select(d => d.Id).Distinct().Count() == dossier.Documents.Length;
        });
    }

    private static Dossier Reported() =>
        After(Dossier.Empty, DossierDecisions.Add(Dossier.Empty, Adds() with { Kind = "report", DocumentId = "verslag-1-0" }, Balie, false, "x", Now).Events);

    private static Dossier Saved(Dossier dossier, string section, string text, int basedOn, int? second = null) =>
        After(dossier, DossierDecisions.SaveSection(dossier, Saves(section, text, basedOn) with { CallSecond = second }, Sections, "an", Now).Events);

    private static Grains.Platform.Decision<DocumentView> Add(Dossier dossier, Caller caller, bool inCall = true, string id = "fresh") =>
        DossierDecisions.Add(dossier, Adds(), caller, inCall, id, Now);

    private static Grains.Platform.Decision<StoredDocument> Opens(Dossier dossier, Caller caller, CallView call) =>
        DossierDecisions.Open(dossier, Looks("verslag-1-0"), caller, call, Now);

    private static CallView Call(SeatStatus status) => new()
    {
        Version = 1,
        Status = CallStatus.Running,
        Seats =
        [
            new SeatView
            {
                Participant = "gerrit", Role = ParticipantRole.Citizen, Name = "Gerrit Maes", Status = status, Connected = true, Microphone = true, Camera = true, Session = "phone",
            },
        ],
    };

    private static TakenDocument Taken(string address = "a") =>
        new() { FileName = "brief.pdf", Blob = new BlobRef(address, "sha-" + address, 1234), Pages = 3, OriginalType = "application/pdf" };

    private static AddDocument Adds(string address = "a") => new() { CommandId = Guid.NewGuid(), Document = Taken(address) };

    private static WithdrawDocument Withdraws(string id) => new() { CommandId = Guid.NewGuid(), Document = id };

    private static OpenDocument Looks(string id) => new() { CommandId = Guid.NewGuid(), Document = id };

    private static ShowPage Shows(string? id, int page) => new() { CommandId = Guid.NewGuid(), Document = id, Page = page };

    private static SaveSection Saves(string section, string text, int basedOn) =>
        new() { CommandId = Guid.NewGuid(), Section = section, Text = text, BasedOn = basedOn };

    private static LockReport Locks(bool locked) => new() { CommandId = Guid.NewGuid(), Locked = locked };

    private static Dossier After(Dossier dossier, ImmutableArray<IDomainEvent> events) => events.Aggregate(dossier, (d, e) => d.Apply(e, Now));
}
