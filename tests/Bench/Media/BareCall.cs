using Microsoft.Playwright;

namespace Balie.Bench;

/// <summary>A call at the floor's relay.</summary>
internal sealed class BareCall(IBrowserContext officer, IBrowserContext citizen, IPage officerPage, IPage citizenPage) : ICall
{
    private static int _rooms;

    public IPage Officer => officerPage;

    public IPage Citizen => citizenPage;

    public ILocator LetIn => officerPage.Locator("#admit");

    public static async Task<BareCall> PrepareAsync(MediaStage stage, BareRelay relay)
    {
        var room = $"bare-{Interlocked.Increment(ref _rooms)}";
        var (officer, citizen) = (await stage.OpenAsync("officer"), await stage.OpenAsync("citizen"));
        var call = new BareCall(officer, citizen, await officer.NewPageAsync(), await citizen.NewPageAsync());
        await call.Officer.GotoAsync(new Uri(relay.Address, $"/?room={room}&as=officer").ToString());
        await Onlooker.ConnectedAsync(call.Officer, 1);
        await call.Citizen.GotoAsync(new Uri(relay.Address, $"/?room={room}&as=citizen").ToString());
        await call.Citizen.GetByText("open", new() { Exact = true }).WaitForAsync();
        return call;
    }

    public async ValueTask DisposeAsync()
    {
        await citizen.DisposeAsync();
        await officer.DisposeAsync();
    }
}
