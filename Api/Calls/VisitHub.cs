using Balie.Api.Platform;
using Balie.Grains.Interfaces.Calls;
using Balie.Grains.Interfaces.Platform;
using Microsoft.AspNetCore.SignalR;

namespace Balie.Api.Calls;

/// <summary>The live side of a visit: presence, media signalling, and being told of changes. Who may connect is the endpoint's access rule.</summary>
public sealed class VisitHub(IGrainFactory grains, LiveRooms live, SnapshotReader snapshots, ILogger<VisitHub> log) : Hub<IVisitClient>, IVisitHub
{
    private (string Tenant, string Visit) Room => HubCaller.Room(Context);

    private ICallRoomGrain Call => grains.Call(Room.Tenant, Room.Visit);

    /// <summary>
    /// Listens before it reads, so that nothing falls between the snapshot and the first change; and knows the seats before it reads the
    /// rooms, so that what was shown too little of before is in the snapshot.
    /// </summary>
    public async Task<VisitSnapshot> Enter()
    {
        var caller = HubCaller.Of(Context);
        try
        {
            await live.JoinAsync(Room.Tenant, Room.Visit, Context.ConnectionId, caller, Context.ConnectionAborted);
            await Call.Connected(Context.ConnectionId, up: true, Context.ConnectionAborted);
            live.Know(Room.Tenant, Room.Visit, await Call.View(Context.ConnectionAborted));
            return await snapshots.ReadAsync(Room.Tenant, Room.Visit, caller, Context.ConnectionAborted);
        }
        finally
        {
            // Who left while they entered was not there yet when they were seen out.
            if (Context.ConnectionAborted.IsCancellationRequested) await SeeOutAsync();
        }
    }

    public Task<string> Publish(PublishMedia media) => Call.Publish(media, Context.ConnectionAborted);

    public Task<MediaOffer?> Subscribe() => Call.Subscribe(Context.ConnectionAborted);

    public Task<MediaSignal> Resume(int last) => Call.Resume(last, Context.ConnectionAborted);

    public Task Answer(MediaAnswer answer) => Call.Answer(answer, Context.ConnectionAborted);

    public Task<RelayServer?> Relay() => Call.Relay(Context.ConnectionAborted);

    public Task Trickle(bool publisher, IceCandidate? candidate) => Call.Trickle(publisher, candidate, Context.ConnectionAborted);

    public override async Task OnDisconnectedAsync(Exception? exception)
    {
        await SeeOutAsync();
        await base.OnDisconnectedAsync(exception);
    }

    private async Task SeeOutAsync()
    {
        if (!await live.LeaveAsync(Context.ConnectionId)) return;
        try
        {
            await Call.Connected(Context.ConnectionId, up: false, CancellationToken.None);
        }
        catch (Exception cause) when (cause is BalieException or TimeoutException or Orleans.Runtime.OrleansException)
        {
            // Presence heals itself: the room forgets a connection that nobody speaks of any more.
            log.LogWarning(cause, "Could not tell {Tenant}/{Visit} that a browser left.", Room.Tenant, Room.Visit);
        }
    }
}
