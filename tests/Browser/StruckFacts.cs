using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Balie.Browser.Stage;
using Balie.Browser.Steps;
using Microsoft.Playwright;
using static Balie.Browser.Steps.Recorded;
using static Microsoft.Playwright.Assertions;

namespace Balie.Browser;

/// <summary>A part of the running product is killed (SIGKILL) while a visit is being recorded.</summary>
public sealed class StruckFacts(Stack stack)
{
    private static readonly LocatorAssertionsToBeVisibleOptions Soon = new() { Timeout = Person.Patience };

    private static readonly LocatorAssertionsToHaveCountOptions Gone = new() { Timeout = Person.Patience };

    [Fact]
    public async Task Balie_is_killed_while_it_records_and_nobody_has_to_do_anything()
    {
        var story = new Story("Balie killed");
        await using var gerrit = story.Knows(await Person.OpenAsync(stack, FakeMedia.Citizen, "Gerrit Maes", 1280, 800));
        await using var an = story.Knows(await Person.OpenAsync(stack, FakeMedia.Officer, Officer.Name, 1440, 900));
        var (citizen, officer) = await MeetAsync(story, gerrit, an, "gerrit.geveld@voorbeeld.example");
        var (janus, postgres) = (stack.JanusPid, stack.PostgresPid);
        await Task.WhenAll(gerrit.WatchPictureAsync(Officer.Name), an.WatchPictureAsync(gerrit.Name));
        var lines = (await gerrit.ConnectionsMadeAsync(), await an.ConnectionsMadeAsync());
        var clock = new Stopwatch();
        await story.StepAsync("Balie is killed: both are told that the connection is lost", async () =>
        {
            clock.Start();
            await stack.KillBalieAsync();
            await Task.WhenAll(Expect(Lost(citizen.Page)).ToBeVisibleAsync(Soon), Expect(Lost(officer.Page)).ToBeVisibleAsync(Soon));
        });
        await story.StepAsync("Balie starts again: both are back in the same place by themselves", async () =>
        {
            await stack.StartBalieAsync();
            story.Note($"ready {clock.Elapsed.TotalSeconds:0.0} s after the kill");
            await Task.WhenAll(Expect(Lost(citizen.Page)).ToHaveCountAsync(0, Gone), Expect(Lost(officer.Page)).ToHaveCountAsync(0, Gone));
            story.Note($"connected {clock.Elapsed.TotalSeconds:0.0} s after the kill");
            await Task.WhenAll(gerrit.SeesAndHearsAsync(Officer.Name), an.SeesAndHearsAsync(gerrit.Name));
            story.Note($"seen and heard {clock.Elapsed.TotalSeconds:0.0} s after the kill");
            await Task.WhenAll(citizen.IsInCallAsync(), RunsAsync(citizen.Page), RunsAsync(officer.Page));
            (stack.JanusPid, stack.PostgresPid).ShouldBe((janus, postgres), "the media node and the database went on");
        });
        await NotePictureAsync(story, gerrit, an);
        (await gerrit.ConnectionsMadeAsync(), await an.ConnectionsMadeAsync()).ShouldBe(lines, "picture and sound went on over the same lines");
        await story.StepAsync("the recording goes on, with the consent that was given", () => an.ShowsMoreAsync(gerrit.Name, 45));
        await EndAndPlayAsync(story, officer, clock.Elapsed - TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task The_media_node_is_killed_while_it_records_and_the_recording_goes_on_as_a_new_stretch()
    {
        var story = new Story("Media node killed");
        await using var gerrit = story.Knows(await Person.OpenAsync(stack, FakeMedia.Citizen, "Gerrit Maes", 1280, 800));
        await using var an = story.Knows(await Person.OpenAsync(stack, FakeMedia.Officer, Officer.Name, 1440, 900));
        var (citizen, officer) = await MeetAsync(story, gerrit, an, "gerrit.stil@voorbeeld.example");
        var former = stack.JanusPid;
        var killed = DateTimeOffset.UtcNow;
        await Task.WhenAll(gerrit.WatchPictureAsync(Officer.Name), an.WatchPictureAsync(gerrit.Name));
        await story.StepAsync("Janus is killed: both see and hear each other again by themselves", async () =>
        {
            killed = DateTimeOffset.UtcNow;
            using (var janus = Process.GetProcessById(former)) janus.Kill();
            await Expect(officer.Page.GetByText("Opname loopt")).ToHaveCountAsync(0, Gone);
            await Task.WhenAll(gerrit.SeesAndHearsAsync(Officer.Name), an.SeesAndHearsAsync(gerrit.Name));
            stack.JanusPid.ShouldNotBe(former);
            await Task.WhenAll(citizen.IsInCallAsync(), RunsAsync(citizen.Page), RunsAsync(officer.Page));
            (await Lost(citizen.Page).CountAsync()).ShouldBe(0, "the connection with Balie was never lost");
        });
        await NotePictureAsync(story, gerrit, an);
        await story.StepAsync("the recording goes on, with the consent that was given", () => an.ShowsMoreAsync(gerrit.Name, 45));
        var segments = await EndAndPlayAsync(story, officer, TimeSpan.FromSeconds(5));
        await story.StepAsync("the gap is on the timeline", () => ShowsGapAsync(officer, segments, killed));
    }

    [Fact]
    public async Task Balie_and_its_media_node_are_killed_together_and_both_are_in_the_picture_again_by_themselves()
    {
        var story = new Story("Both killed");
        await using var gerrit = story.Knows(await Person.OpenAsync(stack, FakeMedia.Citizen, "Gerrit Maes", 1280, 800));
        await using var an = story.Knows(await Person.OpenAsync(stack, FakeMedia.Officer, Officer.Name, 1440, 900));
        var (citizen, officer) = await Meeting.MeetAsync(story, gerrit, an, "gerrit.weg@voorbeeld.example", "Verenigingsdossier");
        await story.StepAsync("killed: both are told", async () =>
        {
            using var janus = Process.GetProcessById(stack.JanusPid);
            await stack.KillBalieAsync();
            janus.Kill();
            await Task.WhenAll(Expect(Lost(citizen.Page)).ToBeVisibleAsync(Soon), Expect(Lost(officer.Page)).ToBeVisibleAsync(Soon));
        });
        await story.StepAsync("Balie starts again, with nothing of the call on its media node", async () =>
        {
            await stack.StartBalieAsync();
            var clock = Stopwatch.StartNew();
            await Task.WhenAll(gerrit.SeesAndHearsAsync(Officer.Name), an.SeesAndHearsAsync(gerrit.Name));
            story.Note($"seen and heard {clock.Elapsed.TotalSeconds:0.0} s after it was ready");
            await citizen.IsInCallAsync();
        });
    }

    /// <summary>All stretches reach the store, nothing stays on the node, and the film of them plays.</summary>
    private async Task<JsonElement> EndAndPlayAsync(Story story, Officer officer, TimeSpan atLeast)
    {
        var segments = default(JsonElement);
        await story.StepAsync("the officer stops: every stretch comes into the store", async () =>
        {
            segments = await StopAsync(officer);
            stack.RawTracks.ShouldBeEmpty("nothing stays on the node");
        });
        await story.StepAsync("the film is made and plays", async () =>
        {
            await officer.Page.GetByRole(AriaRole.Link, new() { Name = "Bekijk de opname" }).First.ClickAsync();
            await officer.Button("Maak de video").ClickAsync(new() { Timeout = Person.Patience });
            await officer.Page.GetByLabel("Waarvoor bekijk je deze opname?").FillAsync("Nalezen");
            await officer.Button("Bekijk").ClickAsync();
            var video = officer.Page.GetByLabel("Opname van het gesprek");
            await Expect(video).ToBeVisibleAsync(Soon);
            var file = Path.Combine(Stack.Output, "struck.mp4");
            await File.WriteAllBytesAsync(file, await Visit.FilmAsync(officer.Page));
            var seconds = await Machine.RunAsync("ffprobe", "-v", "error", "-show_entries", "format=duration", "-of", "csv=p=0", file);
            var duration = TimeSpan.FromSeconds(double.Parse(seconds.Trim(), CultureInfo.InvariantCulture));
            story.Note($"{segments.GetArrayLength()} stretches, {duration.TotalSeconds:0.0} s of film");
            duration.ShouldBeGreaterThan(atLeast);
        });
        return segments;
    }
}
