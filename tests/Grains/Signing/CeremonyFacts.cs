using System.Text;
using Balie.Grains.Interfaces.Calls;
using Balie.Grains.Interfaces.Documents;
using Balie.Grains.Interfaces.Platform;
using Balie.Grains.Interfaces.Signing;
using Balie.Grains.Platform.Blobs;
using Balie.Grains.Signing;
using Balie.Grains.Tests.Conversion;
using Balie.Grains.Tests.Platform;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Balie.Grains.Tests.Signing;

/// <summary>The ceremony with its real parts: PostgreSQL, LibreOffice, seals, and the programs that judge the result.</summary>
public sealed class CeremonyFacts(Database database) : IClassFixture<Database>, IAsyncLifetime
{
    private Counter _counter = null!;

    public async ValueTask InitializeAsync() => _counter = await Counter.OpenAsync(database);

    public ValueTask DisposeAsync() => _counter.DisposeAsync();

    [Fact]
    public async Task Citizen_and_officer_sign_one_after_the_other_and_every_reader_calls_both_valid()
    {
        var visit = await _counter.MeetAsync();
        await visit.Write("feiten", "De dozen stonden naast de volle container.\n\nDat is dezelfde dag gemeld.");
        await visit.Start();
        (await visit.Signing()).Status.ShouldBe(CeremonyStatus.Preparing);
        await _counter.CarryOutAsync();

        var ready = await visit.Signing();
        ready.Status.ShouldBe(CeremonyStatus.Signing);
        ready.Next.ShouldBe("gerrit");
        (await visit.Dossier()).Documents.Select(d => (d.Id, d.Kind, d.Sha256)).ShouldBe([(ready.Document!, "report", ready.Sha256!)]);

        await visit.Sign(visit.Gerrit, await visit.Drawn());
        (await visit.Signing()).Next.ShouldBe("an.peeters");
        await visit.Sign(visit.An, await visit.Typed("An Peeters"));

        var done = await visit.Signing();
        done.Status.ShouldBe(CeremonyStatus.Completed);
        var document = (await visit.Dossier()).Documents.ShouldHaveSingleItem();
        (document.Id, document.Kind, document.Signed, document.Sha256).ShouldBe((done.Document, "signed", true, done.Sha256));
        await JudgeAsync(visit, document.Id);
    }

    [Fact]
    public async Task A_round_that_the_ceremony_has_not_read_yet_gets_its_report_all_the_same()
    {
        var visit = await _counter.MeetAsync();
        (await visit.Signing()).Status.ShouldBe(CeremonyStatus.NotStarted);
        // Another activation, on a silo that has just come, was asked to start.
        await _counter.Cluster.SeedAsync(visit.Tenant, visit.Id, "signing", new CeremonyStarted
        {
            Round = 1,
            Signers = [Signer("gerrit", "Gerrit Maes", "burger", SigningDecisions.CitizenField), Signer("an.peeters", "An Peeters", "medewerker", SigningDecisions.OfficerField)],
            By = "an.peeters",
        });

        await visit.RenderAgain(round: 1);

        (await visit.Signing()).Status.ShouldBe(CeremonyStatus.Signing);

        static ListedSigner Signer(string participant, string name, string role, string field) => new() { Participant = participant, Name = name, Role = role, Field = field };
    }

    [Fact]
    public async Task The_report_of_a_round_that_nobody_started_is_asked_for_again()
    {
        var visit = await _counter.MeetAsync();

        (await Visit.CodeOf(() => visit.RenderAgain(round: 1))).ShouldBe("room.moved");
    }

    [Fact]
    public async Task The_evidence_is_in_the_journal_without_readable_names_or_strokes()
    {
        var visit = await ReadyAsync();
        var before = (await visit.Signing()).Sha256!;
        await visit.Sign(visit.Gerrit, await visit.Drawn());

        var payload = await database.ScalarAsync<string>($"select payload from journal_event where stream = 'signing/{visit.Id}' and name = 'signing.signed.v1'");

        payload = payload.ShouldNotBeNull();
        payload.ShouldContain($"\"beforeSha256\":\"{before}\"");
        payload.ShouldNotContain("strokes\"");
        (await database.ScalarAsync<string>($"select string_agg(payload, ' ') from journal_event where stream like '%/{visit.Id}'"))!.ShouldNotContain("Maes");
    }

