using System.Diagnostics;
using System.Net.Sockets;
using System.Threading.Channels;
using Balie.Grains.Interfaces.Platform;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Balie.Grains.Platform;

/// <summary>
/// The journal on PostgreSQL. Writes of many rooms queue for <see cref="Writers"/> loops that commit them together (group commit): one fsync serves up to
/// <see cref="MostTogether"/> writes, and while one loop waits for the disk the other gathers and sends; each takes its share of what is there. When such a batch
/// is refused, by the database or on its way there, it is split until the refused write stands alone, so nobody is refused for another's fault, and nobody is
/// answered before their own commit.
/// </summary>
public sealed partial class Journal : IJournal, IAsyncDisposable
{
    private const int Writers = 2;
    private const int MostTogether = 128;
    private const int MostQueued = 10_000;

    private readonly Channel<QueuedWrite> _queue = Channel.CreateBounded<QueuedWrite>(new BoundedChannelOptions(MostQueued) { SingleReader = false });
    private readonly NpgsqlDataSource _database;
    private readonly JournalClock _clock;
    private readonly OutboxSignal _outbox;
    private readonly ILogger<Journal> _log;
    private readonly JournalTransaction _transaction;
    private readonly CommandLook _looks;
    private readonly Task _loops;
    private int _taken;

    public Journal(NpgsqlDataSource database, JournalClock clock, OutboxSignal outbox, ILogger<Journal> log)
    {
        (_database, _clock, _outbox, _log) = (database, clock, outbox, log);
        _transaction = new JournalTransaction(database);
        _looks = new CommandLook(database);
        _loops = Task.WhenAll(Enumerable.Range(0, Writers).Select(_ => Task.Run(WriteLoopAsync)));
    }

    public static BalieError Unavailable { get; } =
        BalieError.Unavailable("journal.unavailable", "Even geduld, we kunnen je vraag nu niet bewaren. Probeer het zo meteen opnieuw.");

    public DateTimeOffset Now => _clock.GetUtcNow();

    public async Task<AppendResult> AppendAsync(JournalWrite write, CancellationToken ct = default)
    {
        var queued = new QueuedWrite(write);
        var asked = Stopwatch.GetTimestamp();
        await _queue.Writer.WriteAsync(queued, ct);
        // From here on the write may be committed at any moment, so it is no longer cancelled: the answer is the truth.
        var result = await queued.Answer.Task;
        JournalMetrics.Appended(Stopwatch.GetElapsedTime(asked));
        return result;
    }

    public Task<IReadOnlyList<RecordedEvent>> ReadAsync(string tenant, string stream, long afterVersion = 0, CancellationToken ct = default) => Reachable<IReadOnlyList<RecordedEvent>>(async () =>
    {
        await using var command = _database.CreateCommand(
            "select version, name, at, actor, command_id, payload from journal_event where tenant = $1 and stream = $2 and version > $3 order by version").With(tenant, stream, afterVersion);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var events = new List<RecordedEvent>();
        while (await reader.ReadAsync(ct))
        {
            events.Add(new RecordedEvent(
                stream, reader.GetInt64(0), reader.GetString(1), reader.GetFieldValue<DateTimeOffset>(2), reader.GetString(3), reader.GetGuid(4), reader.GetString(5)));
        }

        return events;
    });

    public Task<CommandResult?> FindCommandAsync(string tenant, Guid commandId, CancellationToken ct = default) => Reachable(() => _looks.FindAsync(tenant, commandId, ct));

