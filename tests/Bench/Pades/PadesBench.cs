using System.Diagnostics;
using System.Globalization;

namespace Balie.Bench;

/// <summary>
/// Signing beside other libraries, each as a program of its own on one core: bytes in to bytes out, with a visible appearance where it can draw one.
/// The clock is the processor's, so that a busy machine makes the bench later and not the figures worse.
/// </summary>
internal sealed class PadesBench : IBench
{
    private const string Seconds = "1";
    private const string Password = "geheim";

    /// <summary>85,000 bytes, in the hexadecimal that the runtime reads.</summary>
    private const string DefaultThreshold = "14C08";

    private static readonly string Root = FindRoot();
    private static readonly string Peers = Path.Combine(Root, "tests", "Peers");

    private static readonly string ClassPath = string.Join(':', new[] { "itext5", "pdfbox2", "fontbox2", "commons-logging", "bcprov", "bcpkix", "bcutil" }.Select(jar => $"/usr/share/java/{jar}.jar"));

    public string Name => "pades";

    public string About => "PDF signatures a second of one core, beside RSA itself and other libraries; about four minutes";

    public async Task<IReadOnlyList<Row>> RunAsync(CancellationToken ct = default)
    {
        var folder = Directory.CreateTempSubdirectory("balie-bench-pades-").FullName;
        try
        {
            var stage = await PadesStage.SetUpAsync(folder, Password, ct);
            await PrepareAsync(ct);
            return [.. await SmallAsync(stage, ct), .. await LargerAsync(stage, ct)];
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<IReadOnlyList<Row>> SmallAsync(PadesStage stage, CancellationToken ct)
    {
        var runs = new Dictionary<string, List<double>>();
        string[] contenders = ["sign", "rsa", "libpdf", "signpdf", "itext5", "pdfbox2"];
        for (var run = 0; run < Figures.Runs; run++)
            foreach (var who in contenders.Skip(run % contenders.Length).Concat(contenders.Take(run % contenders.Length)))
                (runs.TryGetValue(who, out var list) ? list : runs[who] = []).Add(await RunAsync(who, stage.Small, stage.RsaKey, ct));
        var best = contenders.Skip(2).MaxBy(who => Figures.Median(runs[who]))!;
        var others = string.Join(", ", contenders.Skip(2).Select(who => string.Create(CultureInfo.InvariantCulture, $"{who} {Figures.Median(runs[who]):0}")));
        const string conditions = "100 KB, RSA-2048, SHA-256; a signature a turn, one core, processor time; ours and iText draw a visible appearance and ours verifies what the key returned; "
            + "the key is loaded and the library's own fonts are read before the clock starts, all else every turn (@signpdf's signer reads its key file every turn)";
        var elliptic = new List<double>();
        for (var run = 0; run < Figures.Runs; run++) elliptic.Add(1_000_000 / await RunAsync("sign", stage.Small, stage.EcKey, ct) - 1_000_000 / await RunAsync("rsa", stage.Small, stage.EcKey, ct));
        return
        [
            Row.Against("100 KB RSA-2048, to RSA.SignHash", "sign/s", new Pairs(runs["sign"], runs["rsa"]), "RSA.SignHash", Target.AtLeast(0.4), conditions,
                "on a busy machine memory is slower than arithmetic"),
            Row.Against("100 KB RSA-2048, to the best peer", "sign/s", new Pairs(runs["sign"], runs[best]), best, Target.AtLeast(5), $"{conditions}; peers: {others}",
                "the best peer draws no appearance and verifies nothing"),
            Row.Budget("100 KB P-256 overhead", "us", elliptic, Target.Stated, "a signed file, less ECDsa.SignHash; otherwise as above"),
        ];
    }

    private static async Task<IReadOnlyList<Row>> LargerAsync(PadesStage stage, CancellationToken ct)
    {
        var verified = await Figures.InTurnsAsync(() => RunAsync("verify", stage.SignedThrice, stage.RsaKey, ct), () => RunAsync("sha-verify", stage.SignedThrice, stage.RsaKey, ct), warmUp: false);
        var five = await Figures.InTurnsAsync(() => RunAsync("sign", stage.Medium, stage.RsaKey, ct), () => RunAsync("sha-rsa", stage.Medium, stage.RsaKey, ct), warmUp: false);
        List<double> memory = [], appended = [], fresh = [];
        for (var run = 0; run < Figures.Runs; run++)
        {
            appended.Add(await RunAsync("append", stage.Medium, stage.RsaKey, ct));
            fresh.Add(await RunAsync("sign", stage.Medium, stage.RsaKey, ct, ("DOTNET_GCLOHThreshold", DefaultThreshold)));
            memory.Add(await RunAsync("large", stage.Large, stage.RsaKey, ct));
        }

        return
        [
            Row.Against("5 MB RSA-2048, to SHA-256 + RSA", "sign/s", five, "SHA-256 + RSA.SignHash", Target.AtLeast(0.65),
                "5 MB, visible appearance, a new array of 5 MB out; the collector of the process counts such arrays among the small ones (RegionSize 64 MB, LOHThreshold 32 MB); processor time"),
            Row.Against("5 MB RSA-2048, arrays as large objects", "sign/s", new Pairs(fresh, five.Floor), "SHA-256 + RSA.SignHash", Target.Stated,
                "as above, but with the runtime's own threshold of 85 KB: every array of 5 MB is made of new pages of the system"),
            Row.Against("5 MB RSA-2048, what is appended", "sign/s", new Pairs(appended, five.Floor), "SHA-256 + RSA.SignHash", Target.Stated, "as above, but only the bytes that go after the file come out"),
            Row.Against("verify three signatures", "files/s", verified, "three times SHA-256 + RSA.VerifyHash", Target.Stated,
                "100 KB with three RSA-2048 signatures, each judged with certificate path and all later revisions; the floor hashes the file three times and has its key open; processor time"),
            Row.Budget("100 MB signed, anonymous memory", "MB", memory, Target.AtMost(96), "invisible, from a mapped file to a new file; RssAnon of the process, looked at every 2 ms"),
        ];
    }

    private static async Task PrepareAsync(CancellationToken ct)
    {
        if (!Directory.Exists(Path.Combine(Peers, "node_modules"))) await ProcessAsync("npm", ["--prefix", Peers, "ci", "--no-audit", "--no-fund"], ct);
    }

    private static async Task<double> RunAsync(string who, string file, string key, CancellationToken ct, params IEnumerable<(string Name, string Value)> environment)
    {
        string[] program = who switch
        {
            "libpdf" or "signpdf" => ["node", Path.Combine(Peers, "sign.mjs"), who],
            "itext5" or "pdfbox2" => ["java", "-cp", ClassPath, Path.Combine(Peers, "Sign.java"), who],
            _ => ["dotnet", Path.Combine(Peers, "Ours", "bin", "Release", "net10.0", "Balie.Pades.Ours.dll"), who],
        };
        var set = environment.Select(variable => $"{variable.Name}={variable.Value}");
        var said = await ProcessAsync("env", [.. set, "taskset", "-c", "0", .. program, file, key, Password, Seconds], ct);
        return double.Parse(said.Trim(), CultureInfo.InvariantCulture);
    }

    private static async Task<string> ProcessAsync(string program, IEnumerable<string> arguments, CancellationToken ct)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        try
        {
            var (output, errors) = (process.StandardOutput.ReadToEndAsync(ct), process.StandardError.ReadToEndAsync(ct));
            await process.WaitForExitAsync(ct);
            return process.ExitCode == 0 ? await output : throw new InvalidOperationException($"{program} ended with {process.ExitCode}: {await output}{await errors}");
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }

    private static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Balie.sln"))) folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The bench runs from a checkout.");
        return folder;
    }
}
