using Balie.Chaos.Clients;
using Balie.Chaos.Play;
using Npgsql;

namespace Balie.Chaos.Checks;

/// <summary>Compares what clients remember of their commands with the journal.</summary>
public sealed class JournalChecks
{
    /// <summary>The event that each kind of command leaves exactly once. Kinds that are not here may find nothing to change.</summary>
    private static readonly IReadOnlyDictionary<string, string> Leaves = new Dictionary<string, string>
    {
        ["hold"] = "agenda.slot-held.v1",
        ["release"] = "agenda.hold-released.v1",
        ["book"] = "appointment.booked.v1",
        ["admit"] = "call.participant-admitted.v1",
        ["ask-identity"] = "identity.requested.v1",
        ["confirm-identity"] = "identity.confirmed.v1",
        ["reveal"] = "identity.number-revealed.v1",
        ["upload"] = "dossier.document-added.v1",
        ["show-end"] = "dossier.showing-ended.v1",
        ["report"] = "dossier.section-saved.v1",
        ["ask-consent"] = "recording.consent-asked.v1",
        ["answer-consent"] = "recording.consent-answered.v1",
        ["start-signing"] = "signing.ceremony-started.v1",
        ["sign"] = "signing.signed.v1",
        ["close"] = "appointment.closed.v1",
        ["rate"] = "appointment.rated.v1",
    };

    /// <summary>Journalled by nobody: it only trades a link for a cookie.</summary>
    private const string Unwritten = "exchange";

    private readonly IReadOnlyList<VisitPlay> _visits;
    private readonly Dictionary<Guid, DateTimeOffset> _commands = [];
    private readonly List<Event> _events = [];
    private readonly ILookup<Guid, Event> _byCommand;

    private sealed record Event(string Stream, long Version, string Name, DateTimeOffset At, Guid Command);

    private JournalChecks(IReadOnlyList<VisitPlay> visits, Dictionary<Guid, DateTimeOffset> commands, List<Event> events) =>
        (_visits, _commands, _events, _byCommand) = (visits, commands, events, events.ToLookup(e => e.Command));

    public static async Task<IReadOnlyList<Check>> RunAsync(NpgsqlConnection database, IReadOnlyList<VisitPlay> visits)
    {
        var commands = new Dictionary<Guid, DateTimeOffset>();
        await foreach (var row in database.RowsAsync("select command_id, at from command where tenant = $1", Town.Tenant))
            commands.Add(row.GetGuid(0), row.GetFieldValue<DateTimeOffset>(1));
        var events = new List<Event>();
        await foreach (var row in database.RowsAsync("select stream, version, name, at, command_id from journal_event where tenant = $1 order by stream, version", Town.Tenant))
            events.Add(new Event(row.GetString(0), row.GetInt64(1), row.GetString(2), row.GetFieldValue<DateTimeOffset>(3), row.GetGuid(4)));
        var checks = new JournalChecks(visits, commands, events);
        return [checks.AcknowledgedOnce(), checks.RefusedNothing(), checks.NothingTwice(), checks.CountsAgree()];
    }

    private IEnumerable<SentCommand> Sent => _visits.SelectMany(v => v.History.Commands).Where(c => c.What != Unwritten);

    private Check AcknowledgedOnce()
    {
        var acknowledged = Sent.Where(c => c.Acknowledged).ToList();
        return Check.Of("acknowledged commands are in the journal, exactly once", acknowledged.Count, acknowledged.Select(command =>
        {
            if (!_commands.ContainsKey(command.Id)) return $"{command}: not in the journal";
            if (!Leaves.TryGetValue(command.What, out var name)) return null;
            var left = _byCommand[command.Id].Count(e => e.Name == name);
            return left == 1 ? null : $"{command}: left {left} times {name}";
        }).OfType<string>());
    }

    private Check RefusedNothing()
    {
        var refused = Sent.Where(c => c.Refused).ToList();
        return Check.Of("refused commands left nothing", refused.Count, refused.Where(c => _commands.ContainsKey(c.Id) || _byCommand[c.Id].Any()).Select(c => $"{c}: is in the journal"));
    }

    /// <summary>A command writes in one transaction, at one instant: a second one under its id would be a second run.</summary>
    private Check NothingTwice() => Check.Of("no command ran twice", _commands.Count, _byCommand
        .Where(events => events.Select(e => e.At).Distinct().Count() > 1 || events.GroupBy(e => e.Stream).Any(s => s.Max(e => e.Version) - s.Min(e => e.Version) + 1 != s.Count()))
        .Select(events => $"{events.Key}: {string.Join(", ", events.Select(e => $"{e.Stream} {e.Version} {e.Name} {e.At:HH:mm:ss.ffffff}"))}"));

    /// <summary>Of what a visit's people did, as much is there as they know to have done.</summary>
    private Check CountsAgree()
    {
        var streams = _events.ToLookup(e => e.Stream[(e.Stream.IndexOf('/') + 1)..]);
        var wrong = new List<string>();
        var looked = 0;
        foreach (var visit in _visits.Where(v => v.Finished))
        {
            foreach (var (what, name) in Leaves.Where(l => !l.Value.StartsWith("agenda.", StringComparison.Ordinal)))
            {
                looked++;
                var (known, there) = (visit.History.Commands.Count(c => c.What == what && c.Acknowledged), streams[visit.Visit].Count(e => e.Name == name));
                // Asking for consent is the officer's own answer too; the report and each signed revision of it are documents too.
                if (what == "answer-consent") there -= streams[visit.Visit].Count(e => e.Name == "recording.consent-asked.v1");
                if (what == "upload") there -= streams[visit.Visit].Count(e => e.Name is "signing.document-ready.v1" or "signing.signed.v1");
                if (known != there) wrong.Add($"{visit.Visit}: {known} times {what} acknowledged, {there} times {name} written");
            }
        }

        return Check.Of("each visit holds what its people did, no more and no less", looked, wrong);
    }
}

/// <summary>Small questions to the database.</summary>
public static class Rows
{
    public static async IAsyncEnumerable<NpgsqlDataReader> RowsAsync(this NpgsqlConnection database, string sql, params object[] values)
    {
        await using var command = new NpgsqlCommand(sql, database);
        foreach (var value in values) command.Parameters.Add(new NpgsqlParameter { Value = value });
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync()) yield return reader;
    }

    public static async Task<long> CountAsync(this NpgsqlConnection database, string sql, params object[] values)
    {
        await foreach (var row in database.RowsAsync(sql, values)) return row.GetInt64(0);
        return 0;
    }
}
