using System.Text;

namespace Balie.Bench;

/// <summary>What the database itself does with a command's two rows: the same tables, indexes and triggers, by pgbench.</summary>
internal sealed class JournalFloor(PgBench pgbench)
{
    /// <summary>An event as it stands in the journal; ours and the floor's. No letter or digit after a colon: pgbench would read a variable.</summary>
    public static readonly string Payload = $$"""{"text": "{{new string('x', 300)}}", "number": 1}""";

    /// <summary>Commands a second: so many in one transaction, sent together.</summary>
    public async Task<double> RunAsync(int together, int connections, TimeSpan time, CancellationToken ct) =>
        together * await pgbench.RunAsync(Script(together), connections, time, ct);

    private static string Script(int together)
    {
        var script = new StringBuilder();
        if (together > 1) script.AppendLine("\\startpipeline");
        script.AppendLine("begin;");
        for (var i = 0; i < together; i++)
        {
            script.AppendLine("\\set v :v + 1");
            script.AppendLine("insert into command (tenant, command_id, actor, payload_hash, result, at) values ('floor', md5(:run || '-' || :client_id || '-' || :v)::uuid, 'staff-an.peeters', sha256('x'), null, now());");
            script.AppendLine($"insert into journal_event (tenant, stream, version, name, at, actor, command_id, payload, prev_hash, hash) values ('floor', 'bench/' || :run || '-' || :client_id, :v, 'bench.noted.v1', now(), 'staff-an.peeters', md5(:run || '-' || :client_id || '-' || :v)::uuid, '{Payload}', sha256('x'), sha256('y'));");
        }

        script.AppendLine("commit;");
        if (together > 1) script.AppendLine("\\endpipeline");
        return script.ToString();
    }
}
