using System.Security.Cryptography;
using System.Text.Json;
using Balie.Grains.Interfaces.Platform;
using Balie.Grains.Platform.Keys;
using Microsoft.Extensions.Logging;

namespace Balie.Grains.Platform;

/// <summary>
/// A room of one visit (or agenda): its state is what its stream in the journal says. A command is decided on the state, appended, applied and then told
/// to viewers; the state changes only after the append, so it is never rolled back. When another activation wrote in between, the room reads what it
/// missed and decides once more; the command's id makes that safe.
/// </summary>
public abstract class RoomGrain<TState>(RoomServices services) : Grain
    where TState : class
{
    private const string ResultPurpose = "result";
    private static readonly TimeSpan ReadAgainEvery = TimeSpan.FromSeconds(1);
    private readonly FirstResults _first = new();
    private LivePublisher? _live;
    private IGrainTimer? _reading;
    private ILogger? _log;

    /// <summary>Tenant and id from the grain's key.</summary>
    protected GrainKey Key { get; private set; }

    protected TState State { get; private set; } = null!;

    /// <summary>Version of the last event applied; 0 for a room in which nothing happened.</summary>
    protected long Version { get; private set; }

    protected TimeProvider Clock => services.Clock;

    /// <summary>The journal's now.</summary>
    protected DateTimeOffset Now => services.Journal.Now;

    protected ILogger Log => _log ??= services.Logs.CreateLogger(GetType());

    /// <summary>Name of the room in stream names and live updates.</summary>
    protected abstract string Room { get; }

    /// <summary><c>{room}/{id}</c></summary>
    protected string Stream => $"{Room}/{Key.Id}";

    protected abstract TState Initial { get; }

    /// <summary>The dossier whose key seals personal text; null for a room that keeps none.</summary>
    protected virtual string? DossierOf => Key.Id;

    /// <summary>Pure.</summary>
    protected abstract TState Apply(TState state, IDomainEvent e, DateTimeOffset at);

    /// <summary>Adds to the transaction what must agree with the events: projections (<see cref="JournalWrite.Project"/>) and messages (<see cref="JournalWrite.Send"/>).</summary>
    protected virtual void Project(JournalWrite write, TState before, TState after, IReadOnlyList<IDomainEvent> events)
    {
    }

    /// <summary>The whole view at the current version for staff's eyes, told to viewers after every change; null when the room has none.</summary>
    protected virtual object? LiveView(TState state) => null;

    /// <summary>What a constraint of a projection means for the caller; null when it means a mistake of ours.</summary>
    protected virtual BalieError? Refused(JournalConflictException conflict) => null;

    /// <summary>After events were applied, here or by reading what another wrote for this room. A failure is logged and does not undo anything.</summary>
    protected virtual Task OnChangedAsync(TState before, IReadOnlyList<IDomainEvent> events) => Task.CompletedTask;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        Key = GrainKey.Parse(this.GetPrimaryKeyString());
        State = Initial;
        _live = LivePublisher.ToFeed(GrainFactory, Key, services.Clock, Log);
        await ReadMissedAsync(cancellationToken);
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        if (_live is not null) await _live.EndAsync(cancellationToken);
    }

    public Task CatchUp(long version, CancellationToken ct = default) => Version < version ? RefreshAsync(ct) : Task.CompletedTask;

    /// <summary>Decides a command, writes what happened and applies it. A command that was answered before gets the first answer.</summary>
    /// <exception cref="BalieException">The decision refused, the id was used for something else, or the journal does not answer.</exception>
    protected Task<TResult> Handle<TResult>(
        Command command, Func<TState, DateTimeOffset, Decision<TResult>> decide, CancellationToken ct = default, Action<JournalWrite>? enrich = null) =>
        RunAsync(command, decide, async (request, decision) =>
        {
            var write = request.Write(Key.Tenant);
            var events = decision.Events;
            if (events.Length > 0)
            {
                var after = events.Aggregate(State, (state, e) => Apply(state, e, write.At));
                write.Appends.Add(new PendingAppend { Stream = Stream, ExpectedVersion = Version, Events = [.. events.Select(e => services.Events.Serialize(e, request.Key))] });
                Project(write, State, after, events);
            }

            enrich?.Invoke(write);
            SealMessages(write.Outbox, request.Key);
            var result = await services.Journal.AppendAsync(write, ct);
            // Where calls interleave, somebody may have read our events back from the journal already.
            if (result.Repeated || (events.Length > 0 && Version != write.Appends[0].ExpectedVersion)) await RefreshAsync(ct);
            else await AdoptAsync(events, write.At);
            return result.ResultJson;
        }, ct);

    /// <inheritdoc cref="Handle{TResult}"/>
    protected Task Handle(Command command, Func<TState, DateTimeOffset, Decision> decide, CancellationToken ct = default, Action<JournalWrite>? enrich = null) =>
        Handle(command, (state, now) => decide(state, now).Returning<object?>(null), ct, enrich);

    /// <summary>
    /// Like <see cref="Handle{TResult}"/>, but another grain writes: <paramref name="write"/> hands it the pending append (with this command's result inside),
    /// and returns once that grain's transaction has committed. When it throws, nothing has changed here.
    /// </summary>
    protected Task<TResult> HandleThrough<TResult>(
        Command command,
        Func<TState, DateTimeOffset, Decision<TResult>> decide,
        Func<PendingAppend, Task> write,
        CancellationToken ct = default,
        Func<TState, IReadOnlyList<IDomainEvent>, IEnumerable<PendingMessage>>? messages = null) =>
        RunAsync(command, decide, async (request, decision) =>
        {
            if (decision.Events.Length == 0) return request.ResultJson;
            var after = decision.Events.Aggregate(State, (state, e) => Apply(state, e, request.At));
            var append = Pend(decision.Events, request.Key, messages?.Invoke(after, decision.Events) ?? []);
            await WriteElsewhereAsync(write, append with { Command = new PendingCommand(command.CommandId, request.Actor, request.PayloadHash, request.ResultJson) });
            await RefreshAsync(ct);
            return request.ResultJson;
        }, ct, lookFirst: true);

    /// <summary>What this room wants written in another grain's transaction. After that grain's success, call <see cref="RefreshAsync"/>.</summary>
    protected async Task<PendingAppend> Pend(IReadOnlyList<IDomainEvent> events, IEnumerable<PendingMessage> messages, CancellationToken ct = default) =>
        Pend(events, await DossierKeyAsync(ct), messages);

    /// <summary>Reads what was written to this room's stream by others, applies it and tells viewers.</summary>
    protected async Task RefreshAsync(CancellationToken ct = default)
    {
        var before = State;
        var events = await ReadMissedAsync(ct);
        if (events.Count > 0) await TellAsync(before, events);
    }

    /// <summary>
    /// For who brings what was asked for through the journal, or speaks of it: when this activation does not know of it, another one wrote it, and it is read before anything is decided.
    /// </summary>
    protected Task KnowAsync(bool known, CancellationToken ct) => known ? Task.CompletedTask : RefreshAsync(ct);

    /// <summary>Tells viewers the view again at the same version: part of it is not in the journal, such as the progress of a job.</summary>
    protected void TellViewers() => _live!.Publish(new LiveUpdate { Room = Room, Version = Version, View = LiveView(State)! });

    /// <summary>Tells viewers something that is not in the journal (version 0), such as signalling; to one participant when <paramref name="to"/> is given.</summary>
    protected void Signal(string room, object view, string? to = null) => _live!.Publish(new LiveUpdate { Room = room, Version = 0, View = view, To = to, Id = Guid.NewGuid() });

    /// <summary>Runs what follows as Balie itself: for timers, reminders and what no person asked for.</summary>
    protected void ActAsSystem(string what) => Caller.Current = Caller.System(Key.Tenant, what);

    private sealed record Request(Guid CommandId, string Actor, byte[] PayloadHash, byte[]? Key, DateTimeOffset At, string? ResultJson)
    {
        public JournalWrite Write(string tenant) => new() { Tenant = tenant, CommandId = CommandId, Actor = Actor, PayloadHash = PayloadHash, At = At, ResultJson = ResultJson };
    }

    private async Task<TResult> RunAsync<TResult>(
        Command command,
        Func<TState, DateTimeOffset, Decision<TResult>> decide,
        Func<Request, Decision<TResult>, Task<string?>> commit,
        CancellationToken ct,
        bool lookFirst = false)
    {
        var key = await DossierKeyAsync(ct);
        if (key is null && DossierOf is not null && await services.Journal.FindCommandAsync(Key.Tenant, command.CommandId, ct) is not null)
        {
            // What could tell this repetition from another command went with the key, and the answer with it.
            throw new BalieException(RoomErrors.Erased);
        }

        var request = new Request(command.CommandId, Caller.Required.Actor, Fingerprint.Of(command, key), key, default, null);
        if (_first.Find(command.CommandId) is { } known) return Repeat<TResult>(request, known);
        if (lookFirst && await services.Journal.FindCommandAsync(Key.Tenant, command.CommandId, ct) is { } written)
        {
            // Its answer was lost, or another activation gave it: this one may not have read what was written.
            await RefreshAsync(ct);
            return Repeat<TResult>(request, written);
        }

        try
        {
            return await DecideAsync(request, decide, commit, ct);
        }
        catch (Exception problem) when (IsDoubt(problem))
        {
            ReadAgain();
            throw;
        }
        catch (StaleStreamException stale) when (stale.Stream == Stream)
        {
            await RefreshAsync(ct);
        }
        catch (StaleStreamException)
        {
            // Another room's part of this transaction is behind; that room reads what it missed and asks again.
            throw new BalieException(RoomErrors.Moved);
        }

        try
        {
            return await DecideAsync(request, decide, commit, ct);
        }
        catch (StaleStreamException)
        {
            DeactivateOnIdle();
            throw new BalieException(RoomErrors.Moved);
        }
        catch (Exception problem) when (IsDoubt(problem))
        {
            ReadAgain();
            throw;
        }
    }

    /// <summary>True when the write may have been committed although its answer did not come.</summary>
    private static bool IsDoubt(Exception problem) => problem is not (StaleStreamException or JournalConflictException or BalieException { Error.Kind: not ErrorKind.Unavailable });

    /// <summary>Reads what was written as soon as the journal answers, also when nobody asks again: until then people would see a room as it was.</summary>
    private void ReadAgain() => _reading ??= this.RegisterGrainTimer(
        async ct =>
        {
            ActAsSystem("journal");
            try
            {
                await RefreshAsync(ct);
            }
            catch (BalieException away) when (away.Error.Kind == ErrorKind.Unavailable)
            {
                return;
            }

            _reading?.Dispose();
            _reading = null;
        },
        new GrainTimerCreationOptions(TimeSpan.Zero, ReadAgainEvery) { KeepAlive = true });

    private async Task WriteElsewhereAsync(Func<PendingAppend, Task> write, PendingAppend append)
    {
        try
        {
            await write(append);
        }
        catch (BalieException refusal) when (refusal.Error.Code == RoomErrors.Moved.Code)
        {
            throw new StaleStreamException(Stream, append.ExpectedVersion);
        }
    }

    private async Task<TResult> DecideAsync<TResult>(
        Request request, Func<TState, DateTimeOffset, Decision<TResult>> decide, Func<Request, Decision<TResult>, Task<string?>> commit, CancellationToken ct)
    {
        request = request with { At = Now };
        var decision = decide(State, request.At);
        if (decision.Error is { } error)
        {
            // Refused on today's state, but perhaps it was done before this activation: then the first answer stands.
            if (await services.Journal.FindCommandAsync(Key.Tenant, request.CommandId, ct) is { } first)
            {
                // Written after all, though the answer was lost on its way: this activation has not read it yet.
                await RefreshAsync(ct);
                return Repeat<TResult>(request, first);
            }

            throw new BalieException(error);
        }

        request = request with { ResultJson = SealResult(decision.Result, request.Key) };
        try
        {
            var json = await commit(request, decision);
            _first.Add(request.CommandId, new CommandResult(request.Actor, request.PayloadHash, json, request.At));
            // Our own answer needs no opening; a first answer of before does.
            return ReferenceEquals(json, request.ResultJson) ? decision.Result! : OpenResult<TResult>(json, request.Key);
        }
        catch (JournalConflictException conflict) when (Refused(conflict) is { } refusal)
        {
            throw new BalieException(refusal);
        }
    }

    private static TResult Repeat<TResult>(Request request, CommandResult first) =>
        first.Actor == request.Actor && CryptographicOperations.FixedTimeEquals(first.PayloadHash, request.PayloadHash)
            ? OpenResult<TResult>(first.ResultJson, request.Key)
            : throw new BalieException(RoomErrors.Reused);

    private PendingAppend Pend(IReadOnlyList<IDomainEvent> events, byte[]? key, IEnumerable<PendingMessage> messages) => new()
    {
        Stream = Stream,
        ExpectedVersion = Version,
        Events = [.. events.Select(e => services.Events.Serialize(e, key))],
        Messages = [.. messages.Select(m => OutboxPayload.Seal(m, key))],
    };

    private void SealMessages(List<(string Stream, PendingMessage Message)> outbox, byte[]? key)
    {
        for (var i = 0; i < outbox.Count; i++)
        {
            // Messages of other streams come sealed by their own room.
            if (outbox[i].Stream == Stream) outbox[i] = (Stream, OutboxPayload.Seal(outbox[i].Message, key));
        }
    }

    private async Task AdoptAsync(IReadOnlyList<IDomainEvent> events, DateTimeOffset at)
    {
        if (events.Count == 0) return;
        var before = State;
        foreach (var e in events) State = Apply(State, e, at);
        Version += events.Count;
        await TellAsync(before, events);
    }

    private async Task<IReadOnlyList<IDomainEvent>> ReadMissedAsync(CancellationToken ct)
    {
        var recorded = await services.Journal.ReadAsync(Key.Tenant, Stream, Version, ct);
        if (recorded.Count == 0) return [];
        var key = await DossierKeyAsync(ct);
        var events = new List<IDomainEvent>(recorded.Count);
        foreach (var row in recorded)
        {
            if (row.Version <= Version) continue;
            var e = services.Events.Deserialize(row.Name, row.Payload, key);
            State = Apply(State, e, row.At);
            Version = row.Version;
            events.Add(e);
        }

        return events;
    }

    private async Task TellAsync(TState before, IReadOnlyList<IDomainEvent> events)
    {
        if (LiveView(State) is { } view) _live!.Publish(new LiveUpdate { Room = Room, Version = Version, View = view });
        try
        {
            await OnChangedAsync(before, events);
        }
        catch (Exception problem)
        {
            // The change stands; who depends on it recomputes from the journal.
            Log.LogWarning(problem, "{Stream} of {Tenant} changed, but not everybody could be told.", Stream, Key.Tenant);
        }
    }

    private async ValueTask<byte[]?> DossierKeyAsync(CancellationToken ct)
    {
        if (DossierOf is not { } dossier) return null;
        try
        {
            return await services.Keys.DossierKeyAsync(Key.Tenant, dossier, ct);
        }
        catch (KeyDestroyedException)
        {
            return null;
        }
    }

    private static string? SealResult<TResult>(TResult? result, byte[]? key)
    {
        if (result is null) return null;
        var json = JsonSerializer.Serialize(result, PlatformJson.Plain);
        return key is null ? json : Sealing.Seal(json, key, ResultPurpose);
    }

    private static TResult OpenResult<TResult>(string? json, byte[]? key)
    {
        if (json is null) return default!;
        if (Sealing.IsSealed(json)) json = Sealing.Open(json, key ?? throw new BalieException(RoomErrors.Erased), ResultPurpose);
        return JsonSerializer.Deserialize<TResult>(json, PlatformJson.Plain)!;
    }
}
