using Balie.Grains.Platform;

namespace Balie.Grains.Tests.Booking;

/// <summary>The journal, asked about a command an instant before that command was written: once when told so.</summary>
internal sealed class HastyJournal(Journal journal) : IJournal, IAsyncDisposable
{
    public bool LooksTooEarly { get; set; }

    public DateTimeOffset Now => journal.Now;

    public Task<CommandResult?> FindCommandAsync(string tenant, Guid commandId, CancellationToken ct = default)
    {
        if (!LooksTooEarly) return journal.FindCommandAsync(tenant, commandId, ct);
        LooksTooEarly = false;
        return Task.FromResult<CommandResult?>(null);
    }

    public Task<IReadOnlyList<RecordedEvent>> ReadAsync(string tenant, string stream, long afterVersion = 0, CancellationToken ct = default) => journal.ReadAsync(tenant, stream, afterVersion, ct);

    public Task<AppendResult> AppendAsync(JournalWrite write, CancellationToken ct = default) => journal.AppendAsync(write, ct);

    public Task<IReadOnlyDictionary<string, long>> HeadsAsync(string tenant, IEnumerable<string> streams, CancellationToken ct = default) => journal.HeadsAsync(tenant, streams, ct);

    public ValueTask DisposeAsync() => journal.DisposeAsync();
}
