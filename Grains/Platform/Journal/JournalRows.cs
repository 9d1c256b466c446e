using Balie.Grains.Interfaces.Platform;
using Npgsql;
using NpgsqlTypes;

namespace Balie.Grains.Platform;

/// <summary>The rows of a batch of writes, column by column: one statement a table however many writes there are.</summary>
internal sealed class JournalRows
{
    private readonly Columns _commands = new("""
        insert into command (tenant, command_id, actor, payload_hash, result, at)
        select * from unnest($1::text[], $2::uuid[], $3::text[], $4::bytea[], $5::text[], $6::timestamptz[])
        """, NpgsqlDbType.Text, NpgsqlDbType.Uuid, NpgsqlDbType.Text, NpgsqlDbType.Bytea, NpgsqlDbType.Text, NpgsqlDbType.TimestampTz);

    private readonly Columns _events = new("""
        insert into journal_event (tenant, stream, version, name, at, actor, command_id, payload, prev_hash, hash)
        select * from unnest($1::text[], $2::text[], $3::bigint[], $4::text[], $5::timestamptz[], $6::text[], $7::uuid[], $8::text[], $9::bytea[], $10::bytea[])
        """, NpgsqlDbType.Text, NpgsqlDbType.Text, NpgsqlDbType.Bigint, NpgsqlDbType.Text, NpgsqlDbType.TimestampTz, NpgsqlDbType.Text, NpgsqlDbType.Uuid, NpgsqlDbType.Text, NpgsqlDbType.Bytea, NpgsqlDbType.Bytea);

    // The order of a stream's messages is the order of their ids.
    private readonly Columns _outbox = new("""
        insert into outbox (tenant, stream, kind, payload, idempotency_key, created_at, not_before, node)
        select m.tenant, m.stream, m.kind, m.payload, m.key, m.at, m.not_before, m.node
        from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::timestamptz[], $7::timestamptz[], $8::text[]) with ordinality as m (tenant, stream, kind, payload, key, at, not_before, node, n) order by m.n
        """, NpgsqlDbType.Text, NpgsqlDbType.Text, NpgsqlDbType.Text, NpgsqlDbType.Text, NpgsqlDbType.Text, NpgsqlDbType.TimestampTz, NpgsqlDbType.TimestampTz, NpgsqlDbType.Text);

    private readonly List<ProjectionStatement> _projections = [];

    /// <summary>Takes the write's rows in and moves the heads of its streams on.</summary>
    public void Add(JournalWrite write, Dictionary<(string Tenant, string Stream), StreamHead> heads)
    {
        AddCommand(write, new PendingCommand(write.CommandId, write.Actor, write.PayloadHash, write.ResultJson));
        foreach (var append in write.Appends)
        {
            if (append.Command is { } command) AddCommand(write, command);
            AddEvents(write, append, heads);
        }

        foreach (var (stream, message) in write.Outbox)
            _outbox.Add(write.Tenant, stream, message.Kind, message.Payload, message.IdempotencyKey, write.At.UtcDateTime, (message.NotBefore ?? write.At).UtcDateTime, message.Node);
        _projections.AddRange(write.Projections);
    }

    /// <summary>Writes everything. Without an explicit transaction a batch is one implicit transaction: it commits as a whole or not at all.</summary>
    public async Task WriteAsync(NpgsqlConnection connection)
    {
        await using var batch = new NpgsqlBatch(connection);
        foreach (var columns in new[] { _commands, _events, _outbox }.Where(c => c.Count > 0)) batch.BatchCommands.Add(columns.Command());
        foreach (var projection in _projections) batch.BatchCommands.Add(projection.Command());
        await batch.ExecuteNonQueryAsync();
    }

    private void AddCommand(JournalWrite write, PendingCommand command) =>
        _commands.Add(write.Tenant, command.Id, command.Actor, command.PayloadHash, command.Result, write.At.UtcDateTime);

    private void AddEvents(JournalWrite write, PendingAppend append, Dictionary<(string, string), StreamHead> heads)
    {
        var head = heads.GetValueOrDefault((write.Tenant, append.Stream)) ?? StreamHead.None;
        var commandId = append.Command?.Id ?? write.CommandId;
        var actor = append.Command?.Actor ?? write.Actor;
        foreach (var pending in append.Events)
        {
            var e = new RecordedEvent(append.Stream, head.Version + 1, pending.Name, write.At, actor, commandId, pending.Payload);
            var hash = EventHash.Next(head.Hash, write.Tenant, e);
            _events.Add(write.Tenant, e.Stream, e.Version, e.Name, e.At.UtcDateTime, e.Actor, e.CommandId, e.Payload, head.Hash, hash);
            head = new StreamHead(e.Version, hash);
        }

        heads[(write.Tenant, append.Stream)] = head;
    }

    /// <summary>The columns of one table, as arrays for its statement.</summary>
    private sealed class Columns(string sql, params NpgsqlDbType[] types)
    {
        private readonly List<object?>[] _values = [.. types.Select(_ => new List<object?>())];

        public int Count => _values[0].Count;

        public void Add(params ReadOnlySpan<object?> row)
        {
            for (var i = 0; i < row.Length; i++) _values[i].Add(row[i]);
        }

        public NpgsqlBatchCommand Command()
        {
            var command = new NpgsqlBatchCommand(sql);
            for (var i = 0; i < types.Length; i++) command.Parameters.Add(new NpgsqlParameter { Value = Array(types[i], _values[i]), NpgsqlDbType = NpgsqlDbType.Array | types[i] });
            return command;
        }

        private static object Array(NpgsqlDbType type, List<object?> values) => type switch
        {
            NpgsqlDbType.Text => values.Cast<string?>().ToArray(),
            NpgsqlDbType.Uuid => values.Cast<Guid>().ToArray(),
            NpgsqlDbType.Bigint => values.Cast<long>().ToArray(),
            NpgsqlDbType.Bytea => values.Cast<byte[]>().ToArray(),
            NpgsqlDbType.TimestampTz => values.Cast<DateTime>().ToArray(),
            _ => throw new ArgumentOutOfRangeException(nameof(type)),
        };
    }
}
