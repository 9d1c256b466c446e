using Balie.Grains.Interfaces.Platform;
using Balie.Grains.Platform.Keys;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Balie.Grains.Platform;

/// <summary>
/// Carries the outbox out: at least once, in order per stream, on any number of nodes at a time. A message is locked while it is carried out, so a node that
/// dies gives it back at once. What fails is tried again after a growing wait and holds up its own stream only; what keeps failing becomes a dead letter.
/// What no handler of this node carries out is left to other nodes.
/// </summary>
public sealed partial class OutboxDispatcher(
    NpgsqlDataSource database,
    JournalClock clock,
    OutboxSignal signal,
    IKeyRing keys,
    IEnumerable<IOutboxHandler> handlers,
    IOptions<OutboxOptions> options,
    OutboxMetrics metrics,
    ILogger<OutboxDispatcher> log) : BackgroundService
{
    // Only what somebody here carries out is taken. A message waits for every earlier one of its stream and lane that is due or already being tried; one that
    // is planned for later holds nothing up, and one that waits for its node holds up that node's only.
    private const string Take = """
        select o.id, o.tenant, o.stream, o.kind, o.payload, o.idempotency_key, o.created_at, o.attempts from outbox o
        where o.done_at is null and o.dead_at is null and o.not_before <= $1 and (o.node is null or o.node = $2) and o.kind like any ($3) and not exists (
            select 1 from outbox e where e.tenant = o.tenant and e.stream = o.stream and e.id < o.id and (e.node is null or e.node = o.node) and e.kind like any ($3)
              and e.done_at is null and e.dead_at is null and (e.attempts > 0 or e.not_before <= $1))
        order by o.id limit 1 for update of o skip locked
        """;

    private const string Due =
        "select exists (select 1 from outbox where done_at is null and dead_at is null and not_before <= $1 and (node is null or node = $2) and kind like any ($3))";

    private readonly IReadOnlyList<IOutboxHandler> _handlers = [.. handlers];
    private readonly OutboxOptions _options = options.Value;

    /// <summary>Carries out one message that is due, of any lane. False when there is none that is free.</summary>
    public Task<bool> CarryOutOneAsync(CancellationToken ct = default) => CarryOutOneAsync(Patterns(_handlers), ct);

    private async Task<bool> CarryOutOneAsync(string[] kinds, CancellationToken ct)
    {
        await using var connection = await database.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        if (await TakeAsync(connection, kinds, ct) is not { } item) return false;
        try
        {
            await HandleAsync(item, ct);
            // What was said is no longer needed here, and may name people.
            await MarkAsync(connection, "update outbox set done_at = $2, attempts = $3, payload = '', last_error = null where id = $1", item.Id, clock.GetUtcNow(), item.Attempt);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception problem)
        {
            await FailedAsync(connection, item, problem);
        }

        await transaction.CommitAsync(CancellationToken.None);
        return true;
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        _handlers.GroupBy(h => h.Lane).SelectMany(lane => Enumerable.Range(0, _options.Workers).Select(_ => WorkAsync(Patterns(lane), stoppingToken)))
            .Append(LookAsync(stoppingToken)));

    /// <summary>Kinds as SQL patterns.</summary>
    private static string[] Patterns(IEnumerable<IOutboxHandler> handlers) =>
        [.. handlers.Select(h => h.Kind.Replace("_", "\\_", StringComparison.Ordinal).Replace('*', '%')).Distinct()];

    /// <summary>One look for all workers. Nothing is due nearly always; then it costs one question, not a transaction of each of them.</summary>
    private async Task LookAsync(CancellationToken ct)
    {
        var kinds = Patterns(_handlers);
        using var timer = new PeriodicTimer(_options.Poll, clock);
        try
        {
            do await LookAsync(kinds, ct);
            while (await timer.WaitForNextTickAsync(ct));
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The silo stops.
        }
    }

    private async Task LookAsync(string[] kinds, CancellationToken ct)
    {
        try
        {
            await metrics.MeasureAsync(database, clock, ct);
            await using var command = database.CreateCommand(Due).With(clock.GetUtcNow(), _options.Node, kinds);
            if (await command.ExecuteScalarAsync(ct) is true) signal.Wake();
        }
        catch (Exception problem) when (!ct.IsCancellationRequested)
        {
            LogNotReached(problem);
        }
    }

    private async Task WorkAsync(string[] kinds, CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            var announced = signal.Next;
            try
            {
                if (await CarryOutOneAsync(kinds, ct)) continue;
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                return;
            }
            catch (Exception problem)
            {
                LogNotReached(problem);
            }

            await announced.WaitAsync(ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task HandleAsync(OutboxItem item, CancellationToken ct)
    {
        var fitting = _handlers.Where(h => Fits(h.Kind, item.Kind)).ToList();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(fitting.Select(h => h.Limit ?? _options.Limit).DefaultIfEmpty(_options.Limit).Max());
        var open = item with { Payload = await OpenAsync(item, ct) };
        foreach (var handler in fitting) await handler.HandleAsync(open, limit.Token);
    }

    private async ValueTask<string> OpenAsync(OutboxItem item, CancellationToken ct)
    {
        if (!Sealing.IsSealed(item.Payload)) return item.Payload;
        var dossier = item.Stream[(item.Stream.IndexOf('/') + 1)..];
        try
        {
            return OutboxPayload.Open(item.Payload, item.Kind, await keys.DossierKeyAsync(item.Tenant, dossier, ct));
        }
        catch (KeyDestroyedException)
        {
            throw new OutboxRefusedException("The dossier was erased.");
        }
    }

    private async Task FailedAsync(NpgsqlConnection connection, OutboxItem item, Exception problem)
    {
        var now = clock.GetUtcNow();
        var reason = ReasonOf(problem);
        if (problem is OutboxLaterException later)
        {
            await MarkAsync(connection, "update outbox set not_before = $2, last_error = $3 where id = $1", item.Id, now + later.Wait, reason);
            return;
        }

        var givesUp = _handlers.Where(h => Fits(h.Kind, item.Kind)).All(h => h.GivesUp);
        if (problem is OutboxRefusedException || (givesUp && item.Attempt >= _options.MostAttempts))
        {
            LogDead(item.Kind, item.Id, item.Attempt, reason);
            await MarkAsync(connection, "update outbox set dead_at = $2, attempts = $3, last_error = $4 where id = $1", item.Id, now, item.Attempt, reason);
            return;
        }

        var wait = Wait(item.Attempt, Random.Shared.NextDouble());
        LogAgain(item.Kind, item.Id, item.Attempt, reason, wait);
        await MarkAsync(connection, "update outbox set not_before = $2, attempts = $3, last_error = $4 where id = $1", item.Id, now + wait, item.Attempt, reason);
    }

    /// <summary>Type and status only: the text of another party may repeat what it was sent, such as an address.</summary>
    private static string ReasonOf(Exception problem) => problem switch
    {
        OutboxRefusedException or OutboxLaterException => problem.Message,
        BalieException refused => $"{nameof(BalieException)} {refused.Error.Code}",
        HttpRequestException { StatusCode: { } status } => $"{nameof(HttpRequestException)} {(int)status}",
        PostgresException database => $"{nameof(PostgresException)} {database.SqlState}",
        _ => problem.GetType().Name,
    };

    /// <summary>Doubling, and somewhat random so that what failed together is not tried together.</summary>
    internal TimeSpan Wait(int attempt, double chance) =>
        TimeSpan.FromTicks(Math.Min(_options.LongestWait.Ticks, _options.FirstWait.Ticks << Math.Min(attempt - 1, 30))) * (0.75 + (0.5 * chance));

    private async Task<OutboxItem?> TakeAsync(NpgsqlConnection connection, string[] kinds, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(Take, connection).With(clock.GetUtcNow(), _options.Node, kinds);
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct)
            ? new OutboxItem(
                reader.GetInt64(0), reader.GetString(1), reader.GetString(2), reader.GetString(3), reader.GetString(4), reader.GetString(5), reader.GetFieldValue<DateTimeOffset>(6), reader.GetInt32(7) + 1)
            : null;
    }

    private static async Task MarkAsync(NpgsqlConnection connection, string sql, params object?[] values)
    {
        await using var command = new NpgsqlCommand(sql, connection).With(values);
        await command.ExecuteNonQueryAsync();
    }

    private static bool Fits(string pattern, string kind) => pattern.EndsWith('*') ? kind.StartsWith(pattern[..^1], StringComparison.Ordinal) : pattern == kind;

    [LoggerMessage(Level = LogLevel.Warning, Message = "The outbox cannot be reached.")]
    private partial void LogNotReached(Exception problem);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Kind} {Id} failed (attempt {Attempt}: {Reason}); again in {Wait}.")]
    private partial void LogAgain(string kind, long id, int attempt, string reason, TimeSpan wait);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Kind} {Id} is a dead letter after {Attempt} attempts: {Reason}.")]
    private partial void LogDead(string kind, long id, int attempt, string reason);
}
