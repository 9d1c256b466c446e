using System.Globalization;
using System.Text.RegularExpressions;
using Balie.Browser.Stage;
using Balie.Browser.Steps;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Balie.Browser;

internal sealed partial class Visit
{
    /// <summary>Pictures at 15 a second that pass in each stretch: the stretch's own clock.</summary>
    private const int Stretch = 120;

    private static readonly TimeSpan NotConsented = TimeSpan.FromSeconds(8);

    private TimeSpan recorded;

    public async Task RecordAsync()
    {
        await story.StepAsync("everybody is asked and says yes", async () =>
        {
            await officer.StepAsync("Vraag of we mogen opnemen");
            await citizen.Heading("Mogen we dit gesprek opnemen?");
            await citizen.LookAsync("mogen-we-opnemen");
            await citizen.AnswerRecordingAsync(true);
            await Expect(citizen.Page.GetByText("We wachten tot iedereen antwoordt.")).ToBeVisibleAsync(soon);
            await Expect(officer.Page.GetByText("Opname loopt")).ToHaveCountAsync(0);
            await helper!.AnswerRecordingAsync(true);
        });
        await story.StepAsync("everybody sees that it records", async () =>
        {
            await AllSeeRecordingAsync();
            await citizen.LookAsync("opname-loopt");
            await officer.LookAsync("cockpit-opname-loopt");
            await PicturesPassAsync();
        });
        await story.StepAsync("the helper stops the recording, the call goes on", async () =>
        {
            await helper!.Button("Stop met opnemen").ClickAsync();
            await helper.Button("Ja, stop de opname").ClickAsync();
            foreach (var page in Everybody) await Expect(page.GetByText("Opname loopt")).ToHaveCountAsync(0, new() { Timeout = Person.Patience });
            await helper.LookAsync("opname-gestopt");
            await PicturesPassAsync();
        });
        await story.StepAsync("asked again, everybody says yes", async () =>
        {
            await officer.Tab("Opname").ClickAsync();
            await officer.Button("Vraag opnieuw").ClickAsync();
            await helper!.AnswerRecordingAsync(true);
            if (await citizen.Button("Ja, neem op").IsVisibleAsync()) await citizen.AnswerRecordingAsync(true);
            await AllSeeRecordingAsync();
            await PicturesPassAsync();
            await officer.LookAsync("opname-overzicht");
        });
        await story.StepAsync("the officer stops the recording", async () =>
        {
            await officer.Button("Stop de opname").ClickAsync();
            foreach (var page in Everybody) await Expect(page.GetByText("Opname loopt")).ToHaveCountAsync(0, new() { Timeout = Person.Patience });
        });
    }

    private async Task AllSeeRecordingAsync()
    {
        foreach (var page in Everybody) await Expect(page.GetByText("Opname loopt").First).ToBeVisibleAsync(soon);
    }

    private async Task PicturesPassAsync()
    {
        await officer.Person.ShowsMoreAsync(CitizenName, Stretch);
    }

