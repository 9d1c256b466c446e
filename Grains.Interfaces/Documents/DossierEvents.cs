using Balie.Grains.Interfaces.Platform;

namespace Balie.Grains.Interfaces.Documents;

/// <summary>A document came into the dossier, or a newer revision took the place of one.</summary>
[EventName("dossier.document-added.v1")]
public sealed record DocumentAdded : IDomainEvent
{
    public required string Document { get; init; }
    [Personal] public required string? FileName { get; init; }
    public required BlobRef Blob { get; init; }
    public required int Pages { get; init; }
    public required string OriginalType { get; init; }
    public required string Kind { get; init; }
    public required bool Signed { get; init; }
    /// <summary>Participant or staff id, or the room of Balie that made it.</summary>
    public required string By { get; init; }
    [Personal] public required string? ByName { get; init; }
    /// <summary>True when a participant handed it in: those count towards the limit.</summary>
    public required bool ByParticipant { get; init; }
    public string? Supersedes { get; init; }
}

/// <summary>Whoever handed it in took it back; its bytes are deleted.</summary>
[EventName("dossier.document-withdrawn.v1")]
public sealed record DocumentWithdrawn(string Document, string By) : IDomainEvent;

/// <summary>Somebody looked at the content.</summary>
[EventName("dossier.document-opened.v1")]
public sealed record DocumentOpened(string Document, string By) : IDomainEvent;

/// <summary>Everybody in the call looks at this page.</summary>
[EventName("dossier.page-shown.v1")]
public sealed record PageShown(string Document, int Page, string By) : IDomainEvent;

[EventName("dossier.showing-ended.v1")]
public sealed record ShowingEnded(string By) : IDomainEvent;

/// <summary>A version of a section of the report. All versions stay in the journal.</summary>
[EventName("dossier.section-saved.v1")]
public sealed record SectionSaved : IDomainEvent
{
    public required string Section { get; init; }
    public required int Version { get; init; }
    [Personal] public required string? Text { get; init; }
    /// <summary>Seconds since the call began; null outside it.</summary>
    public required int? CallSecond { get; init; }
    public required string By { get; init; }
}

/// <summary>A ceremony runs on the report: nobody edits.</summary>
[EventName("dossier.report-locked.v1")]
public sealed record ReportLocked(string By) : IDomainEvent;

[EventName("dossier.report-unlocked.v1")]
public sealed record ReportUnlocked(string By) : IDomainEvent;
