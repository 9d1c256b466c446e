using System.Collections.Immutable;
using Balie.Grains.Interfaces.Booking;
using Balie.Grains.Interfaces.Platform;
using Orleans.Concurrency;

namespace Balie.Grains.Interfaces.Documents;

/// <summary>The dossier of one visit; key <c>{tenant}/{visit}</c>: documents, looking at a page together, and the report that is written during the call.</summary>
[Alias("IDossierGrain")]
public interface IDossierGrain : IVisitRoom
{
    [Allow(CallerKind.Participant, CallerKind.Staff, CallerKind.System, Role = StaffRole.Officer), Alias("View"), AlwaysInterleave]
    Task<DossierView> View(CancellationToken ct = default);

    /// <summary>
    /// Returns when the caller may hand in a document now, before its bytes are taken in; <paramref name="command"/> is the id that <see cref="Add"/>
    /// will have, so that what was added is answered again. <c>document.not-in-call</c>, <c>document.too-many</c>.
    /// </summary>
    [Allow(CallerKind.Participant, CallerKind.Staff, Role = StaffRole.Officer), Alias("MayAdd")]
    Task MayAdd(Guid command, CancellationToken ct = default);

    /// <summary>Adds a document whose bytes were taken in (<see cref="IDocumentIntake"/>). At most 20 from participants; only who is in the call.</summary>
    [Allow(CallerKind.Participant, CallerKind.Staff, CallerKind.System, Role = StaffRole.Officer), Alias("Add")]
    Task<DocumentView> Add(AddDocument command, CancellationToken ct = default);

    /// <summary>Withdraws a document of one's own that is not signed or being signed.</summary>
    [Allow(CallerKind.Participant, CallerKind.Staff, Role = StaffRole.Officer), Alias("Withdraw")]
    Task Withdraw(WithdrawDocument command, CancellationToken ct = default);

    /// <summary>Where the bytes are, for a door that streams them; the look is in the journal. <c>document.unknown</c>.</summary>
    [Allow(CallerKind.Participant, CallerKind.Staff, CallerKind.System, Role = StaffRole.Officer), Alias("Open")]
    Task<StoredDocument> Open(OpenDocument command, CancellationToken ct = default);

    /// <summary>Shows a page to everybody in the call; null document ends looking together.</summary>
    [Allow(CallerKind.Participant, CallerKind.Staff, Role = StaffRole.Officer), Alias("Show")]
    Task Show(ShowPage command, CancellationToken ct = default);

    /// <summary>Saves a section of the report. <c>report.stale</c> (Conflict) when somebody saved a newer version of that section; <c>report.final</c> once signing began.</summary>
    [Allow(CallerKind.Staff, Role = StaffRole.Officer), Alias("SaveSection")]
    Task<ReportSectionView> SaveSection(SaveSection command, CancellationToken ct = default);

    /// <summary>Closes or reopens the report: while a ceremony runs on it nobody edits. From the Signing room; <c>report.empty</c> when there is nothing to sign.</summary>
    [Allow(CallerKind.System), Alias("LockReport")]
    Task LockReport(LockReport command, CancellationToken ct = default);
}

/// <summary>Takes bytes in on this node: refuses what is not PDF, JPEG or PNG, too large or broken; makes a PDF of images; stores the result encrypted.</summary>
public interface IDocumentIntake
{
    /// <exception cref="BalieException"><c>document.unsupported-type</c>, <c>document.too-large</c> (over 20 MB), <c>document.broken</c>, <c>document.encrypted</c>, <c>document.active-content</c>.</exception>
    Task<TakenDocument> TakeInAsync(string tenant, string dossier, string fileName, Stream content, CancellationToken ct = default);
}

[GenerateSerializer, Immutable, Alias("TakenDocument")]
public sealed record TakenDocument
{
    [Id(0)] public required string FileName { get; init; }
    [Id(1)] public required BlobRef Blob { get; init; }
    [Id(2)] public required int Pages { get; init; }
    /// <summary>Type as uploaded: application/pdf, image/jpeg or image/png.</summary>
    [Id(3)] public required string OriginalType { get; init; }
    [Id(4)] public bool Signed { get; init; }
}

