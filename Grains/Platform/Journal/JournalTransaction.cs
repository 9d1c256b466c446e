using System.Security.Cryptography;
using Balie.Grains.Interfaces.Platform;
using Npgsql;

namespace Balie.Grains.Platform;

/// <summary>
/// Commits a batch of writes: one round trip reads which commands were written before and where the streams stand, a second writes all that may be
/// written, in one transaction. The primary keys have the last word when another silo writes in between.
/// </summary>
internal sealed class JournalTransaction(NpgsqlDataSource database)
{
    private sealed record Head(long Version, byte[] Hash);

    /// <summary>Answers every write that it commits or refuses; throws what the database says otherwise, with those writes unanswered.</summary>
    public async Task CommitAsync(IReadOnlyList<QueuedWrite> batch)
    {
        // The same command twice in one batch: the second is answered from what the first wrote, so it goes after it.
        var turns = batch.GroupBy(w => (w.Write.Tenant, w.Write.CommandId)).SelectMany(g => g.Select((write, turn) => (write, turn))).GroupBy(x => x.turn, x => x.write).OrderBy(g => g.Key);
        await using var connection = await database.OpenConnectionAsync();
        foreach (var turn in turns) await CommitTurnAsync(connection, [.. turn]);
    }

    private static async Task CommitTurnAsync(NpgsqlConnection connection, IReadOnlyList<QueuedWrite> writes)
    {
        var (commands, heads) = await LookAsync(connection, writes);
        var accepted = new List<QueuedWrite>(writes.Count);
        await using var statements = new NpgsqlBatch(connection);
        foreach (var write in writes)
        {
            if (commands.TryGetValue((write.Write.Tenant, write.Write.CommandId), out var first)) Repeat(write, first);
            else if (Stale(write.Write, heads) is { } stale) write.Answer.SetException(new StaleStreamException(stale.Stream, stale.ExpectedVersion));
            else
            {
                accepted.Add(write);
                AddStatements(statements, write.Write, heads);
            }
        }

        if (accepted.Count == 0) return;
        try
        {
            // Without an explicit transaction a batch is one implicit transaction: it commits as a whole or not at all.
            await statements.ExecuteNonQueryAsync();
        }
        finally
        {
            // A room's statements must be free for a second try.
            statements.BatchCommands.Clear();
        }

        foreach (var write in accepted) write.Answer.SetResult(new AppendResult(false, write.Write.ResultJson));
    }

    private static void Repeat(QueuedWrite write, CommandResult first)
    {
        if (first.Actor == write.Write.Actor && CryptographicOperations.FixedTimeEquals(first.PayloadHash, write.Write.PayloadHash))
            write.Answer.SetResult(new AppendResult(true, first.ResultJson));
        else write.Answer.SetException(new BalieException(RoomErrors.Reused));
    }

    private static PendingAppend? Stale(JournalWrite write, Dictionary<(string, string), Head> heads) =>
        write.Appends.FirstOrDefault(a => (heads.GetValueOrDefault((write.Tenant, a.Stream))?.Version ?? 0) != a.ExpectedVersion);

    private static async Task<(Dictionary<(string, Guid), CommandResult> Commands, Dictionary<(string, string), Head> Heads)> LookAsync(NpgsqlConnection connection, IReadOnlyList<QueuedWrite> writes)
    {
        var streams = writes.SelectMany(w => w.Write.Appends.Select(a => (w.Write.Tenant, a.Stream))).Distinct().ToList();
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(Command(
            "select c.tenant, c.command_id, c.actor, c.payload_hash, c.result, c.at from unnest($1::text[], $2::uuid[]) as k (tenant, id) join command c on c.tenant = k.tenant and c.command_id = k.id",
            writes.Select(w => w.Write.Tenant).ToArray(), writes.Select(w => w.Write.CommandId).ToArray()));
        batch.BatchCommands.Add(Command("""
            select k.tenant, k.stream, h.version, h.hash from unnest($1::text[], $2::text[]) as k (tenant, stream)
            cross join lateral (select e.version, e.hash from journal_event e where e.tenant = k.tenant and e.stream = k.stream order by e.version desc limit 1) h
            """, streams.Select(s => s.Tenant).ToArray(), streams.Select(s => s.Stream).ToArray()));

        await using var reader = await batch.ExecuteReaderAsync();
        var commands = new Dictionary<(string, Guid), CommandResult>();
        while (await reader.ReadAsync())
        {
            commands.Add((reader.GetString(0), reader.GetGuid(1)), new CommandResult(
                reader.GetString(2), reader.GetFieldValue<byte[]>(3), reader.IsDBNull(4) ? null : reader.GetString(4), reader.GetFieldValue<DateTimeOffset>(5)));
        }

        await reader.NextResultAsync();
        var heads = new Dictionary<(string, string), Head>();
        while (await reader.ReadAsync()) heads.Add((reader.GetString(0), reader.GetString(1)), new Head(reader.GetInt64(2), reader.GetFieldValue<byte[]>(3)));
        return (commands, heads);
    }

    private static void AddStatements(NpgsqlBatch batch, JournalWrite write, Dictionary<(string, string), Head> heads)
    {
        AddCommand(batch, write, new PendingCommand(write.CommandId, write.Actor, write.PayloadHash, write.ResultJson));
        foreach (var append in write.Appends)
        {
            if (append.Command is { } command) AddCommand(batch, write, command);
            AddEvents(batch, write, append, heads);
        }

        foreach (var (stream, message) in write.Outbox)
        {
            batch.BatchCommands.Add(Command(
                "insert into outbox (tenant, stream, kind, payload, idempotency_key, created_at, not_before) values ($1, $2, $3, $4, $5, $6, $7)",
                write.Tenant, stream, message.Kind, message.Payload, message.IdempotencyKey, write.At, message.NotBefore ?? write.At));
        }

        foreach (var projection in write.Projections) batch.BatchCommands.Add(projection);
    }

    private static void AddCommand(NpgsqlBatch batch, JournalWrite write, PendingCommand command) => batch.BatchCommands.Add(Command(
        "insert into command (tenant, command_id, actor, payload_hash, result, at) values ($1, $2, $3, $4, $5, $6)",
        write.Tenant, command.Id, command.Actor, command.PayloadHash, command.Result, write.At));

    private static void AddEvents(NpgsqlBatch batch, JournalWrite write, PendingAppend append, Dictionary<(string, string), Head> heads)
    {
        var head = heads.GetValueOrDefault((write.Tenant, append.Stream)) ?? new Head(0, EventHash.Start);
        var commandId = append.Command?.Id ?? write.CommandId;
        var actor = append.Command?.Actor ?? write.Actor;
        foreach (var pending in append.Events)
        {
            var e = new RecordedEvent(append.Stream, head.Version + 1, pending.Name, write.At, actor, commandId, pending.Payload);
            var hash = EventHash.Next(head.Hash, write.Tenant, e);
            batch.BatchCommands.Add(Command(
                "insert into journal_event (tenant, stream, version, name, at, actor, command_id, payload, prev_hash, hash) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
                write.Tenant, e.Stream, e.Version, e.Name, e.At, e.Actor, e.CommandId, e.Payload, head.Hash, hash));
            head = new Head(e.Version, hash);
        }

        heads[(write.Tenant, append.Stream)] = head;
    }

    private static NpgsqlBatchCommand Command(string sql, params ReadOnlySpan<object?> values)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var value in values) command.Parameters.Add(Sql.Value(value));
        return command;
    }
}
