using Balie.Grains.Interfaces.Platform;
using Npgsql;

namespace Balie.Grains.Platform;

/// <summary>
/// What happened, in streams <c>{room}/{id}</c> per tenant. One write is one transaction: events of one or several streams, the command's first result,
/// what leaves through the outbox, and the projections that must agree with them.
/// Every method throws <see cref="BalieException"/> <c>journal.unavailable</c> while the database does not answer.
/// </summary>
public interface IJournal
{
    /// <summary>Now, as the journal sees it.</summary>
    DateTimeOffset Now { get; }

    /// <summary>The events of a stream after a version, in order.</summary>
    Task<IReadOnlyList<RecordedEvent>> ReadAsync(string tenant, string stream, long afterVersion = 0, CancellationToken ct = default);

    /// <summary>Writes, or answers with the first result when the command was written before. Returns after the commit.</summary>
    /// <exception cref="StaleStreamException">A stream is not at the expected version: somebody else wrote.</exception>
    /// <exception cref="JournalConflictException">A projection's constraint refused.</exception>
    /// <exception cref="BalieException"><c>command.reused</c>: the id belongs to another caller or another content.</exception>
    Task<AppendResult> AppendAsync(JournalWrite write, CancellationToken ct = default);

    /// <summary>The first result of a command; null when it was never written.</summary>
    Task<CommandResult?> FindCommandAsync(string tenant, Guid commandId, CancellationToken ct = default);

    /// <summary>The last version of each stream that exists.</summary>
    Task<IReadOnlyDictionary<string, long>> HeadsAsync(string tenant, IEnumerable<string> streams, CancellationToken ct = default);
}

/// <summary>An event as it stands in the journal; personal fields in <see cref="Payload"/> are ciphertext.</summary>
public sealed record RecordedEvent(string Stream, long Version, string Name, DateTimeOffset At, string Actor, Guid CommandId, string Payload);

/// <summary><see cref="Repeated"/>: nothing was written now, <see cref="ResultJson"/> is the first result.</summary>
public sealed record AppendResult(bool Repeated, string? ResultJson);

public sealed record CommandResult(string Actor, byte[] PayloadHash, string? ResultJson, DateTimeOffset At);

/// <summary>A stream is not at the version the write was decided on.</summary>
public sealed class StaleStreamException(string stream, long expected) : Exception($"{stream} is not at version {expected} any more.")
{
    public string Stream { get; } = stream;
}

/// <summary>A constraint of a projection refused the write (SQLSTATE 23505 or 23P01); nothing of it was kept.</summary>
public sealed class JournalConflictException(string constraint, Exception inner) : Exception($"{constraint} refused.", inner)
{
    public string Constraint { get; } = constraint;
}

/// <summary>One transaction's worth of work. Fill it, hand it to <see cref="IJournal.AppendAsync"/>, and do not use it again.</summary>
public sealed class JournalWrite
{
    public required string Tenant { get; init; }

    public required Guid CommandId { get; init; }

    /// <summary>Kind and id of who asked, such as <c>staff:an.peeters</c>; never a name.</summary>
    public required string Actor { get; init; }

    /// <summary>Tells a repetition from another command under the same id.</summary>
    public required byte[] PayloadHash { get; init; }

    /// <summary>Instant of the decision; the events carry it.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>What a repetition is answered with.</summary>
    public string? ResultJson { get; set; }

    public List<PendingAppend> Appends { get; } = [];

    /// <summary>What leaves, with the stream whose order it keeps.</summary>
    public List<(string Stream, PendingMessage Message)> Outbox { get; } = [];

    /// <summary>Statements of the same transaction, after the events; a failing constraint refuses the whole write.</summary>
    public List<ProjectionStatement> Projections { get; } = [];

    /// <summary>Adds a statement with positional parameters ($1, $2, ...). Null becomes SQL null; instants become UTC.</summary>
    public JournalWrite Project(string sql, params ReadOnlySpan<object?> values)
    {
        Projections.Add(new ProjectionStatement(sql, values.ToArray()));
        return this;
    }

    /// <summary>Sends a message through the outbox, in order with the others of that stream.</summary>
    public JournalWrite Send(string stream, PendingMessage message)
    {
        Outbox.Add((stream, message));
        return this;
    }

    /// <summary>Takes in what another grain wants written in this transaction: its events, its messages, its command's result.</summary>
    public JournalWrite Include(PendingAppend append)
    {
        Appends.Add(append);
        foreach (var message in append.Messages) Outbox.Add((append.Stream, message));
        return this;
    }
}

/// <summary>One statement of a write. Npgsql's own command remembers the connection that prepared it, so every try makes a new one.</summary>
public sealed record ProjectionStatement(string Text, IReadOnlyList<object?> Values)
{
    internal NpgsqlBatchCommand Command()
    {
        var command = new NpgsqlBatchCommand(Text);
        foreach (var value in Values) command.Parameters.Add(Sql.Value(value));
        return command;
    }
}

/// <summary>Small helpers for Npgsql.</summary>
internal static class Sql
{
    public static NpgsqlParameter Value(object? value) => new()
    {
        Value = value switch
        {
            null => DBNull.Value,
            DateTimeOffset at => at.ToUniversalTime(),
            _ => value,
        },
    };

    public static NpgsqlCommand With(this NpgsqlCommand command, params ReadOnlySpan<object?> values)
    {
        foreach (var value in values) command.Parameters.Add(Value(value));
        return command;
    }
}
