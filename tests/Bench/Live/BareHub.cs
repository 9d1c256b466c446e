using Balie.Grains.Interfaces.Documents;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Balie.Bench;

/// <summary>What a browser hears of the bare hub: the same message as of Balie's.</summary>
public interface IBareClient
{
    Task Changed(string room, long version, object? view);
}

/// <summary>The least that tells people in a room something: groups, no journal, no streams, nobody asked who they are.</summary>
public sealed class BareHub : Hub<IBareClient>
{
    public static string Group(string visit, bool staff) => $"{visit}/{(staff ? "staff" : "participants")}";

    /// <summary>A web server with this hub and nothing else.</summary>
    public static async Task<WebApplication> StartAsync(CancellationToken ct)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddSignalR().AddJsonProtocol(o => Api.BalieApi.Shape(o.PayloadSerializerOptions));
        builder.Services.AddSingleton<BareTeller>();
        var app = builder.Build();
        app.MapHub<BareHub>("/bare");
        await app.StartAsync(ct);
        return app;
    }

    public override Task OnConnectedAsync()
    {
        var query = Context.GetHttpContext()!.Request.Query;
        return Groups.AddToGroupAsync(Context.ConnectionId, Group(query["visit"].ToString(), query["as"].ToString() == ""));
    }
}

/// <summary>Says the same view to a room's groups: whole for staff, redacted for the others, as Balie's rooms do.</summary>
internal sealed class BareTeller(IHubContext<BareHub, IBareClient> hub)
{
    public async Task TellAsync(string visit, DossierView view)
    {
        await hub.Clients.Group(BareHub.Group(visit, staff: true)).Changed("dossier", view.Version, view);
        await hub.Clients.Group(BareHub.Group(visit, staff: false)).Changed("dossier", view.Version, view.For(new(false, "p1")));
    }
}
