using System.Collections.Immutable;
using Balie.Grains.Interfaces.Booking;
using Balie.Grains.Interfaces.Identity;
using Balie.Grains.Interfaces.Platform;
using Balie.Grains.Interfaces.Signing;
using Balie.Grains.Platform;
using Balie.Grains.Signing;
using CsCheck;

namespace Balie.Unit.Tests.Signing;

public sealed class CeremonyFacts
{
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 18, 20, 0, TimeSpan.Zero);
    private static readonly Caller An = new() { Kind = CallerKind.Staff, Tenant = "t", Id = "an", Name = "An Peeters" };
    private static readonly Caller Gerrit = new() { Kind = CallerKind.Participant, Tenant = "t", Visit = "v", Id = "gerrit", Name = "Gerrit", Session = "phone" };
    private static readonly Caller Aisha = Gerrit with { Id = "aisha", Name = "Aisha" };

    private static readonly AppointmentView Appointment = new()
    {
        Version = 1,
        Visit = "v",
        Product = "gas-boete",
        Start = Now,
        End = Now.AddMinutes(30),
        Status = VisitStatus.InProgress,
        Staff = "an",
        StaffName = "An Peeters",
        Participants =
        [
            new ParticipantView { Id = "aisha", Role = ParticipantRole.Helper, Name = "Aisha Benali" },
            new ParticipantView { Id = "gerrit", Role = ParticipantRole.Citizen, Name = "Gerrit" },
        ],
        Language = "nl",
        DoorsOpen = Now,
        DoorsClose = Now,
    };

    [Fact]
    public void The_citizen_signs_first_by_the_proven_name_then_the_officer_who_started_and_a_helper_does_not()
    {
        var ceremony = Started();

        ceremony.Status.ShouldBe(CeremonyStatus.Preparing);
        ceremony.Signers.Select(s => (s.Participant, s.Name, s.Role)).ShouldBe([("gerrit", "Gerrit Maes", "burger"), ("an", "An Peeters", "medewerker")]);
    }

    [Theory]
    [InlineData(IdentityStatus.NotAsked)]
    [InlineData(IdentityStatus.Proven)]
    [InlineData(IdentityStatus.Rejected)]
    public void Nothing_starts_before_the_citizens_identity_is_confirmed_where_the_product_asks_for_it(IdentityStatus status)
    {
        SigningDecisions.Start(Ceremony.Empty, Appointment, Identity(status), identityNeeded: true, An).Error!.Code.ShouldBe("signing.identity-needed");
        SigningDecisions.Start(Ceremony.Empty, Appointment, Identity(status), identityNeeded: false, An).Error.ShouldBeNull();
    }

    [Fact]
    public void Somebody_elses_confirmed_identity_does_not_count()
    {
        var helper = Identity(IdentityStatus.Confirmed) with { Checks = [new IdentityCheckView { Participant = "aisha", Status = IdentityStatus.Confirmed }] };
        SigningDecisions.Start(Ceremony.Empty, Appointment, helper, identityNeeded: true, An).Error!.Code.ShouldBe("signing.identity-needed");
    }

    [Fact]
    public void Two_signers_complete_the_ceremony_one_after_the_other()
    {
        var ceremony = Ready();
        Sign(ceremony, An).Error!.Code.ShouldBe("signing.not-your-turn");
        ceremony.View(1).Next.ShouldBe("gerrit");

        ceremony = After(ceremony, Sign(ceremony, Gerrit));
        ceremony.Status.ShouldBe(CeremonyStatus.Signing);
        ceremony.View(2).Next.ShouldBe("an");
        Sign(ceremony, Gerrit).Error!.Code.ShouldBe("signing.already-signed");

        ceremony = After(ceremony, Sign(ceremony, An));
        ceremony.Status.ShouldBe(CeremonyStatus.Completed);
        ceremony.View(3).Next.ShouldBeNull();
        ceremony.Revisions.Select(r => (r.Document, r.Replaces)).ShouldBe([("verslag-1-0", null), ("verslag-1-1", "verslag-1-0"), ("verslag-1-2", "verslag-1-1")]);
    }

    [Fact]
    public void Somebody_who_is_no_signer_does_not_sign() => Sign(Ready(), Aisha).Error!.Code.ShouldBe("signing.not-a-signer");

    [Fact]
    public void The_revision_on_the_screen_must_be_the_head()
    {
        var ceremony = Ready();
        SigningDecisions.MaySign(ceremony, Signs("other"), "gerrit")!.Code.ShouldBe("signing.stale");

        ceremony = After(ceremony, Sign(ceremony, Gerrit));
        SigningDecisions.MaySign(ceremony, Signs("sha-0"), "an")!.Code.ShouldBe("signing.stale");
    }

    [Fact]
    public void A_revision_made_on_another_head_is_not_taken() =>
        SigningDecisions.Sign(Ready(), Signs("sha-0"), Gerrit, new SealedRevision("sha-x", new BlobRef("b", "sha-y", 9), "seal")).Error!.Code.ShouldBe("signing.stale");

    [Fact]
    public void The_statement_must_be_one_that_exists() =>
        SigningDecisions.MaySign(Ready(), Signs("sha-0") with { StatementVersion = "nl-99" }, "gerrit")!.Code.ShouldBe("signing.statement-unknown");

    [Fact]
    public void The_event_holds_the_evidence()
    {
        var signed = Sign(Ready(), Gerrit).Events.OfType<DocumentSigned>().Single();

        signed.BeforeSha256.ShouldBe("sha-0");
        signed.AfterSha256.ShouldBe("sha-1");
        signed.StatementVersion.ShouldBe("nl-1");
        signed.Means.ShouldBe("drawn");
        signed.StrokesSha256!.Length.ShouldBe(64);
        signed.Session.ShouldBe("phone");
    }

    [Fact]
    public void Declining_ends_the_round_and_a_new_start_is_a_new_one()
    {
        var ceremony = After(Ready(), SigningDecisions.Decline(Ready(), new DeclineToSign { CommandId = Guid.NewGuid(), Reason = "De datum klopt niet." }, "gerrit"));
        ceremony.Status.ShouldBe(CeremonyStatus.Declined);
        ceremony.HoldsReport.ShouldBeFalse();
        Sign(ceremony, Gerrit).Error!.Code.ShouldBe("signing.not-ready");

        ceremony = After(ceremony, Start(ceremony));
        ceremony.Round.ShouldBe(2);
        ceremony = After(ceremony, SigningDecisions.Ready(ceremony, Made(2)));
        ceremony.Head!.Replaces.ShouldBe("verslag-1-0");
    }

    [Fact]
    public void A_half_signed_report_stays_beside_the_next_rounds()
    {
        var ceremony = After(Ready(), Sign(Ready(), Gerrit));
        ceremony = After(ceremony, SigningDecisions.Decline(ceremony, new DeclineToSign { CommandId = Guid.NewGuid() }, "an"));
        ceremony = After(ceremony, Start(ceremony));
        ceremony = After(ceremony, SigningDecisions.Ready(ceremony, Made(2)));

        ceremony.Head!.Replaces.ShouldBeNull();
    }

    [Fact]
    public void The_officer_stops_only_before_the_first_signature()
    {
        After(Ready(), SigningDecisions.Stop(Ready(), "an")).Status.ShouldBe(CeremonyStatus.NotStarted);
        var signed = After(Ready(), Sign(Ready(), Gerrit));
        SigningDecisions.Stop(signed, "an").Error!.Code.ShouldBe("signing.begun");
    }

    [Fact]
    public void A_document_of_an_earlier_round_or_the_same_one_twice_changes_nothing()
    {
        var ceremony = Ready();
        SigningDecisions.Ready(ceremony, Made(1)).Events.ShouldBeEmpty();
        var second = After(After(ceremony, SigningDecisions.Stop(ceremony, "an")), Start(ceremony with { Status = CeremonyStatus.NotStarted }));
        SigningDecisions.Ready(second, Made(1)).Events.ShouldBeEmpty();
        SigningDecisions.Failed(second, new DocumentFailed { CommandId = Guid.NewGuid(), Round = 1, Reason = "x" }).Events.ShouldBeEmpty();
    }

    [Fact]
    public void After_a_failure_the_officer_tries_again()
    {
        var ceremony = After(Started(), SigningDecisions.Failed(Started(), new DocumentFailed { CommandId = Guid.NewGuid(), Round = 1, Reason = "Geen LibreOffice." }));
        ceremony.View(1).Reason.ShouldBe("Geen LibreOffice.");
        After(ceremony, Start(ceremony)).Round.ShouldBe(2);
    }

    /// <summary>Whatever is asked in whatever order: signatures come in the order of the signers, each on the head before it, completed means everybody signed,
    /// and a completed ceremony never changes.</summary>
    [Fact]
    public void No_order_of_steps_breaks_the_line_of_revisions()
    {
        var step = Gen.OneOf(
            Gen.Const((Func<Ceremony, Decision>)Start),
            Gen.Int[1, 4].Select(r => (Func<Ceremony, Decision>)(c => SigningDecisions.Ready(c, Made(r)))),
            Gen.Int[1, 4].Select(r => (Func<Ceremony, Decision>)(c => SigningDecisions.Failed(c, new DocumentFailed { CommandId = Guid.NewGuid(), Round = r, Reason = "x" }))),
            Gen.OneOf(An, Gerrit, Aisha).Select(who => (Func<Ceremony, Decision>)(c => Sign(c, who))),
            Gen.OneOf("an", "gerrit", "aisha").Select(who => (Func<Ceremony, Decision>)(c => SigningDecisions.Decline(c, new DeclineToSign { CommandId = Guid.NewGuid() }, who))),
            Gen.Const((Func<Ceremony, Decision>)(c => SigningDecisions.Stop(c, "an"))));

        Check.Sample(step.List[0, 30], steps =>
        {
            var ceremony = Ceremony.Empty;
            foreach (var one in steps)
            {
                var before = ceremony;
                ceremony = After(ceremony, one(ceremony));
                if (before.Status == CeremonyStatus.Completed && ceremony != before) return false;
                if (ceremony.Status == CeremonyStatus.Completed && ceremony.Signers.Any(s => s.SignedAt is null)) return false;
                if (ceremony.Signers is [{ SignedAt: null }, { SignedAt: not null }]) return false;
                if (ceremony.Revisions.Where(r => r.Signatures > 0).Any(r => r.Replaces != Ceremony.DocumentId(r.Round, r.Signatures - 1))) return false;
                if (ceremony.Revisions.Select(r => r.Document).Distinct().Count() != ceremony.Revisions.Length) return false;
            }

            return true;
        });
    }

    private static IdentityView Identity(IdentityStatus status) => new()
    {
        Version = 1, Checks = [new IdentityCheckView { Participant = "gerrit", Status = status, ProvenName = "Gerrit Maes" }],
    };

    private static Ceremony Started() => After(Ceremony.Empty, Start(Ceremony.Empty));

    private static Ceremony Ready() => After(Started(), SigningDecisions.Ready(Started(), Made(1)));

    private static Decision Start(Ceremony ceremony) => SigningDecisions.Start(ceremony, Appointment, Identity(IdentityStatus.Confirmed), identityNeeded: true, An);

    private static DocumentReady Made(int round) => new()
    {
        CommandId = Guid.NewGuid(), Document = Ceremony.DocumentId(round, 0), Blob = new BlobRef("blob-0", "sha-0", 5), Pages = 2, Round = round,
    };

    private static Decision Sign(Ceremony ceremony, Caller who)
    {
        var head = ceremony.Head?.Blob.PlainSha256 ?? "";
        var next = (ceremony.Head?.Signatures ?? 0) + 1;
        return SigningDecisions.Sign(ceremony, Signs(head), who, new SealedRevision(head, new BlobRef($"blob-{next}", $"sha-{next}", 9), "seal"));
    }

    private static SignDocument Signs(string sha) => new()
    {
        CommandId = Guid.NewGuid(), Sha256 = sha, Means = "drawn", Strokes = [[0.1f, 0.2f, 0.8f, 0.7f]], StatementVersion = "nl-1",
    };

    private static Ceremony After(Ceremony ceremony, Decision decision) => decision.Events.Aggregate(ceremony, (c, e) => c.Apply(e, Now));
}
