using Microsoft.Playwright;

namespace Balie.Bench;

/// <summary>A call at Balie, in the pages that people use.</summary>
internal sealed class BalieCall(IBrowserContext citizen, IPage officerPage, IPage citizenPage, string name) : ICall
{
    public IPage Officer => officerPage;

    public IPage Citizen => citizenPage;

    public ILocator LetIn => officerPage.GetByRole(AriaRole.Button, new() { Name = $"Laat {name} binnen", Exact = true }).First;

    /// <summary>From the link in the mail to the waiting room.</summary>
    public async Task ArriveAsync(string link)
    {
        await citizenPage.GotoAsync(link);
        await Button(citizenPage, "Zet camera en microfoon aan").ClickAsync();
        await citizenPage.GetByText("Je camera werkt.").WaitForAsync();
        await Button(citizenPage, "Ga naar de wachtkamer").ClickAsync();
        await citizenPage.GetByRole(AriaRole.Heading, new() { Name = "Je zit in de wachtkamer", Exact = true }).WaitForAsync();
    }

    /// <summary>The officer starts the call and sees who waits.</summary>
    public async Task StartAsync(Uri cockpit)
    {
        await officerPage.GotoAsync(cockpit.ToString());
        await Button(officerPage, "Start het gesprek").ClickAsync();
        await Onlooker.ConnectedAsync(officerPage, 1);
        await LetIn.WaitForAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await citizen.DisposeAsync();
        await officerPage.CloseAsync();
    }

    private static ILocator Button(IPage page, string name) => page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true }).First;
}
