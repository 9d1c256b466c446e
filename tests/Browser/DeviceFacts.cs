using Balie.Browser.Stage;
using Balie.Browser.Steps;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Balie.Browser;

/// <summary>A camera that is not there is another trouble than one that may not be used; neither keeps anybody out.</summary>
public sealed class DeviceFacts(Stack stack)
{
    private const string Association = "Verenigingsdossier";

    [Theory]
    [InlineData(Person.Devices.Forbidden, "Je browser laat ons niet toe", "niet-toegelaten")]
    [InlineData(Person.Devices.Missing, "We vinden geen camera of microfoon", "geen-toestel")]
    public async Task Without_a_camera_the_reason_is_said_and_one_can_go_on(Person.Devices devices, string said, string picture)
    {
        var (story, sight) = (new Story($"Devices {devices}"), new Sight($"device-{picture}-"));
        await using var lieve = story.Knows(await Person.OpenAsync(stack, FakeMedia.Citizen, "Lieve Claes", 1280, 800, devices: devices));
        var citizen = new Visitor(lieve);
        await story.StepAsync("book and open the link", async () =>
        {
            var mail = await new Booking(lieve).BookAsync(Association, lieve.Name, $"lieve.{devices}@voorbeeld.example".ToLowerInvariant());
            await lieve.Page.GotoAsync(mail.VisitLink);
            await citizen.Heading("Test je camera en geluid");
        });
        await story.StepAsync("the reason is said", async () =>
        {
            await citizen.Button("Zet camera en microfoon aan").ClickAsync();
            await citizen.Text(said);
            await sight.LookAsync(lieve.Page, "toestel");
        });
        await story.StepAsync("one can go on without", async () =>
        {
            await citizen.Button("Ga door zonder camera").ClickAsync();
            await citizen.Heading("Je zit in de wachtkamer");
        });
        sight.FoundNothing();
    }
}
