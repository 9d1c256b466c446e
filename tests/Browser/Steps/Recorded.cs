using System.Text.Json;
using Balie.Browser.Stage;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Balie.Browser.Steps;

/// <summary>A citizen and an officer whose conversation is being recorded.</summary>
internal static class Recorded
{
    private const string Hearing = "Hoorzitting over een GAS-boete";

    private static readonly LocatorAssertionsToBeVisibleOptions Soon = new() { Timeout = Person.Patience };

    private static readonly LocatorAssertionsToHaveCountOptions Gone = new() { Timeout = Person.Patience };

    /// <summary>Waits until both consented and pictures have passed since.</summary>
    public static async Task<(Visitor Citizen, Officer Officer)> MeetAsync(Story story, Person gerrit, Person an, string email)
    {
        var (citizen, officer) = await Meeting.MeetAsync(story, gerrit, an, email, Hearing);
        await story.StepAsync("both consent, and it records", async () =>
        {
            await officer.Tab("Opname").ClickAsync();
            await officer.Button("Vraag toestemming").ClickAsync();
            await citizen.AnswerRecordingAsync(true);
            await Task.WhenAll(RunsAsync(citizen.Page), RunsAsync(officer.Page));
            await an.ShowsMoreAsync(gerrit.Name, 45);
        });
        return (citizen, officer);
    }

    /// <summary>The notice that the connection with Balie is lost.</summary>
    public static ILocator Lost(IPage page) => page.GetByTestId("connection-lost");

    public static Task RunsAsync(IPage page) => Expect(page.GetByText("Opname loopt").First).ToBeVisibleAsync(Soon);

    public static async Task<(TimeSpan Citizen, TimeSpan Officer)> NotePictureAsync(Story story, Person gerrit, Person an)
    {
        var still = (await gerrit.LongestStillAsync(), await an.LongestStillAsync());
        story.Note($"longest without a new picture: {still.Item1.TotalSeconds:0.00} s and {still.Item2.TotalSeconds:0.00} s");
        return still;
    }

    /// <summary>The officer stops; returns the stretches once all of them are in the store.</summary>
    public static async Task<JsonElement> StopAsync(Officer officer)
    {
        await officer.Button("Stop de opname").ClickAsync();
        await Expect(officer.Button("Stop de opname")).ToHaveCountAsync(0, Gone);
        await Expect(officer.Page.GetByRole(AriaRole.Cell, new() { Name = "onderweg" })).ToHaveCountAsync(0, Gone);
        var stretches = await StretchesAsync(officer.Page);
        stretches.EnumerateArray().ShouldAllBe(s => s.GetProperty("stored").GetBoolean());
        return stretches;
    }

    /// <summary>Two stretches, the first of which ended with its node; the page says so.</summary>
    public static async Task ShowsGapAsync(Officer officer, JsonElement stretches, DateTimeOffset killed)
    {
        stretches.GetArrayLength().ShouldBe(2);
        stretches[0].GetProperty("reason").GetString().ShouldBe("node-lost");
        stretches[0].GetProperty("endedAt").GetDateTimeOffset().ShouldBe(killed, TimeSpan.FromSeconds(5));
        await officer.Text("Beeld en geluid vielen weg");
        await officer.Text("Opname gestopt (beeld en geluid vielen weg)");
    }

    /// <summary>As the page asks it: what is put off ("even geduld") is asked again, for a while.</summary>
    private static Task<JsonElement> StretchesAsync(IPage page) => page.EvaluateAsync<JsonElement>("""
        async () => {
          const [, tenant, , , visit] = location.pathname.split('/');
          for (let left = 20; ; left--) {
            const answer = await fetch(`/api/${tenant}/visits/${visit}`);
            if (answer.status !== 503 || left === 0) return (await answer.json()).recording.segments;
            await new Promise((later) => setTimeout(later, 500));
          }
        }
        """);
}
