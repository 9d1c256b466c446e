namespace Balie.Browser.Stage;

/// <summary>
/// Cameras and microphones of invented people, made for the run. Each has a colour and a clock in the picture, and speech with beeps of one pitch in the
/// sound, so that a recording shows who is in it.
/// </summary>
public sealed class FakeMedia
{
    private readonly string folder;

    private FakeMedia(string folder) => this.folder = folder;

    /// <summary>Colours of the room, the clothes and the hair (RGB), and pitch of the beeps in hertz.</summary>
    public sealed record Look(string Name, uint Colour, uint Cloth, uint Hair, int Hertz, string Voice, string Words);

    public static Look Citizen { get; } = new("citizen", 0x2e7d32, 0x5b4636, 0x9a9a94, 1000, "nl", "Goedendag. Ik ben niet akkoord met de boete. Ik stond die dag niet fout geparkeerd.");

    public static Look Officer { get; } = new("officer", 0x1e4fa3, 0x7a1f3d, 0x4a2c17, 1700, "nl+f3", "Goedendag, welkom bij de stad. Vertel mij eens wat er die dag is gebeurd.");

    public static Look Helper { get; } = new("helper", 0xb35900, 0x22404f, 0x16110d, 2600, "nl+f5", "Ik ben de helper van Gerrit. Ik luister mee en ik help waar het kan.");

    public string Camera(Look look) => Path.Combine(folder, $"{look.Name}.y4m");

    public string Microphone(Look look) => Path.Combine(folder, $"{look.Name}.wav");

    /// <summary>Small files to give to the counter: a PDF of two pages, a photo, and something it refuses.</summary>
    public string File(string name) => Path.Combine(folder, name);

    public static async Task<FakeMedia> MakeAsync(string folder)
    {
        Directory.CreateDirectory(folder);
        var media = new FakeMedia(folder);
        foreach (var look in new[] { Citizen, Officer, Helper })
        {
            await media.MakeCameraAsync(look);
            await media.MakeMicrophoneAsync(look);
        }

        await media.MakeFilesAsync();
        return media;
    }

    private async Task MakeCameraAsync(Look look)
    {
        var portrait = Path.Combine(folder, $"{look.Name}.ppm");
        await System.IO.File.WriteAllBytesAsync(portrait, Portrait.Of(look.Colour, look.Cloth, look.Hair));
        await Machine.RunAsync(
            "ffmpeg", "-v", "error", "-y", "-loop", "1", "-framerate", "15", "-t", "8", "-i", portrait,
            "-f", "lavfi", "-i", "color=c=white:size=10x10:rate=15:duration=8",
            "-filter_complex", $"[0][1]overlay=x='mod(t*40,310)':y=166,drawtext=text='%{{pts\\:hms}}':fontcolor=white:fontsize=12:x=222:y=8",
            "-pix_fmt", "yuv420p", Camera(look));
    }

    private async Task MakeMicrophoneAsync(Look look)
    {
        var speech = Path.Combine(folder, $"{look.Name}-speech.wav");
        await Machine.RunAsync("espeak-ng", "-v", look.Voice, "-s", "150", "-w", speech, look.Words);
        // Short beeps: what sounds all the time is taken for noise and filtered out by the browser.
        await Machine.RunAsync(
            "ffmpeg", "-v", "error", "-y", "-i", speech,
            "-f", "lavfi", "-i", $"aevalsrc='0.35*sin(2*PI*{look.Hertz}*t)*lt(mod(t,0.9),0.25)':s=48000:d=12",
            "-filter_complex", "[0]aresample=48000[s];[s][1]amix=inputs=2:duration=first:normalize=0",
            "-ac", "1", "-ar", "48000", Microphone(look));
    }

    private async Task MakeFilesAsync()
    {
        await Machine.RunAsync("ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", "testsrc2=size=800x600:rate=1:duration=1", "-frames:v", "1", File("foto van de straat.png"));
        await System.IO.File.WriteAllBytesAsync(File("brief.pdf"), SmallPdf.Of("Brief van de stad", "Tweede bladzijde van de brief"));
        await System.IO.File.WriteAllTextAsync(File("notities.txt"), "Dit is gewone tekst.");
    }
}
