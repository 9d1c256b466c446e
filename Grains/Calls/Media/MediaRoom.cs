using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Balie.Grains.Calls.Media;

/// <summary>
/// One visit's room on a media node: who publishes, who receives whom, and the recording. Browsers never reach the
/// node; everything they say passes here. Calls may come concurrently: they are served one at a time. Events are
/// handed out one at a time, outside of any call, so that a handler may call the room.
/// </summary>
public sealed partial class MediaRoom : IAsyncDisposable
{
    readonly MediaRoomOptions options;
    readonly JanusSession session;
    readonly ulong control;
    readonly TimeProvider time;
    readonly ILogger log;
    readonly Func<MediaRoomEvent, Task> onEvent;
    readonly SemaphoreSlim gate = new(1, 1);
    readonly Dictionary<string, MediaSeat> seats = [];
    readonly Channel<MediaRoomEvent> told = Channel.CreateUnbounded<MediaRoomEvent>(new() { SingleReader = true });
    readonly string pin, secret;
    Task handling = Task.CompletedTask, telling = Task.CompletedTask;
    bool closed;

    MediaRoom(MediaRoomOptions options, JanusSession session, ulong control, Func<MediaRoomEvent, Task> onEvent, TimeProvider time, ILogger log)
    {
        (this.options, this.session, this.control, this.onEvent, this.time, this.log) = (options, session, control, onEvent, time, log);
        (pin, secret) = (Derive("pin"), Derive("secret"));
    }

    /// <summary>The room's number on the node, also the name of its recording folder.</summary>
    public string RoomId => options.RoomId;

    /// <summary>Incarnation of the node; a room of another incarnation is gone for good.</summary>
    public string Incarnation => session.Node.Incarnation;

    /// <summary>Incarnation and session: another for every room that was opened, the same for one that was taken over.</summary>
    public string Tag => $"{Incarnation}#{session.Id}";

    /// <summary>Opens an empty room; one of the same name that an earlier Balie left behind is closed first.</summary>
    /// <exception cref="MediaUnavailableException">No node answers.</exception>
    /// <exception cref="ArgumentException">The room id is not fit for a file name.</exception>
    public static async Task<MediaRoom> OpenAsync(
        JanusClient client, MediaRoomOptions options, Func<MediaRoomEvent, Task> onEvent, TimeProvider time, ILogger<MediaRoom> log, CancellationToken ct = default)
    {
        RequireId(options.RoomId);
        var session = await client.CreateSessionAsync(ct);
        try
        {
            var room = new MediaRoom(options, session, await session.AttachAsync(ct), onEvent, time, log);
            await room.BeginAsync(ct);
            room.Run();
            return room;
        }
        catch
        {
            await session.AbandonAsync();
            throw;
        }
    }

    /// <summary>Takes over a room that another Balie opened; media was flowing all the while.</summary>
    /// <exception cref="MediaSessionLostException">Too late, or the node restarted: open the room anew.</exception>
    public static async Task<MediaRoom> ReclaimAsync(
        JanusClient client, MediaRoomState state, Func<MediaRoomEvent, Task> onEvent, TimeProvider time, ILogger<MediaRoom> log, CancellationToken ct = default)
    {
        var session = await client.ClaimSessionAsync(state.Session, state.Incarnation, ct);
        var room = new MediaRoom(state.Options, session, state.Control, onEvent, time, log) { recording = state.Recording };
        foreach (var seat in state.Seats) room.seats.Add(seat.ParticipantId, MediaSeat.Import(seat));
        room.Run();
        try
        {
            await room.GatedAsync(token => room.TakeUpAsync(state, token), ct);
            return room;
        }
        catch
        {
            // Not destroyed: people may be speaking to each other there, and the next try takes it over.
            await room.DisposeAsync();
            throw;
        }
    }

    /// <summary>What to keep so that a restarted Balie can <see cref="ReclaimAsync"/>; take it after every call and event.</summary>
    public async Task<MediaRoomState> ExportAsync(CancellationToken ct = default) => await GatedAsync(
        _ => Task.FromResult(new MediaRoomState(
            options, session.Node.Incarnation, session.Id, control, [.. seats.Values.Select(s => s.Export())], recording)), ct);

    /// <summary>Ends the room for all; when it throws the room is not ended, and may be closed again. Stop the recording first to learn its tracks; they are closed either way.</summary>
    public async Task CloseAsync(CancellationToken ct = default)
    {
        await GatedAsync(async token =>
        {
            await DestroyAsync(token);
            await session.DestroyAsync(token);
            closed = true;
            seats.Clear();
        }, ct);
        await DisposeAsync();
    }

    /// <summary>Lets go of the room without ending it: its state can be reclaimed.</summary>
    public async ValueTask DisposeAsync()
    {
        closed = true;
        session.Release();
        await handling;
        told.Writer.TryComplete();
        await telling;
    }

    void Run()
    {
        handling = HandleAsync();
        telling = TellAsync();
    }

    async Task BeginAsync(CancellationToken ct)
    {
        try
        {
            await CreateAsync(ct);
        }
        catch (MediaRefusedException refused) when (refused.Code == MediaRefusedException.RoomExists)
        {
            await ControlAsync("destroy", ct);
            await CreateAsync(ct);
        }
    }

    async Task TakeUpAsync(MediaRoomState state, CancellationToken ct)
    {
        // Whether an offer that was on its way arrived, nobody can tell any more.
        foreach (var seat in state.Seats.Where(s => s is { OfferOpen: true, Subscriber: not null }))
            await StartOverAsync(seats[seat.ParticipantId], seat.Subscriber!.Value, ct);
        await CatchUpAsync(ct);
    }