    [Fact]
    public async Task Nobody_signs_out_of_turn_twice_on_an_old_revision_or_without_knowing_what_it_means()
    {
        var visit = await ReadyAsync();
        var first = await visit.Drawn();

        (await Visit.CodeOf(() => visit.Sign(visit.An, first))).ShouldBe("signing.not-your-turn");
        (await Visit.CodeOf(() => visit.Sign(visit.Aisha, first))).ShouldBe("signing.not-a-signer");
        (await Visit.CodeOf(() => visit.Sign(visit.Gerrit, first with { Sha256 = new string('0', 64) }))).ShouldBe("signing.stale");
        (await Visit.CodeOf(() => visit.Sign(visit.Gerrit, first with { StatementVersion = "nl-0" }))).ShouldBe("signing.statement-unknown");
        (await Visit.CodeOf(() => visit.Sign(visit.Gerrit, first with { Strokes = [] }))).ShouldBe("signing.nothing-drawn");
        (await Visit.CodeOf(() => visit.Sign(visit.Gerrit with { Session = "stolen-link" }, first))).ShouldBe("signing.not-in-call");

        await visit.Sign(visit.Gerrit, first);
        (await Visit.CodeOf(() => visit.Sign(visit.Gerrit, first with { CommandId = Guid.NewGuid() }))).ShouldBe("signing.already-signed");
        (await Visit.CodeOf(async () => await visit.Sign(visit.An, await visit.Typed("An Peeters") with { Sha256 = first.Sha256 }))).ShouldBe("signing.stale");
    }

    [Fact]
    public async Task A_signature_whose_answer_was_lost_is_not_set_twice()
    {
        var visit = await ReadyAsync();
        var command = await visit.Drawn();
        await visit.Sign(visit.Gerrit, command);
        var after = await visit.Signing();

        await visit.Sign(visit.Gerrit, command);

        (await visit.Signing()).ShouldBeEquivalentTo(after);
    }

    [Fact]
    public async Task Nothing_starts_before_the_identity_is_confirmed_or_while_the_report_is_empty()
    {
        var unknown = await _counter.MeetAsync(confirmed: false);
        await unknown.Write("feiten", "Tekst.");
        (await Visit.CodeOf(() => unknown.Start())).ShouldBe("signing.identity-needed");
        (await unknown.Write("feiten", "Nog open.", 1)).Version.ShouldBe(2);

        var empty = await _counter.MeetAsync();
        (await Visit.CodeOf(() => empty.Start())).ShouldBe("report.empty");
        (await empty.Signing()).Status.ShouldBe(CeremonyStatus.NotStarted);
    }

    [Fact]
    public async Task The_report_is_closed_during_the_ceremony_and_opens_when_somebody_declines()
    {
        var visit = await ReadyAsync();
        (await Visit.CodeOf(() => visit.Write("feiten", "Later.", 1))).ShouldBe("report.final");

        await visit.As<ISigningCeremonyGrain>(visit.Gerrit, g => g.Decline(new DeclineToSign { CommandId = Guid.NewGuid(), Reason = "De datum klopt niet." }));

        (await visit.Signing()).Status.ShouldBe(CeremonyStatus.Declined);
        await visit.Write("feiten", "Verbeterd.", 1);
        await visit.Start();
        await _counter.CarryOutAsync();
        (await visit.Dossier()).Documents.ShouldHaveSingleItem().Id.ShouldBe("verslag-2-0");
    }

    [Fact]
    public async Task The_officer_stops_before_the_first_signature_and_not_after_it()
    {
        var visit = await ReadyAsync();
        var stop = () => visit.As<ISigningCeremonyGrain>(visit.An, g => g.Stop(new StopCeremony { CommandId = Guid.NewGuid() }));
        await stop();
        (await visit.Signing()).Status.ShouldBe(CeremonyStatus.NotStarted);
        await visit.Write("feiten", "Verbeterd.", 1);

        await visit.Start();
        await _counter.CarryOutAsync();
        await visit.Sign(visit.Gerrit, await visit.Drawn());
        (await Visit.CodeOf(stop)).ShouldBe("signing.begun");
    }

    [Fact]
    public async Task A_product_without_the_identity_step_is_signed_without_it_and_on_its_own_template()
    {
        var visit = await _counter.MeetAsync(confirmed: false, product: "vraag");
        await visit.Write("verweer", "Alles is beantwoord.");
        await visit.Start();
        await _counter.CarryOutAsync();
        await visit.Sign(visit.Gerrit, await visit.Typed("Gerrit Maes"));

        var head = (await visit.Dossier()).Documents.ShouldHaveSingleItem();
        var stored = await visit.As<IDossierGrain, StoredDocument>(visit.An, g => g.Open(new OpenDocument { CommandId = Guid.NewGuid(), Document = head.Id }));
        var (_, text) = await Tools.RunAsync("pdftotext", "-layout", _counter.Save(await _counter.ReadAsync(visit, stored.Blob), "vraag.pdf"), "-");
        text.ShouldContain("Verslag van het gesprek");
        text.ShouldNotContain("De feiten");
    }

