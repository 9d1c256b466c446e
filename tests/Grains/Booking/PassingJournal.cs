using Balie.Grains.Interfaces.Platform;
using Balie.Grains.Platform;

namespace Balie.Grains.Tests.Booking;

/// <summary>The journal, for facts that come between.</summary>
internal abstract class PassingJournal(Journal journal) : IJournal, IAsyncDisposable
{
    public DateTimeOffset Now => journal.Now;

    public Task<CommandResult?> FindCommandAsync(string tenant, Guid commandId, CancellationToken ct = default) => journal.FindCommandAsync(tenant, commandId, ct);

    public Task<IReadOnlyList<RecordedEvent>> ReadAsync(string tenant, string stream, long afterVersion = 0, CancellationToken ct = default) => journal.ReadAsync(tenant, stream, afterVersion, ct);

    public virtual Task<AppendResult> AppendAsync(JournalWrite write, CancellationToken ct = default) => journal.AppendAsync(write, ct);

    public Task<IReadOnlyDictionary<string, long>> HeadsAsync(string tenant, IEnumerable<string> streams, CancellationToken ct = default) => journal.HeadsAsync(tenant, streams, ct);

    public ValueTask DisposeAsync() => journal.DisposeAsync();
}

/// <summary>Commits nothing until it is let.</summary>
internal sealed class WaitingJournal(Journal journal) : PassingJournal(journal)
{
    private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task? Until { get; set; }

    /// <summary>Ends when the first write waits.</summary>
    public Task Asked => _asked.Task;

    public override async Task<AppendResult> AppendAsync(JournalWrite write, CancellationToken ct = default)
    {
        if (Until is { } until)
        {
            _asked.TrySetResult();
            await until;
        }

        return await base.AppendAsync(write, ct);
    }
}

/// <summary>Writes, but the answer is lost on its way, as when the database is killed just after a commit: once, for the first write that is to lose it.</summary>
internal sealed class LossyJournal(Journal journal) : PassingJournal(journal)
{
    public Func<JournalWrite, bool>? Loses { get; set; }

    public override async Task<AppendResult> AppendAsync(JournalWrite write, CancellationToken ct = default)
    {
        var result = await base.AppendAsync(write, ct);
        if (Loses?.Invoke(write) != true) return result;
        Loses = null;
        throw new BalieException(Journal.Unavailable);
    }
}