[GenerateSerializer, Immutable, Alias("AddDocument")]
public sealed record AddDocument : Command
{
    [Id(0)] public required TakenDocument Document { get; init; }
    /// <summary>upload, report, signed.</summary>
    [Id(1)] public string Kind { get; init; } = "upload";
    /// <summary>Chosen id, when the one who adds needs to know it beforehand.</summary>
    [Id(2)] public string? DocumentId { get; init; }
    /// <summary>The document this one replaces as the newest revision (signing).</summary>
    [Id(3)] public string? Supersedes { get; init; }
}

[GenerateSerializer, Immutable, Alias("WithdrawDocument")]
public sealed record WithdrawDocument : Command
{
    [Id(0)] public required string Document { get; init; }
}

[GenerateSerializer, Immutable, Alias("OpenDocument")]
public sealed record OpenDocument : Command
{
    [Id(0)] public required string Document { get; init; }
}

[GenerateSerializer, Immutable, Alias("StoredDocument")]
public sealed record StoredDocument([property: Id(0)] string FileName, [property: Id(1)] BlobRef Blob)
{
    /// <summary>Signed in this visit's ceremony: its copies are verified before they are handed out.</summary>
    [Id(2)] public bool Sealed { get; init; }
}

[GenerateSerializer, Immutable, Alias("ShowPage")]
public sealed record ShowPage : Command
{
    [Id(0)] public string? Document { get; init; }
    /// <summary>1-based.</summary>
    [Id(1)] public int Page { get; init; } = 1;
}

[GenerateSerializer, Immutable, Alias("SaveSection")]
public sealed record SaveSection : Command
{
    [Id(0)] public required string Section { get; init; }
    [Id(1)] public required string Text { get; init; }
    /// <summary>Version of this section the editor started from.</summary>
    [Id(2)] public required int BasedOn { get; init; }
    /// <summary>Seconds since the call began when this was written; null outside the call.</summary>
    [Id(3)] public int? CallSecond { get; init; }
}

[GenerateSerializer, Immutable, Alias("LockReport")]
public sealed record LockReport : Command
{
    [Id(0)] public required bool Locked { get; init; }
}

[GenerateSerializer, Immutable, Alias("DossierView")]
public sealed record DossierView : IRedacted<DossierView>
{
    [Id(0)] public required long Version { get; init; }
    [Id(1)] public required ImmutableArray<DocumentView> Documents { get; init; }
    [Id(2)] public SharedPage? Shared { get; init; }
    /// <summary>Staff only until it is signed as a document.</summary>
    [Id(3)] public ReportView? Report { get; init; }

    public DossierView For(Viewer viewer) => viewer.IsStaff ? this : this with { Report = null };
}

[GenerateSerializer, Immutable, Alias("DocumentView")]
public sealed record DocumentView
{
    [Id(0)] public required string Id { get; init; }
    [Id(1)] public required string FileName { get; init; }
    /// <summary>upload, report, signed.</summary>
    [Id(2)] public required string Kind { get; init; }
    [Id(3)] public required int Pages { get; init; }
    /// <summary>Bytes.</summary>
    [Id(4)] public required long Size { get; init; }
    [Id(5)] public required DateTimeOffset AddedAt { get; init; }
    /// <summary>Participant or staff id.</summary>
    [Id(6)] public required string AddedBy { get; init; }
    [Id(7)] public required string AddedByName { get; init; }
    /// <summary>Hex SHA-256 of the content.</summary>
    [Id(8)] public required string Sha256 { get; init; }
    [Id(9)] public bool Signed { get; init; }
}

/// <summary>The page everybody looks at; who turned it last.</summary>
[GenerateSerializer, Immutable, Alias("SharedPage")]
public sealed record SharedPage([property: Id(0)] string Document, [property: Id(1)] int Page, [property: Id(2)] string By);

[GenerateSerializer, Immutable, Alias("ReportView")]
public sealed record ReportView([property: Id(0)] bool Locked, [property: Id(1)] ImmutableArray<ReportSectionView> Sections);

[GenerateSerializer, Immutable, Alias("ReportSectionView")]
public sealed record ReportSectionView
{
    [Id(0)] public required string Section { get; init; }
    [Id(1)] public required string Heading { get; init; }
    [Id(2)] public required string Text { get; init; }
    /// <summary>Grows by one at every save; 0 = never saved.</summary>
    [Id(3)] public required int Version { get; init; }
    /// <summary>Seconds in the call when it was first written.</summary>
    [Id(4)] public int? CallSecond { get; init; }
    [Id(5)] public DateTimeOffset? SavedAt { get; init; }
}