    [Fact]
    public async Task A_municipality_without_a_seal_hears_so_and_signs_once_it_is_there()
    {
        var visit = await ReadyAsync();
        var command = await visit.Drawn();
        using (_counter.WithoutSeal(visit.Tenant))
            (await Visit.CodeOf(() => visit.Sign(visit.Gerrit, command))).ShouldBe("signing.seal-missing");

        await visit.Sign(visit.Gerrit, command);
        (await visit.Signing()).Next.ShouldBe("an.peeters");
    }

    [Fact]
    public async Task A_report_that_cannot_be_made_is_told_after_a_few_tries_and_can_be_started_again()
    {
        var visit = await _counter.MeetAsync();
        await visit.Write("feiten", "Tekst.");
        await visit.Start();
        using (_counter.WithoutStore())
        {
            for (var attempt = 1; attempt <= 3; attempt++)
            {
                (await visit.Signing()).Status.ShouldBe(CeremonyStatus.Preparing);
                await _counter.CarryOutAsync();
                _counter.Cluster.Clock.Advance(TimeSpan.FromMinutes(1));
            }
        }

        var failed = await visit.Signing();
        failed.Status.ShouldBe(CeremonyStatus.Failed);
        failed.Reason.ShouldNotBeNullOrWhiteSpace();

        await visit.Start();
        await _counter.CarryOutAsync();
        (await visit.Signing()).Status.ShouldBe(CeremonyStatus.Signing);
    }

    [Fact]
    public async Task People_see_a_report_once_they_can_open_it()
    {
        var visit = await _counter.MeetAsync();
        await visit.Write("feiten", "Tekst.");
        await visit.Start();
        using (_counter.WithoutDossiers())
        {
            await _counter.CarryOutAsync();
            (await visit.Signing()).Status.ShouldBe(CeremonyStatus.Preparing);
        }

        var ear = await _counter.Cluster.ListenAsync(visit.Tenant, visit.Id);
        await _counter.Cluster.UntilAsync(async () => (await visit.Signing()).Status == CeremonyStatus.Signing, "the dossier is told again");
        var told = (SigningView)(await ear.NextAsync(u => u.View is SigningView { Status: CeremonyStatus.Signing })).View;
        (await visit.Dossier()).Documents.ShouldHaveSingleItem().Id.ShouldBe(told.Document);
    }

    [Fact]
    public async Task A_node_that_stops_during_the_last_try_leaves_the_report_to_the_next()
    {
        var visit = await _counter.MeetAsync();
        await visit.Write("feiten", "Tekst.");
        await visit.Start();
        var renderer = ActivatorUtilities.CreateInstance<ReportRenderer>(_counter.Cluster.Services, new Stopping());
        using (_counter.WithoutStore())
            await Should.ThrowAsync<BlobException>(renderer.RenderAsync(visit.Tenant, new RenderReport(visit.Id, 1), lastTry: true, TestContext.Current.CancellationToken));

        (await visit.Signing()).Status.ShouldBe(CeremonyStatus.Preparing);
        await _counter.CarryOutAsync();
        (await visit.Signing()).Status.ShouldBe(CeremonyStatus.Signing);
    }

    private sealed class Stopping : IHostApplicationLifetime
    {
        public CancellationToken ApplicationStarted => CancellationToken.None;

        public CancellationToken ApplicationStopping { get; } = new(canceled: true);

        public CancellationToken ApplicationStopped => CancellationToken.None;

        public void StopApplication()
        {
        }
    }

    [Fact]
    public async Task A_ceremony_that_opens_again_before_the_dossier_has_the_report_asks_for_patience()
    {
        var visit = await _counter.MeetAsync();
        var blob = await _counter.Blobs.WriteAsync(visit.Tenant, visit.Id, new MemoryStream([1, 2, 3]), TestContext.Current.CancellationToken);
        await _counter.Cluster.SeedAsync(visit.Tenant, visit.Id, "signing",
            new CeremonyStarted { Round = 1, Signers = [], By = "an.peeters" },
            new CeremonyReady(1, "verslag-1-0", blob, 1));

        using (_counter.WithoutDossiers()) (await Visit.CodeOf(() => visit.Signing())).ShouldBe("signing.filing");

        await _counter.Cluster.UntilAsync(async () => (await visit.Dossier()).Documents is [{ Id: "verslag-1-0" }], "the dossier is told again");
        (await visit.Signing()).Document.ShouldBe("verslag-1-0");
    }

