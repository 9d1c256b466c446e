using System.Collections.Immutable;
using Balie.Grains.Documents.Conversion;
using Balie.Grains.Interfaces.Booking;
using Balie.Grains.Interfaces.Calls;
using Balie.Grains.Interfaces.Documents;
using Balie.Grains.Interfaces.Platform;
using Balie.Grains.Interfaces.Tenancy;
using Balie.Grains.Platform;

namespace Balie.Grains.Documents;

/// <summary>The rules of a dossier. Pure.</summary>
public static class DossierDecisions
{
    /// <summary>Documents from participants that can lie on the table at once.</summary>
    public const int MostUploads = 20;

    /// <summary>Characters in one section of the report.</summary>
    public const int LongestText = 20_000;

    /// <summary>Opening the same document again within this time is the same look: viewers fetch a file in pieces.</summary>
    public static readonly TimeSpan OneLook = TimeSpan.FromMinutes(10);

    private const string Upload = "upload";

    /// <summary>A document comes in: from whoever is in the call, from staff, or from Balie itself (the report and its signed revisions).</summary>
    /// <param name="fresh">Id for a document that brings none.</param>
    public static Decision<DocumentView> Add(Dossier dossier, AddDocument command, Caller caller, bool inCall, string fresh, DateTimeOffset now)
    {
        if (Refused(dossier, command, caller, inCall) is { } error) return error;
        if (command.DocumentId is { } known && dossier.Documents.FirstOrDefault(d => d.Id == known) is { } existing)
            return existing.Blob == command.Document.Blob ? Decision.Nothing.Returning(existing.View()) : DossierErrors.IdTaken;
        var added = new DocumentAdded
        {
            Document = command.DocumentId ?? fresh,
            FileName = command.Document.FileName,
            Blob = command.Document.Blob,
            Pages = command.Document.Pages,
            OriginalType = command.Document.OriginalType,
            Kind = command.Kind,
            Signed = command.Document.Signed,
            By = caller.Id,
            ByName = caller.Name,
            ByParticipant = caller.Kind == CallerKind.Participant,
            Supersedes = command.Supersedes,
        };
        return Decision.Of(added).Returning(DossierDocument.Of(added, now).View());
    }

    public static Decision Withdraw(Dossier dossier, WithdrawDocument command, Caller caller)
    {
        if (dossier.Documents.FirstOrDefault(d => d.Id == command.Document) is not { } document) return DossierErrors.Unknown;
        if (document.By != caller.Id) return DossierErrors.NotYours;
        if (document.Withdrawn) return Decision.Nothing;
        return document.Kind != Upload ? DossierErrors.Signed : Decision.Of(new DocumentWithdrawn(document.Id, caller.Id));
    }

    /// <summary>The bytes may be looked at; the look is an event.</summary>
    public static Decision<StoredDocument> Open(Dossier dossier, OpenDocument command, Caller caller, CallView call, DateTimeOffset now)
    {
        if (MayOpen(dossier, command.Document, caller, call) is { } refused) return refused;
        var document = dossier.Find(command.Document)!;
        var looking = dossier.Looks.TryGetValue((document.Id, caller.Id), out var since) && now - since < OneLook;
        return (looking ? Decision.Nothing : Decision.Of(new DocumentOpened(document.Id, caller.Id))).Returning(new StoredDocument(document.FileName, document.Blob) { Sealed = document.Kind == "signed" });
    }

    /// <summary>Why the caller may not look at the document now; null when they may.</summary>
    public static BalieError? MayOpen(Dossier dossier, string document, Caller caller, CallView call) =>
        dossier.Find(document) is { } found && MayOpen(found, caller, call) ? null : DossierErrors.Unknown;

