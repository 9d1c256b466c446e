using System.Security.Cryptography;
using Balie.Grains.Interfaces.Platform;
using Npgsql;

namespace Balie.Grains.Platform;

/// <summary>
/// Commits a batch of writes in one round trip. Where the streams stand is mostly remembered; for the others, and when told to look, a round trip before
/// reads that and which commands were written before. The primary keys have the last word: they refuse what was written before or in between.
/// </summary>
internal sealed class JournalTransaction(NpgsqlDataSource database)
{
    private readonly KnownHeads _known = new();

    /// <summary>Answers every write that it commits or refuses; throws what the database says otherwise, with those writes unanswered.</summary>
    /// <param name="look">Reads the truth about every write first: after a refusal.</param>
    public async Task CommitAsync(IReadOnlyList<QueuedWrite> batch, bool look)
    {
        await using var connection = await database.MeetAsync();
        var once = new HashSet<(string, Guid)>();
        if (batch.All(w => once.Add((w.Write.Tenant, w.Write.CommandId))))
        {
            await CommitTurnAsync(connection, batch, look);
            return;
        }

        // The same command twice in one batch: the second is answered from what the first wrote, so it goes after it, and looks.
        var turns = batch.GroupBy(w => (w.Write.Tenant, w.Write.CommandId)).SelectMany(g => g.Select((write, turn) => (write, turn))).GroupBy(x => x.turn, x => x.write).OrderBy(g => g.Key);
        foreach (var turn in turns) await CommitTurnAsync(connection, [.. turn], look || turn.Key > 0);
    }

    private async Task CommitTurnAsync(NpgsqlConnection connection, IReadOnlyList<QueuedWrite> writes, bool look)
    {
        var heads = new Dictionary<(string Tenant, string Stream), StreamHead>();
        var unknown = writes.Where(w => look || !Recall(w.Write, heads)).ToList();
        var commands = unknown.Count == 0 ? [] : await LookAsync(connection, unknown, heads);
        var accepted = new List<QueuedWrite>(writes.Count);
        var rows = new JournalRows();
        foreach (var write in writes)
        {
            if (commands.TryGetValue((write.Write.Tenant, write.Write.CommandId), out var first)) Repeat(write, first);
            else if (Stale(write.Write, heads) is { } stale) write.Answer.SetException(new StaleStreamException(stale.Stream, stale.ExpectedVersion));
            else
            {
                accepted.Add(write);
                rows.Add(write.Write, heads);
            }
        }

        if (accepted.Count == 0) return;
        await rows.WriteAsync(connection);
        _known.Remember(heads);
        foreach (var write in accepted) write.Answer.SetResult(new AppendResult(false, write.Write.ResultJson));
    }

    /// <summary>Whether all streams of the write are remembered at the versions it expects.</summary>
    private bool Recall(JournalWrite write, Dictionary<(string Tenant, string Stream), StreamHead> heads)
    {
        foreach (var append in write.Appends)
        {
            // Two writes of one batch may want the same stream: the second meets the head that the first leaves.
            if (heads.ContainsKey((write.Tenant, append.Stream))) continue;
            if (_known.At(write.Tenant, append.Stream, append.ExpectedVersion) is not { } head) return false;
            heads[(write.Tenant, append.Stream)] = head;
        }

        return true;
    }

    private static void Repeat(QueuedWrite write, CommandResult first)
    {
        if (first.Actor == write.Write.Actor && CryptographicOperations.FixedTimeEquals(first.PayloadHash, write.Write.PayloadHash))
            write.Answer.SetResult(new AppendResult(true, first.ResultJson));
        else write.Answer.SetException(new BalieException(RoomErrors.Reused));
    }

    private static PendingAppend? Stale(JournalWrite write, Dictionary<(string, string), StreamHead> heads) =>
        write.Appends.FirstOrDefault(a => (heads.GetValueOrDefault((write.Tenant, a.Stream))?.Version ?? 0) != a.ExpectedVersion);

    /// <summary>Which of the commands were written before; the true heads of their streams go into <paramref name="heads"/>.</summary>
    private static async Task<Dictionary<(string, Guid), CommandResult>> LookAsync(NpgsqlConnection connection, IReadOnlyList<QueuedWrite> writes, Dictionary<(string, string), StreamHead> heads)
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
        foreach (var stream in streams) heads.Remove(stream);
        while (await reader.ReadAsync()) heads[(reader.GetString(0), reader.GetString(1))] = new StreamHead(reader.GetInt64(2), reader.GetFieldValue<byte[]>(3));
        return commands;
    }

    private static NpgsqlBatchCommand Command(string sql, params ReadOnlySpan<object?> values)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var value in values) command.Parameters.Add(Sql.Value(value));
        return command;
    }
}
