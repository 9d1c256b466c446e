using System.Diagnostics;
using Balie.Browser.Stage;
using Balie.Browser.Steps;
using Microsoft.Playwright;
using static Balie.Browser.Steps.Recorded;
using static Microsoft.Playwright.Assertions;

namespace Balie.Browser;

/// <summary>A recorded call on several machines, of which one after the other fails (SIGKILL).</summary>
public sealed class ClusterFacts(Cluster cluster) : IClassFixture<Cluster>
{
    private static readonly LocatorAssertionsToBeVisibleOptions Soon = new() { Timeout = Person.Patience };

    private static readonly LocatorAssertionsToHaveCountOptions Gone = new() { Timeout = Person.Patience };

    [Fact]
    public async Task A_call_outlives_the_silo_of_its_room_and_then_its_media_node()
    {
        var story = new Story("Cluster");
        await using var gerrit = story.Knows(await Person.OpenAsync(cluster, FakeMedia.Citizen, "Gerrit Maes", 1280, 800));
        await using var an = story.Knows(await Person.OpenAsync(cluster, FakeMedia.Officer, Officer.Name, 1440, 900));
        var (citizen, officer) = await MeetAsync(story, gerrit, an, "gerrit.regio@voorbeeld.example");
        await Task.WhenAll(gerrit.WatchPictureAsync(Officer.Name), an.WatchPictureAsync(gerrit.Name));
        var (home, media) = await cluster.HomeAsync();

        await LoseHomeAsync(story, citizen, officer, home, media);
        await NotePictureAsync(story, gerrit, an);
        await cluster.Silos.ReviveAsync(new(home, Heals: false));

        var killed = await LoseNodeAsync(story, citizen, officer, media);
        await NotePictureAsync(story, gerrit, an);
        await story.StepAsync("the recording goes on, with the consent that was given", () => an.ShowsMoreAsync(gerrit.Name, 45));
        await story.StepAsync("the node returns: what it had recorded comes into the store, and the gap is on the timeline", async () =>
        {
            await cluster.Silos.ReviveAsync(new(media, Heals: false));
            var stretches = await StopAsync(officer);
            await RawTracks.AreGoneAsync(cluster.Recordings);
            await officer.Page.GetByRole(AriaRole.Link, new() { Name = "Bekijk de opname" }).First.ClickAsync();
            await ShowsGapAsync(officer, stretches, killed);
        });
    }

    private Task LoseHomeAsync(Story story, Visitor citizen, Officer officer, string home, string media) => story.StepAsync("the silo of the room is killed: picture and sound go on, and the room opens elsewhere", async () =>
    {
        var lines = (await citizen.Person.ConnectionsMadeAsync(), await officer.Person.ConnectionsMadeAsync());
        var clock = Stopwatch.StartNew();
        await cluster.Silos.StrikeAsync(new(home, Heals: false));
        await citizen.MicrophoneAsync(on: false);
        await Expect(officer.Page.GetByText("microfoon uit")).ToBeVisibleAsync(Soon);
        story.Note($"the room answers {clock.Elapsed.TotalSeconds:0.0} s after the kill");
        await citizen.MicrophoneAsync(on: true);
        await Expect(officer.Page.GetByText("microfoon uit")).ToHaveCountAsync(0, Gone);
        (await cluster.HomeAsync(home)).Media.ShouldBe(media, "the room has taken its media over");
        story.Note($"the room listens to its media {clock.Elapsed.TotalSeconds:0.0} s after the kill");
        await Task.WhenAll(citizen.IsInCallAsync(), RunsAsync(citizen.Page), RunsAsync(officer.Page), citizen.Person.SeesAndHearsAsync(Officer.Name), officer.Person.SeesAndHearsAsync(citizen.Person.Name));
        (await Lost(citizen.Page).CountAsync()).ShouldBe(0, "the connection with Balie was never lost");
        (await citizen.Person.ConnectionsMadeAsync(), await officer.Person.ConnectionsMadeAsync()).ShouldBe(lines, "picture and sound went on over the same lines");
    });

    private async Task<DateTimeOffset> LoseNodeAsync(Story story, Visitor citizen, Officer officer, string media)
    {
        var killed = DateTimeOffset.UtcNow;
        await story.StepAsync("the media node is killed: both see and hear each other again over the other one", async () =>
        {
            var clock = Stopwatch.StartNew();
            killed = DateTimeOffset.UtcNow;
            await cluster.Silos.StrikeNodeAsync(media);
            await Expect(officer.Page.GetByText("Opname loopt")).ToHaveCountAsync(0, Gone);
            story.Note($"told {clock.Elapsed.TotalSeconds:0.0} s after the kill");
            await Task.WhenAll(citizen.Person.SeesAndHearsAsync(Officer.Name), officer.Person.SeesAndHearsAsync(citizen.Person.Name));
            story.Note($"seen and heard {clock.Elapsed.TotalSeconds:0.0} s after the kill");
            (await cluster.MediaAsync()).ShouldHaveSingleItem().ShouldNotBe(media);
            await Task.WhenAll(citizen.IsInCallAsync(), RunsAsync(citizen.Page), RunsAsync(officer.Page));
            (await Lost(citizen.Page).CountAsync()).ShouldBe(0, "the connection with Balie was never lost");
        });
        return killed;
    }
}
