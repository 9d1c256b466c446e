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

    [Fact]
    public async Task Balie_is_killed_while_it_makes_the_film_and_makes_it_after_its_start()
    {
        var story = new Story("Balie killed while it makes a film");
        await using var gerrit = story.Knows(await Person.OpenAsync(stack, FakeMedia.Citizen, "Gerrit Maes", 1280, 800));
        await using var an = story.Knows(await Person.OpenAsync(stack, FakeMedia.Officer, Officer.Name, 1440, 900));
        var (_, officer) = await MeetAsync(story, gerrit, an, "gerrit.film@voorbeeld.example");
        await an.ShowsMoreAsync(gerrit.Name, 150);
        await officer.Button("Stop de opname").ClickAsync();
        await officer.Page.GetByRole(AriaRole.Link, new() { Name = "Bekijk de opname" }).First.ClickAsync();
        var playback = new Playback(officer.Page);
        await playback.OpenAsync("Nalezen");
        await story.StepAsync("Balie is killed while FFmpeg works", async () =>
        {
            await officer.Page.GetByRole(AriaRole.Button, new() { Name = "Maak een videobestand" }).ClickAsync();
            var ffmpeg = await stack.UntilEncodesAsync();
            await Machine.RunAsync("kill", "-STOP", $"{ffmpeg}"); // It is surely not done when Balie dies.
            var before = stack.InTheClear;
            before.ShouldNotBeEmpty();
            await stack.KillBalieAsync();
            await stack.StartBalieAsync();
            stack.InTheClear.Intersect(before).ShouldBeEmpty("what the killed Balie worked on is gone");
            Machine.Runs(ffmpeg).ShouldBeFalse("nobody works on it any more");
        });
        await story.StepAsync("nobody asks again, and the film is there", async () =>
        {
            await Expect(playback.FilmLink).ToBeVisibleAsync(new() { Timeout = 240_000 });
            (await playback.FilmAsync()).AsSpan(4, 4).SequenceEqual("ftyp"u8).ShouldBeTrue("it is an MP4");
            await Expect(officer.Page.GetByRole(AriaRole.Cell, new() { Name = "Nalezen" })).ToHaveCountAsync(1, Gone);
        });
        await story.StepAsync("a picture that cannot be decoded is told, everything else plays, and it comes back behind the damage", async () =>
        {
            await playback.DamageOnePictureAsync();
            await officer.Page.ReloadAsync();
            await playback.OpenAsync("Opnieuw nalezen");
            await playback.Button("Speel af").ClickAsync();
            await Expect(playback.Player.GetByText("De rest speelt verder.")).ToBeVisibleAsync(Soon);
            await playback.AllPlayAsync(pictures: 2, voices: 2, until: Playback.Damage);
            var sight = new Sight("nalezen-");
            await sight.LookAsync(officer.Page, "beschadigd-beeld");
            await officer.Page.SetViewportSizeAsync(390, 844);
            await sight.LookAsync(officer.Page, "beschadigd-beeld-smal");
            sight.FoundNothing();
        });
    }

    /// <summary>All stretches reach the store, nothing stays on the node, and the film of them plays.</summary>
    private async Task<JsonElement> EndAndPlayAsync(Story story, Officer officer, TimeSpan atLeast)
    {
        var segments = default(JsonElement);
        await story.StepAsync("the officer stops: every stretch comes into the store", async () =>
        {
            segments = await StopAsync(officer);
            await RawTracks.AreGoneAsync(stack.Recordings);
        });
        await story.StepAsync("it plays, and the film of it is made", async () =>
        {
            await officer.Page.GetByRole(AriaRole.Link, new() { Name = "Bekijk de opname" }).First.ClickAsync();
            var playback = new Playback(officer.Page);
            await playback.OpenAsync("Nalezen");
            await playback.Button("Speel af").ClickAsync();
            await playback.AllPlayAsync(pictures: 2, voices: 2, until: 1);
            await playback.AskFilmAsync();
            var file = Path.Combine(Stack.Output, "struck.mp4");
            await File.WriteAllBytesAsync(file, await playback.FilmAsync());
            var seconds = await Machine.RunAsync("ffprobe", "-v", "error", "-show_entries", "format=duration", "-of", "csv=p=0", file);
            var duration = TimeSpan.FromSeconds(double.Parse(seconds.Trim(), CultureInfo.InvariantCulture));
            story.Note($"{segments.GetArrayLength()} stretches, {duration.TotalSeconds:0.0} s of film");
            duration.ShouldBeGreaterThan(atLeast);
        });
        return segments;
    }
}
