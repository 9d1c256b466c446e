namespace Balie.Grains.Interfaces.Platform;

/// <summary>
/// Something a caller wants changed. The id is made by the caller and unique in the tenant: the same id again answers with the first
/// result; with another caller or another content it is refused.
/// </summary>
[GenerateSerializer, Immutable, Alias("Command")]
public abstract record Command
{
    [Id(0)] public required Guid CommandId { get; init; }
}

/// <summary>An event of a stream. Stored as JSON under its <see cref="EventNameAttribute"/>; never under its CLR name.</summary>
public interface IDomainEvent;

/// <summary>The stable name of an event in the journal: <c>{room}.{what-happened}.v{n}</c>.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class EventNameAttribute(string name) : Attribute
{
    public string Name { get; } = name;
}

/// <summary>
/// Marks a string property of an event, or of a record inside one, as personal: in the journal it is ciphertext under the dossier's key,
/// and unreadable (null) once the dossier is erased.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class PersonalAttribute : Attribute;

/// <summary>Events that one grain asks another to write in its transaction: all or nothing, under one commit.</summary>
[GenerateSerializer, Immutable, Alias("PendingAppend")]
public sealed record PendingAppend
{
    /// <summary><c>{room}/{id}</c></summary>
    [Id(0)] public required string Stream { get; init; }

    /// <summary>Version the stream must have before the append; 0 for a new stream.</summary>
    [Id(1)] public required long ExpectedVersion { get; init; }

    [Id(2)] public required PendingEvent[] Events { get; init; }

    /// <summary>Outbox rows that belong to these events.</summary>
    [Id(3)] public PendingMessage[] Messages { get; init; } = [];

    /// <summary>The command these events answer, so that its first result is written with them.</summary>
    [Id(4)] public PendingCommand? Command { get; init; }
}

/// <summary>A command and its first result, as they will stand in the journal.</summary>
[GenerateSerializer, Immutable, Alias("PendingCommand")]
public sealed record PendingCommand(
    [property: Id(0)] Guid Id,
    [property: Id(1)] string Actor,
    [property: Id(2)] byte[] PayloadHash,
    [property: Id(3)] string? Result);

/// <summary>An event as it will stand in the journal: stable name and JSON with personal fields already sealed.</summary>
[GenerateSerializer, Immutable, Alias("PendingEvent")]
public sealed record PendingEvent([property: Id(0)] string Name, [property: Id(1)] string Payload);

/// <summary>
/// A side effect that leaves through the outbox, at least once, in order per stream. <see cref="Node"/>: only the node of this name can carry it out, because the
/// files are on its disk; it waits while that node is away, and holds up nobody else.
/// </summary>
[GenerateSerializer, Immutable, Alias("PendingMessage")]
public sealed record PendingMessage(
    [property: Id(0)] string Kind,
    [property: Id(1)] string Payload,
    [property: Id(2)] string IdempotencyKey,
    [property: Id(3)] DateTimeOffset? NotBefore = null,
    [property: Id(4)] string? Node = null);
