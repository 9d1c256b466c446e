using Balie.Api.Platform;
using Balie.Grains.Interfaces.Calls;
using Microsoft.AspNetCore.SignalR;

namespace Balie.Api.Calls;

/// <summary>The live side of an officer's desk: who is waiting and what is planned.</summary>
public sealed class DeskHub(IGrainFactory grains, LiveQueues live) : Hub<IDeskClient>, IDeskHub
{
    public async Task<QueueView> Enter(string? date)
    {
        var tenant = HubCaller.Of(Context).Tenant!;
        await live.JoinAsync(tenant, Context.ConnectionId, Context.ConnectionAborted);
        return await grains.Queue(tenant).View(date, Context.ConnectionAborted);
    }

    public override async Task OnDisconnectedAsync(Exception? exception)
    {
        await live.LeaveAsync(Context.ConnectionId);
        await base.OnDisconnectedAsync(exception);
    }
}
