using System.Security.Cryptography;
using System.Text.Json;
using Balie.Grains.Platform;
using Balie.Grains.Platform.Keys;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Balie.Grains.Calls.Media;

/// <summary>
/// Tells the other silos of this machine's media node, and this silo's <see cref="MediaPool"/> of theirs, by the table <c>media_node</c>. While the database is
/// away everybody goes on with what they know.
/// </summary>
public sealed partial class MediaRegister(
    NodeName name, IMediaNode own, MediaPool pool, NpgsqlDataSource database, JournalClock clock, MasterKey master, ILogger<MediaRegister> log) : BackgroundService, IHostedLifecycleService
{
    private const string Purpose = "media-node";

    /// <summary>How often this silo looks for others; one whose node is the only one looks when it says that it lives.</summary>
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(500);

    /// <summary>A node whose silo was silent for this long gets no new calls; those that run there stay.</summary>
    private static readonly TimeSpan Silent = TimeSpan.FromSeconds(5);

    /// <summary>How often this silo says that it lives; that its node has started or ended, it says at once.</summary>
    private static readonly TimeSpan Says = Silent / 4;

    /// <summary>After so long its machine may be gone as well: one try to reach the node decides.</summary>
    private static readonly TimeSpan Forsaken = TimeSpan.FromSeconds(30);

    /// <summary>No call lives so long: a node of which nothing was heard since then is forgotten.</summary>
    private static readonly TimeSpan Gone = TimeSpan.FromDays(1);

    private const string Tell = """
        with gone as (delete from media_node where at < $6 and name <> $1), told as (
            insert into media_node (name, incarnation, address, leaving, at) values ($1, $2, $3, $4, $5)
            on conflict (name) do update set incarnation = excluded.incarnation, address = excluded.address, leaving = excluded.leaving, at = excluded.at)

        """;

    private const string Read = "select name, address, leaving, at from media_node where name <> $1";

    private readonly HashSet<string> _unreadable = [];
    private readonly byte[] _key = master.Derive(Purpose);
    private (string? Incarnation, bool Leaving, DateTimeOffset At) _told = (null, false, DateTimeOffset.MinValue);
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _alone;

    /// <summary>The first thing when this process is asked to stop: no new calls come here from now on.</summary>
    public Task StoppingAsync(CancellationToken cancellationToken)
    {
        pool.Leaving = true;
        return RoundAsync(cancellationToken);
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>The last thing: this machine's node has ended by now, and others learn so even when no machine answers here any more.</summary>
    public Task StoppedAsync(CancellationToken cancellationToken) => RoundAsync(cancellationToken);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        own.Started += OnStarted;
        own.Died += OnDied;
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                var changed = Volatile.Read(ref _changed).Task;
                await RoundAsync(stoppingToken);
                await changed.WaitAsync(_alone ? Says : Every, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The silo stops; its node's row says so, or grows old.
        }
        finally
        {
            own.Started -= OnStarted;
            own.Died -= OnDied;
        }
    }

    private void OnStarted(MediaNodeAddress node) => Changed();

    private void OnDied(string incarnation) => Changed();

    private void Changed() => Interlocked.Exchange(ref _changed, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();

    private async Task RoundAsync(CancellationToken ct)
    {
        try
        {
            var others = await TellAndReadAsync(ct);
            pool.Learn(others);
            _alone = own is not NoMediaNode && others.Count == 0;
        }
        catch (Exception away) when (!ct.IsCancellationRequested)
        {
            // Whatever it was: a register that has ended would leave this silo with what it knew then.
            LogAway(away);
        }
    }

    private async Task<List<MediaNodeRow>> TellAndReadAsync(CancellationToken ct)
    {
        var (node, now, leaving) = (own.Current, clock.GetUtcNow(), pool.Leaving);
        if (own is NoMediaNode || (!_alone && node?.Incarnation == _told.Incarnation && leaving == _told.Leaving && now - _told.At < Says)) return await ReadAsync(database.CreateCommand(Read).With(name.Name), ct);
        var address = node is null ? null : Sealing.Seal(JsonSerializer.Serialize(node), _key, Purpose);
        var others = await ReadAsync(database.CreateCommand(Tell + Read).With(name.Name, node?.Incarnation, address, leaving, now, now - Gone), ct);
        _told = (node?.Incarnation, leaving, now);
        return others;
    }

    private async Task<List<MediaNodeRow>> ReadAsync(NpgsqlCommand asked, CancellationToken ct)
    {
        var found = new List<MediaNodeRow>();
        await using var command = asked;
        await using var rows = await command.ExecuteReaderAsync(ct);
        while (await rows.ReadAsync(ct))
        {
            var address = rows.IsDBNull(1) ? null : AddressOf(rows.GetString(0), rows.GetString(1));
            var silent = clock.GetUtcNow() - rows.GetFieldValue<DateTimeOffset>(3);
            found.Add(new(rows.GetString(0), address, !rows.GetBoolean(2) && silent < Silent, silent >= Forsaken));
        }

        return found;
    }

    /// <summary>Null when it cannot be read: that node is of no use here, and the others are all the same.</summary>
    private MediaNodeAddress? AddressOf(string node, string text)
    {
        try
        {
            var address = JsonSerializer.Deserialize<MediaNodeAddress>(Sealing.Open(text, _key, Purpose));
            _unreadable.Remove(node);
            return address;
        }
        catch (Exception problem) when (problem is CryptographicException or FormatException or JsonException)
        {
            if (_unreadable.Add(node)) LogUnreadable(node);
            return null;
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The address of media node {Node} cannot be read: has it another master key? It gets no calls from here.")]
    private partial void LogUnreadable(string node);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The register of media nodes cannot be reached; the nodes known so far stay in use.")]
    private partial void LogAway(Exception problem);
}