    public async Task PlayBackAsync()
    {
        var playback = new Playback(officer.Page);
        await story.StepAsync("the recording can be looked at soon after, by who says why", async () =>
        {
            await officer.Page.GetByRole(AriaRole.Link, new() { Name = "Bekijk de opname" }).First.ClickAsync();
            await Expect(playback.Purpose).ToBeVisibleAsync(new() { Timeout = Person.Patience });
            await officer.LookAsync("waarvoor-kijken");
            await playback.OpenAsync("Nalezen voor de beslissing");
            await Expect(officer.Page.GetByRole(AriaRole.Cell, new() { Name = "Nalezen voor de beslissing" })).ToBeVisibleAsync(soon);
        });
        await story.StepAsync("everybody's pictures and voices play together, in time", async () =>
        {
            await Expect(playback.Tile(CitizenName)).ToBeVisibleAsync(soon);
            await Expect(playback.Tile(HelperName)).ToBeVisibleAsync();
            await playback.Button("Speel af").ClickAsync();
            await playback.AllPlayAsync(pictures: 3, voices: 3, until: 3);
            (await playback.ApartAsync()).ShouldBeLessThan(0.35, "seconds between the tracks that play");
            await officer.LookAsync("opname-speelt");
            await playback.Button("Pauzeer").ClickAsync();
            await playback.AllStandAsync();
        });
        await story.StepAsync("one moves about in it, by keys and by what happened", async () =>
        {
            await playback.Bar.FocusAsync();
            await officer.Page.Keyboard.PressAsync("Home");
            await playback.StandsAtAsync(0);
            await officer.Page.Keyboard.PressAsync("ArrowRight");
            await playback.StandsAtAsync(1);
            await playback.Button("10 s verder").ClickAsync();
            await playback.StandsAtAsync(11);
            await playback.AllStandAtTheirPlaceAsync();
            await officer.LookAsync("opname-bekijken");
            await playback.Moment(new Regex("Opname gestart")).ClickAsync();
            await playback.AllPlayAsync(pictures: 3, voices: 3, until: 0);
            await playback.Bar.FocusAsync();
            await officer.Page.Keyboard.PressAsync("Space");
            await playback.AllStandAsync();
        });
        await story.StepAsync("on a narrow screen it all still fits", async () =>
        {
            await officer.Page.SetViewportSizeAsync(390, 844);
            (await officer.Page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth")).ShouldBe(0);
            await officer.LookAsync("opname-telefoon");
            await officer.Page.SetViewportSizeAsync(1440, 900);
        });
        await story.StepAsync("the whole becomes one file when somebody asks for it", async () =>
        {
            await playback.AskFilmAsync();
            await officer.LookAsync("videobestand");
        });
        await story.StepAsync("the file holds pictures and sound of the consented time and nothing else", CheckRecordingAsync);
    }

    private async Task CheckRecordingAsync()
    {
        var file = Path.Combine(Stack.Output, "opname.mp4");
        await File.WriteAllBytesAsync(file, await new Playback(officer.Page).FilmAsync());
        var duration = TimeSpan.FromSeconds(Number(await Machine.RunAsync("ffprobe", "-v", "error", "-show_entries", "format=duration", "-of", "csv=p=0", file)));
        recorded = await SegmentsAsync();
        duration.ShouldBeGreaterThan(TimeSpan.FromSeconds(2 * Stretch / 15.0 - 3));
        duration.ShouldBe(recorded, TimeSpan.FromSeconds(4), "the file is as long as the consented stretches");
        (await SpanAsync() - duration).ShouldBeGreaterThan(NotConsented - TimeSpan.FromSeconds(3), "the refused stretch is not in it");

        foreach (var look in new[] { FakeMedia.Citizen, FakeMedia.Officer, FakeMedia.Helper })
        {
            (await ShowsAsync(file, look.Colour)).ShouldBeTrue($"the {look.Name} is in the picture");
            var (beeps, beside) = (await LoudnessAsync(file, look.Hertz), await LoudnessAsync(file, look.Hertz + 330));
            (beeps - beside).ShouldBeGreaterThan(6, $"the {look.Name} is heard ({beeps} dB at {look.Hertz} Hz, {beside} dB beside it)");
        }

        var pictures = await Machine.RunAsync("ffmpeg", "-v", "error", "-i", file, "-vf", "fps=2,scale=160:90", "-an", "-f", "framemd5", "-");
        pictures.Split('\n').Where(line => line.StartsWith('0')).Select(line => line.Split(',')[^1]).Distinct().Count().ShouldBeGreaterThan(20, "the pictures move");
    }

    private async Task<TimeSpan> SegmentsAsync() => (await StretchesAsync()).Aggregate(TimeSpan.Zero, (sum, one) => sum + (one.End - one.Start));

    private async Task<TimeSpan> SpanAsync()
    {
        var all = await StretchesAsync();
        all.Count.ShouldBe(2);
        return all[^1].End - all[0].Start;
    }

    /// <summary>Start and end of each recorded stretch, as the counter keeps them.</summary>
    private async Task<IReadOnlyList<(DateTimeOffset Start, DateTimeOffset End)>> StretchesAsync()
    {
        var view = await officer.Page.EvaluateAsync<System.Text.Json.JsonElement>(
            "async () => { const [, tenant, , , visit] = location.pathname.split('/'); return (await (await fetch(`/api/${tenant}/visits/${visit}`)).json()).recording.segments; }");
        return [.. view.EnumerateArray().Select(s => (s.GetProperty("startedAt").GetDateTimeOffset(), s.GetProperty("endedAt").GetDateTimeOffset()))];
    }

    /// <summary>Whether a good part of some pictures has about this colour.</summary>
    private static async Task<bool> ShowsAsync(string file, uint colour)
    {
        var pixels = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.rgb");
        try
        {
            await Machine.RunAsync("ffmpeg", "-v", "error", "-y", "-ss", "4", "-i", file, "-frames:v", "1", "-vf", "scale=160:90", "-pix_fmt", "rgb24", "-f", "rawvideo", pixels);
            var picture = await File.ReadAllBytesAsync(pixels);
            var near = Enumerable.Range(0, picture.Length / 3).Count(i =>
                Math.Abs(picture[i * 3] - (int)(colour >> 16)) < 40 && Math.Abs(picture[i * 3 + 1] - (int)(colour >> 8 & 255)) < 40 && Math.Abs(picture[i * 3 + 2] - (int)(colour & 255)) < 40);
            return near > 160 * 90 / 20;
        }
        finally
        {
            File.Delete(pixels);
        }
    }

    /// <summary>Loudest moment, in dB, in a narrow band around a pitch.</summary>
    private static async Task<double> LoudnessAsync(string file, int hertz)
    {
        var said = await Machine.RunAsync("ffmpeg", "-v", "info", "-i", file, "-vn", "-af", $"bandpass=f={hertz}:width_type=h:w=40,bandpass=f={hertz}:width_type=h:w=40,volumedetect", "-f", "null", "-");
        return Number(Regex.Match(said, @"max_volume: (-?[\d.]+) dB").Groups[1].Value);
    }

    private static double Number(string text) => double.Parse(text.Trim(), CultureInfo.InvariantCulture);

    public Task SeeImpactAsync() => story.StepAsync("the municipality sees what the visit saved", async () =>
    {
        await officer.Page.GotoAsync($"{officer.Person.Scene.Address}/zonnedaal/balie/impact");
        await Expect(officer.Page.GetByRole(AriaRole.Heading, new() { Name = "Impact", Exact = true })).ToBeVisibleAsync(soon);
        await Expect(Figure("Gesprekken")).ToContainTextAsync(new Regex(@"[1-9]\d* gesprek"), new() { Timeout = Person.Patience });
        // 6.5 km from this postal code, there and back.
        var kilometres = Number(Regex.Match(await Figure("Vermeden kilometers").InnerTextAsync(), @"[\d.,]+").Value.Replace(".", "", StringComparison.Ordinal).Replace(',', '.'));
        (kilometres % 13).ShouldBe(0);
        kilometres.ShouldBeGreaterThan(0);
        await Figure("Vermeden kilometers").GetByText("Hoe rekenen we dit?").ClickAsync();
        await officer.LookAsync("impact");
        var csv = await officer.Page.RunAndWaitForDownloadAsync(() => officer.Page.GetByRole(AriaRole.Link, new() { Name = "Download CSV" }).ClickAsync());
        var file = Path.Combine(Stack.Output, "impact.csv");
        await csv.SaveAsAsync(file);
        (await File.ReadAllLinesAsync(file)).Length.ShouldBeGreaterThan(1);
    });

    private ILocator Figure(string label) => officer.Page.GetByRole(AriaRole.Listitem).Filter(new() { Has = officer.Page.GetByRole(AriaRole.Heading, new() { Name = label, Exact = true }) });
}
