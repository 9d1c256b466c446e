using System.Collections.Immutable;
using Balie.Grains.Interfaces.Platform;

namespace Balie.Grains.Interfaces.Signing;

/// <summary>The report is closed and its PDF is being made; the signers in their order.</summary>
[EventName("signing.ceremony-started.v1")]
public sealed record CeremonyStarted : IDomainEvent
{
    /// <summary>1 for the first ceremony of the visit; every new start is a new round.</summary>
    public required int Round { get; init; }
    public required ImmutableArray<ListedSigner> Signers { get; init; }
    public required string By { get; init; }
}

/// <summary>Somebody who signs. <see cref="Field"/>: name of their field in the PDF.</summary>
public sealed record ListedSigner
{
    /// <summary>Participant or staff id.</summary>
    public required string Participant { get; init; }
    [Personal] public required string? Name { get; init; }
    /// <summary>Dutch label: "burger", "medewerker".</summary>
    public required string Role { get; init; }
    public required string Field { get; init; }
}

/// <summary>The PDF with its empty signature fields is in the store; from now on the list of signers is closed.</summary>
[EventName("signing.document-ready.v1")]
public sealed record CeremonyReady(int Round, string Document, BlobRef Blob, int Pages) : IDomainEvent;

[EventName("signing.document-failed.v1")]
public sealed record CeremonyFailed(int Round, string Reason) : IDomainEvent;

/// <summary>Evidence of one signature. The strokes themselves stand in the PDF alone; here is their hash.</summary>
[EventName("signing.signed.v1")]
public sealed record DocumentSigned : IDomainEvent
{
    public required int Round { get; init; }
    public required string Participant { get; init; }
    /// <summary>The new revision's id in the dossier.</summary>
    public required string Document { get; init; }
    public required BlobRef Blob { get; init; }
    /// <summary>Hex SHA-256 of the revision that was on the signer's screen.</summary>
    public required string BeforeSha256 { get; init; }
    public required string AfterSha256 { get; init; }
    /// <summary>"drawn" or "typed".</summary>
    public required string Means { get; init; }
    [Personal] public string? TypedName { get; init; }
    /// <summary>Hex SHA-256 of the strokes: per stroke the count as 32-bit and its numbers as 32-bit floats, little-endian.</summary>
    public string? StrokesSha256 { get; init; }
    public required string StatementVersion { get; init; }
    /// <summary>Hex SHA-256 of the seal's certificate.</summary>
    public required string SealSha256 { get; init; }
    /// <summary>Browser session of the signer; null for staff.</summary>
    public string? Session { get; init; }
}

/// <summary>Everybody signed.</summary>
[EventName("signing.completed.v1")]
public sealed record CeremonyCompleted(int Round, string Document) : IDomainEvent;

/// <summary>A signer does not sign.</summary>
[EventName("signing.declined.v1")]
public sealed record SigningDeclined : IDomainEvent
{
    public required int Round { get; init; }
    public required string Participant { get; init; }
    [Personal] public required string? Reason { get; init; }
}

/// <summary>The officer stopped before anybody signed.</summary>
[EventName("signing.stopped.v1")]
public sealed record CeremonyStopped(int Round, string By) : IDomainEvent;