    /// <summary>
    /// Staff; whoever is in the call, and after the call whoever last had a seat in it, with that very browser. The citizen may fetch
    /// what was signed afterwards with any browser: the mailed link is what they have left.
    /// </summary>
    private static bool MayOpen(DossierDocument document, Caller caller, CallView call)
    {
        if (caller.Kind != CallerKind.Participant) return true;
        if (InCall(call, caller)) return true;
        if (call.Status != CallStatus.Ended || call.Seats.FirstOrDefault(s => s.Participant == caller.Id) is not { } seat) return false;
        return (seat.Session is not null && seat.Session == caller.Session) || (seat.Role == ParticipantRole.Citizen && document.Kind == "signed");
    }

    /// <summary>True when the caller's browser has a seat in the call now.</summary>
    public static bool InCall(CallView call, Caller caller) => call.Status != CallStatus.Ended
        && call.Seats.Any(s => s.Participant == caller.Id && s.Status == SeatStatus.Admitted && s.Session is not null && s.Session == caller.Session);

    public static Decision Show(Dossier dossier, ShowPage command, Caller caller, bool inCall)
    {
        if (caller.Kind == CallerKind.Participant && !inCall) return DossierErrors.NotInCall;
        if (command.Document is null) return dossier.Shared is null ? Decision.Nothing : Decision.Of(new ShowingEnded(caller.Id));
        if (dossier.Current.FirstOrDefault(d => d.Id == command.Document) is not { } document) return DossierErrors.Unknown;
        if (command.Page < 1 || command.Page > document.Pages) return DossierErrors.NoSuchPage;
        return dossier.Shared is { } shared && shared.Document == document.Id && shared.Page == command.Page
            ? Decision.Nothing
            : Decision.Of(new PageShown(document.Id, command.Page, caller.Id));
    }

    /// <summary>Saves when the editor started from the newest version; the text as it will stand on paper.</summary>
    public static Decision<ReportSectionView> SaveSection(Dossier dossier, SaveSection command, ImmutableArray<Choice> sections, string by, DateTimeOffset now)
    {
        if (sections.FirstOrDefault(s => s.Code == command.Section) is not { } section) return DossierErrors.SectionUnknown;
        if (dossier.Locked) return DossierErrors.Final;
        if (command.Text.Length > LongestText) return DossierErrors.TooLong;
        if (command.CallSecond < 0) return DossierErrors.SecondInvalid;
        var current = dossier.SectionView(section);
        if (command.BasedOn != current.Version) return DossierErrors.Stale(current.Version);
        var text = ReportText.Clean(command.Text);
        if (text == current.Text) return Decision.Nothing.Returning(current);
        var saved = new SectionSaved { Section = section.Code, Version = current.Version + 1, Text = text, CallSecond = command.CallSecond, By = by };
        return Decision.Of(saved).Returning(dossier.Apply(saved, now).SectionView(section));
    }

    public static Decision Lock(Dossier dossier, LockReport command, string by)
    {
        if (command.Locked == dossier.Locked) return Decision.Nothing;
        if (!command.Locked) return Decision.Of(new ReportUnlocked(by));
        return dossier.HasReport ? Decision.Of(new ReportLocked(by)) : DossierErrors.Empty;
    }

    private static BalieError? Refused(Dossier dossier, AddDocument command, Caller caller, bool inCall)
    {
        // Signed revisions and reports come from the ceremony alone; only it may replace a document or choose its id.
        var special = command.Kind != Upload || command.DocumentId is not null || command.Supersedes is not null;
        if (special && caller.Kind != CallerKind.System) return DossierErrors.KindReserved;
        if (command.DocumentId is not null && !GrainKey.IsPart(command.DocumentId)) return DossierErrors.Unknown;
        if (command.Supersedes is { } old && dossier.Find(old) is null) return DossierErrors.Unknown;
        return MayAdd(dossier, caller, inCall);
    }

    /// <summary>Why the caller may not hand in a document now; null when they may.</summary>
    public static BalieError? MayAdd(Dossier dossier, Caller caller, bool inCall)
    {
        if (caller.Kind != CallerKind.Participant) return null;
        if (!inCall) return DossierErrors.NotInCall;
        return dossier.Current.Count(d => d.ByParticipant) >= MostUploads ? DossierErrors.TooMany : null;
    }
}