    async Task DestroyAsync(CancellationToken ct)
    {
        try
        {
            await ControlAsync("destroy", ct);
        }
        catch (MediaRefusedException refused) when (refused.Code == MediaRefusedException.NoSuchRoom)
        {
            // The answer to an earlier try was lost.
        }
    }

    Task CreateAsync(CancellationToken ct)
    {
        var folder = Path.Combine(session.Node.RecordingFolder, options.RoomId);
        return session.MessageAsync(control, JanusBody.Request("create",
            ("admin_key", session.Node.AdminKey), ("room", options.RoomId), ("permanent", false), ("is_private", true),
            ("secret", secret), ("pin", pin), ("publishers", options.MaxPublishers), ("bitrate", options.BitrateCap), ("bitrate_cap", true),
            ("audiocodec", "opus"), ("videocodec", "vp8"), ("opus_fec", true), ("require_pvtid", true), ("notify_joining", false),
            ("lock_record", true), ("record", false), ("rec_dir", folder)), ct: ct);
    }

    Task<JanusReply> ControlAsync(string request, CancellationToken ct, params (string, System.Text.Json.Nodes.JsonNode?)[] more) =>
        session.MessageAsync(control, JanusBody.Request(request, [("room", options.RoomId), ("secret", secret), .. more]), ct: ct);

    /// <summary>The room's keys follow from the node's: nobody needs to store them, and a new Janus has new ones.</summary>
    string Derive(string purpose) => Convert.ToHexString(HMACSHA256.HashData(
        Encoding.UTF8.GetBytes(session.Node.AdminKey), Encoding.UTF8.GetBytes($"{purpose}:{options.RoomId}")))[..32];

    async Task GatedAsync(Func<CancellationToken, Task> act, CancellationToken ct)
    {
        await gate.WaitAsync(ct);
        try
        {
            if (closed || session.IsLost) throw new MediaSessionLostException("The media room is closed");
            await act(ct);
        }
        finally
        {
            gate.Release();
        }
    }

    async Task<T> GatedAsync<T>(Func<CancellationToken, Task<T>> act, CancellationToken ct)
    {
        T result = default!;
        await GatedAsync(async token => { result = await act(token); }, ct);
        return result;
    }

    MediaSeat Seat(string participantId) =>
        seats.GetValueOrDefault(participantId) is { Leaves: false } seat ? seat : throw new InvalidSignalException("participant-not-in-media-room");

    async Task HandleAsync()
    {
        await foreach (var happened in session.Events.ReadAllAsync())
        {
            await gate.WaitAsync();
            try
            {
                if (!closed) await HandleAsync(happened);
            }
            catch (Exception error) when (error is MediaException or JsonException or KeyNotFoundException or InvalidOperationException)
            {
                // One odd event must not end the room; the next one, or a reload of the page, puts it right.
                Log.EventFailed(log, RoomId, error);
            }
            finally
            {
                gate.Release();
            }
        }
        if (session.IsLost && !closed) Tell(new MediaRoomEvent.NodeLost());
    }

    async Task HandleAsync(JanusEvent happened)
    {
        if (happened.Kind == "reconnected") { await CatchUpAsync(CancellationToken.None); return; }
        if (seats.Values.FirstOrDefault(s => !s.Leaves && s.Publisher == happened.Handle) is { } publisher)
            await OnPublisherAsync(publisher, happened);
        else if (seats.Values.FirstOrDefault(s => !s.Leaves && s.Subscriber == happened.Handle) is { } subscriber)
            OnSubscriber(subscriber, happened);
    }

    /// <summary>Events were lost while nobody listened: asks who publishes and brings everyone up to date.</summary>
    async Task CatchUpAsync(CancellationToken ct)
    {
        var present = await PresentAsync(ct);
        foreach (var seat in seats.Values.Where(s => !s.Leaves).ToList())
        {
            var publishes = present.GetValueOrDefault(seat.Id);
            if (publishes == seat.Publishing) continue;
            seat.Publishing = publishes;
            if (publishes) Tell(new MediaRoomEvent.PublisherJoined(seat.Id, seat.Tracks));
            else Tell(new MediaRoomEvent.PublisherLeft(seat.Id));
        }
        await UpdateAllAsync(ct);
    }

    /// <summary>Who is in the room as the node has it, and whether their media flows.</summary>
    async Task<Dictionary<string, bool>> PresentAsync(CancellationToken ct) =>
        (await ControlAsync("listparticipants", ct)).Data.GetProperty("participants").EnumerateArray()
            .ToDictionary(p => p.GetProperty("id").GetString()!, p => p.TryGetProperty("publisher", out var on) && on.GetBoolean());

    void Tell(MediaRoomEvent happened)
    {
        Log.RoomEvent(log, RoomId, happened.GetType().Name, "a participant");
        told.Writer.TryWrite(happened with { From = Tag });
    }

    async Task TellAsync()
    {
        await foreach (var happened in told.Reader.ReadAllAsync())
        {
            try
            {
                await onEvent(happened);
            }
            catch (Exception error)
            {
                // The listener's failure is the listener's; the events behind it must still arrive.
                Log.EventFailed(log, RoomId, error);
            }
        }
    }

    static void RequireId(string id)
    {
        if (!IdForm().IsMatch(id) || id.Contains("-user-", StringComparison.Ordinal))
            throw new ArgumentException("Letters, digits, dots, dashes and underscores, at most 100, no dot first, without '-user-'", nameof(id));
    }

    [GeneratedRegex(@"^[A-Za-z0-9_\-][A-Za-z0-9._\-]{0,99}\z")]
    private static partial Regex IdForm();
}