    [Fact]
    public async Task A_report_says_what_the_journal_says_when_a_room_is_behind()
    {
        var visit = await _counter.MeetAsync();
        await visit.Write("feiten", "Tekst.");
        await visit.Start();
        var call = await visit.As<ICallRoomGrain, CallView>(visit.An, g => g.View());
        await _counter.Cluster.SeedAsync(visit.Tenant, visit.Id, "call", call.Version, new ParticipantAdmitted("aisha", "laptop", "an.peeters"));

        await _counter.CarryOutAsync();

        var document = (await visit.Dossier()).Documents.ShouldHaveSingleItem().Id;
        var stored = await visit.As<IDossierGrain, StoredDocument>(visit.An, g => g.Open(new OpenDocument { CommandId = Guid.NewGuid(), Document = document }));
        var pdf = _counter.Save(await _counter.ReadAsync(visit, stored.Blob), "behind.pdf");
        (await Tools.RunAsync("pdftotext", pdf, "-")).Output.ShouldContain("Aisha Benali", customMessage: "another activation wrote that she was let in");
    }

    [Fact]
    public async Task A_report_that_is_made_twice_is_one_document()
    {
        var visit = await ReadyAsync();
        var before = await visit.Signing();

        await visit.RenderAgain(1);

        (await visit.Signing()).ShouldBeEquivalentTo(before);
        (await visit.Dossier()).Documents.Length.ShouldBe(1);
    }

    [Fact]
    public async Task Another_tenant_and_another_visit_cannot_reach_the_ceremony()
    {
        var visit = await ReadyAsync();
        var other = await _counter.MeetAsync(tenant: Counter.Rivierbeke);

        (await Visit.CodeOf(() => visit.As<ISigningCeremonyGrain, SigningView>(other.An, g => g.View()))).ShouldBe("access.denied");
        (await Visit.CodeOf(() => visit.As<ISigningCeremonyGrain, SigningView>(other.Gerrit, g => g.View()))).ShouldBe("access.denied");
        (await Visit.CodeOf(() => visit.As<ISigningCeremonyGrain>(visit.An, g =>
            g.DocumentReady(new DocumentReady { CommandId = Guid.NewGuid(), Document = "x", Blob = new BlobRef("a", "b", 1), Pages = 1, Round = 1 })))).ShouldBe("access.denied");
        (await Visit.CodeOf(() => visit.As<IDossierGrain>(visit.Gerrit, g => g.LockReport(new LockReport { CommandId = Guid.NewGuid(), Locked = false })))).ShouldBe("access.denied");
    }

    private async Task<Visit> ReadyAsync()
    {
        var visit = await _counter.MeetAsync();
        await visit.Write("feiten", "De dozen stonden naast de container.");
        await visit.Start();
        await _counter.CarryOutAsync();
        (await visit.Signing()).Status.ShouldBe(CeremonyStatus.Signing);
        return visit;
    }

    private async Task JudgeAsync(Visit visit, string document)
    {
        var stored = await visit.As<IDossierGrain, StoredDocument>(visit.Gerrit, g => g.Open(new OpenDocument { CommandId = Guid.NewGuid(), Document = document }));
        var pdf = await _counter.ReadAsync(visit, stored.Blob);
        var file = _counter.Save(pdf, "signed.pdf");

        var (_, signatures) = await Tools.RunAsync("pdfsig", "-nocert", file);
        signatures.Split("Signature is Valid").Length.ShouldBe(3, signatures);
        (await Tools.RunAsync("qpdf", "--check", file)).Code.ShouldBe(0);

        var judged = await _counter.Signatures.ReadAsync(visit.Tenant, visit.Id, stored.Blob);
        judged.Verdict.ShouldBe(SignaturesVerdict.Holds, string.Join('\n', judged.Signatures.SelectMany(one => one.Lines)));
        judged.Sentence.ShouldBe("Elke handtekening is geldig.");
        judged.Signatures.Select(one => one.Lines.Any(line => line.Contains("An Peeters", StringComparison.Ordinal))).ShouldBe([false, true]);
        stored.Sealed.ShouldBeTrue();
        var changed = pdf.ToArray();
        changed[changed.AsSpan().IndexOf("/CreationDate"u8) + 2] ^= 1;
        var other = await _counter.Blobs.WriteAsync(visit.Tenant, visit.Id, new MemoryStream(changed, writable: false));
        (await _counter.Signatures.ReadAsync(visit.Tenant, visit.Id, other)).Verdict.ShouldBe(SignaturesVerdict.Broken, "the door hands out no such copy");

        var (_, text) = await Tools.RunAsync("pdftotext", "-layout", file, "-");
        foreach (var line in new[] { "Handtekening van Gerrit Maes, burger", "Handtekening van An Peeters, medewerker", "Onder zegel van Gemeente Zonnedaal", "6 juli 2026, 10.00 uur" })
            text.ShouldContain(line);
        text.ShouldContain("De dozen stonden naast de volle container.");
        Encoding.Latin1.GetString(pdf).ShouldContain("<pdfaid:part>2</pdfaid:part>");
    }
}
