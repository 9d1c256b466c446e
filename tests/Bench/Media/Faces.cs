namespace Balie.Bench;

/// <summary>Camera and microphone of two invented people, made for the run: 640x360 at 24 a second, and beeps.</summary>
internal static class Faces
{
    public static readonly string[] People = ["officer", "citizen"];

    public static async Task MakeAsync(string folder, CancellationToken ct)
    {
        foreach (var (person, hue) in People.Zip(["0", "120"]))
        {
            await Tool.RunAsync(ct, "ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", $"testsrc2=size=640x360:rate=24:duration=4,hue=h={hue}", "-pix_fmt", "yuv420p", Camera(folder, person));
            await Tool.RunAsync(ct, "ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", "aevalsrc='0.35*sin(2*PI*1000*t)*lt(mod(t,0.9),0.25)':s=48000:d=6", "-ac", "1", Microphone(folder, person));
        }
    }

    public static string Camera(string folder, string person) => Path.Combine(folder, $"{person}.y4m");

    public static string Microphone(string folder, string person) => Path.Combine(folder, $"{person}.wav");
}
