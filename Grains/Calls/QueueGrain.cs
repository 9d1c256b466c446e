using System.Collections.Immutable;
using Balie.Grains.Interfaces.Booking;
using Balie.Grains.Interfaces.Calls;
using Balie.Grains.Interfaces.Platform;
using Balie.Grains.Platform;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Balie.Grains.Calls;

/// <summary>
/// Joins the day's agenda with who waits. Keeps nothing: it reads the projections when asked, and tells its viewers that there is something
/// to read, at most a few times a second however many rooms change.
/// </summary>
public sealed class QueueGrain(NpgsqlDataSource database, JournalClock clock, ILogger<QueueGrain> log) : Grain, IQueueGrain
{
    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(150);

    private IGrainTimer? _telling;
    private LivePublisher? _live;
    private long _changes;

    private GrainKey Key => GrainKey.Parse(this.GetPrimaryKeyString());

    public async Task<QueueView> View(string? date, CancellationToken ct = default)
    {
        var waiting = await Waiting(ct);
        var agenda = await GrainFactory.GetGrain<IDayAgendaGrain>(GrainKey.Of(Key.Tenant, "agenda").ToString())
            .Day(date, date is null ? [.. waiting.Keys] : [], ct);
        return new QueueView(agenda.Date, [.. agenda.Entries.Select(e => Entry(e, waiting.GetValueOrDefault(e.Visit)))]);
    }

    public Task Changed()
    {
        _changes++;
        _telling ??= this.RegisterGrainTimer(Tell, new GrainTimerCreationOptions(Gather, Timeout.InfiniteTimeSpan));
        return Task.CompletedTask;
    }

    private Task Tell(CancellationToken ct)
    {
        _telling?.Dispose();
        _telling = null;
        _live ??= LivePublisher.ToFeed(GrainFactory, Key, clock, log);
        _live.Publish(new LiveUpdate { Room = "queue", Version = _changes, View = "changed" });
        return Task.CompletedTask;
    }

    private async Task<Dictionary<string, WaitingRow>> Waiting(CancellationToken ct)
    {
        await using var command = database.CreateCommand(
            "select visit, waiting_since, waiting_count, in_call from call_waiting where tenant = $1 and (waiting_count > 0 or in_call)");
        command.Parameters.Add(new() { Value = Key.Tenant });
        await using var reader = await command.ExecuteReaderAsync(ct);
        var rows = new Dictionary<string, WaitingRow>();
        while (await reader.ReadAsync(ct))
        {
            var since = reader.IsDBNull(1) ? (DateTimeOffset?)null : reader.GetFieldValue<DateTimeOffset>(1);
            rows[reader.GetString(0)] = new WaitingRow(since, reader.GetInt32(2), reader.GetBoolean(3));
        }

        return rows;
    }

    private static QueueEntry Entry(AgendaEntry e, WaitingRow? waiting) => new()
    {
        Visit = e.Visit,
        Product = e.Product,
        Start = e.Start,
        End = e.End,
        CitizenName = e.CitizenName,
        Staff = e.Staff,
        StaffName = e.StaffName,
        Status = e.Status,
        WaitingSince = waiting?.Since,
        WaitingCount = waiting?.Count ?? 0,
        InCall = waiting?.InCall ?? false,
    };

    private sealed record WaitingRow(DateTimeOffset? Since, int Count, bool InCall);
}