    public Task<IReadOnlyDictionary<string, long>> HeadsAsync(string tenant, IEnumerable<string> streams, CancellationToken ct = default) => Reachable<IReadOnlyDictionary<string, long>>(async () =>
    {
        await using var command = _database.CreateCommand("""
            select s.stream, h.version from unnest($2::text[]) as s (stream)
            cross join lateral (select e.version from journal_event e where e.tenant = $1 and e.stream = s.stream order by e.version desc limit 1) h
            """).With(tenant, streams.Distinct().ToArray());
        await using var reader = await command.ExecuteReaderAsync(ct);
        var heads = new Dictionary<string, long>();
        while (await reader.ReadAsync(ct)) heads.Add(reader.GetString(0), reader.GetInt64(1));
        return heads;
    });

    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _loops;
    }

    private async Task WriteLoopAsync()
    {
        var batch = new List<QueuedWrite>(MostTogether);
        while (await _queue.Reader.WaitToReadAsync())
        {
            batch.Clear();
            var share = Share();
            while (batch.Count < share && _queue.Reader.TryRead(out var write)) batch.Add(write);
            // What woke both loops up is the other's.
            if (batch.Count == 0) continue;
            Interlocked.Add(ref _taken, batch.Count);
            await WriteAsync(batch);
            Interlocked.Add(ref _taken, -batch.Count);
            // Whoever was just answered often has more to write: let them speak before the next batch is gathered, or batches crumble.
            await Task.Yield();
        }
    }

    /// <summary>
    /// How many writes a loop takes: an equal part of those that wait and those that another loop took. With all that waits it would leave the other a write or two;
    /// they cost the disk as much as a full batch does, and hold up the next one.
    /// </summary>
    private int Share() => Math.Clamp((_queue.Reader.Count + Volatile.Read(ref _taken) + Writers - 1) / Writers, 1, MostTogether);

    private async Task WriteAsync(IReadOnlyList<QueuedWrite> batch, bool look = false)
    {
        try
        {
            await _transaction.CommitAsync(batch, look);
            JournalMetrics.Committed(batch.Count);
        }
        catch (PostgresException moved) when (!look && moved.ConstraintName is ("journal_event_pkey" or "command_pkey"))
        {
            // A repeated command, or another silo wrote: the look says what that means, for each.
            await WriteAsync(Open(batch), look: true);
            return;
        }
        catch (Exception refusal) when (batch.Count > 1 && (!IsOutage(refusal) || IsDeadlock(refusal)))
        {
            var database = refusal as PostgresException;
            LogSplit(batch.Count, database?.SqlState ?? refusal.GetType().Name, database?.ConstraintName);
            var open = Open(batch);
            foreach (var half in open.Chunk(Math.Max(1, (open.Count + 1) / 2))) await WriteAsync(half, look);
            return;
        }
        catch (Exception refusal) when (!look && IsDeadlock(refusal))
        {
            await WriteAsync(batch, look: true);
            return;
        }
        catch (Exception problem)
        {
            foreach (var write in Open(batch)) write.Answer.SetException(Refusal(problem, write.Write));
            if (problem is DatabaseAwayException) RefuseWaiting(problem);
        }

        if (batch.Any(w => w.Write.Outbox.Count > 0)) _outbox.Wake();
    }

    /// <summary>Who waited while the database was not met is told with the rest: a wait of their own would keep them in the dark for twice as long.</summary>
    private void RefuseWaiting(Exception outage)
    {
        while (_queue.Reader.TryRead(out var waiting)) waiting.Answer.SetException(Refusal(outage, waiting.Write));
    }

    private static List<QueuedWrite> Open(IReadOnlyList<QueuedWrite> batch) => [.. batch.Where(w => !w.Answer.Task.IsCompleted)];

    private static bool IsDeadlock(Exception problem) => problem is PostgresException { SqlState: PostgresErrorCodes.DeadlockDetected };

    private Exception Refusal(Exception problem, JournalWrite write)
    {
        switch (problem)
        {
            case PostgresException { ConstraintName: "journal_event_pkey" or "command_pkey" }:
                // Somebody wrote between the look and the write, the same command perhaps: who asks again is answered from what they wrote.
                var append = write.Appends.FirstOrDefault();
                return new StaleStreamException(append?.Stream ?? "", append?.ExpectedVersion ?? 0);
            case PostgresException { SqlState: PostgresErrorCodes.UniqueViolation or PostgresErrorCodes.ExclusionViolation } conflict:
                return new JournalConflictException(conflict.ConstraintName ?? "", conflict);
            case Exception when IsOutage(problem):
                LogOutage(problem.GetBaseException().Message);
                return new BalieException(Unavailable);
            default:
                return problem;
        }
    }

    private async Task<T> Reachable<T>(Func<Task<T>> read)
    {
        try
        {
            return await read();
        }
        catch (Exception problem) when (IsOutage(problem))
        {
            LogOutage(problem.GetBaseException().Message);
            throw new BalieException(Unavailable);
        }
    }

    /// <summary>True when the same work may succeed later without anybody changing it: no connection, server starting or stopping, deadlock.</summary>
    internal static bool IsOutage(Exception problem) => problem is NpgsqlException { IsTransient: true } or SocketException or TimeoutException
        || (problem is NpgsqlException && problem.InnerException is IOException or SocketException or TimeoutException);

    [LoggerMessage(Level = LogLevel.Information, Message = "A batch of {Count} writes was refused ({Problem} {Constraint}); trying its halves.")]
    private partial void LogSplit(int count, string problem, string? constraint);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The journal's database does not answer: {Reason}")]
    private partial void LogOutage(string reason);
}

/// <summary>A write that waits for its commit.</summary>
internal sealed class QueuedWrite(JournalWrite write)
{
    public JournalWrite Write { get; } = write;

    public TaskCompletionSource<AppendResult> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}
