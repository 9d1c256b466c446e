using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Balie.Pades;
using Balie.Pdf;

// Balie.Pades.Ours WHAT FILE PFX PASSWORD SECONDS: prints how often it did WHAT in a second of processor time; "large" prints the anonymous memory in MB.
const double WarmSeconds = 2.5;
var (what, file, password, seconds) = (args[0], args[1], args[3], double.Parse(args[4], CultureInfo.InvariantCulture));
using var key = PfxSignatureKey.Load(File.ReadAllBytes(args[2]), password);
var figure = what switch
{
    "sign" => await RateAsync(() => Bytes(file), Sign),
    "append" => await RateAsync(() => Bytes(file), Append),
    "rsa" => await RateAsync(() => SHA256.HashData(Bytes(file)), SignHash),
    "sha-rsa" => await RateAsync(() => Bytes(file), pdf => SignHash(SHA256.HashData(pdf))),
    "verify" => await RateAsync(() => Bytes(file), Verify),
    "sha-verify" => await VerifyHashesAsync(),
    "large" => await LargeAsync(),
    _ => throw new ArgumentException($"'{what}' is not known.")
};
Console.WriteLine(figure.ToString("R", CultureInfo.InvariantCulture));

static byte[] Bytes(string path) => File.ReadAllBytes(path);

// Everything is warm before the clock starts, and the clock is the processor's: a busy machine makes it later, not slower.
async Task<double> RateAsync(Func<byte[]> input, Func<byte[], Task> once)
{
    var bytes = input();
    await UntilAsync(WarmSeconds);
    return await UntilAsync(seconds);

    async Task<double> UntilAsync(double limit)
    {
        var from = Environment.CpuUsage.TotalTime;
        var done = 0;
        double used = 0;
        for (; used < limit; used = (Environment.CpuUsage.TotalTime - from).TotalSeconds, done++) await once(bytes);
        return done / used;
    }
}

SignatureRequest Request(bool visible)
{
    var now = DateTimeOffset.UtcNow;
    return new SignatureRequest
    {
        FieldName = "Handtekening", SigningTime = now, ExpiresAt = now.AddMinutes(10), SignerName = "Gerrit Maes", Reason = "Gelezen en goedgekeurd",
        Place = visible ? new SignaturePlace(1, new PdfRectangle(60, 80, 200, 90)) : null,
        Appearance = visible ? new SignatureAppearance { Lines = ["Handtekening van Gerrit Maes, burger", "24 november 2026, 19.20 uur"] } : null
    };
}

async Task Sign(byte[] pdf)
{
    var signed = await SignaturePreparation.SignAsync(pdf, Request(visible: true), key, TimeProvider.System);
    if (signed.Length <= pdf.Length) throw new InvalidOperationException("Nothing was signed.");
}

async Task Append(byte[] pdf)
{
    var increment = await SignaturePreparation.SignIncrementAsync(pdf, Request(visible: true), key, TimeProvider.System);
    if (increment.Length == 0) throw new InvalidOperationException("Nothing was signed.");
}

Task SignHash(byte[] bytes)
{
    using var rsa = key.Chain[0].GetRSAPrivateKey();
    using var ecdsa = rsa is null ? key.Chain[0].GetECDsaPrivateKey() : null;
    _ = rsa?.SignHash(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1) ?? ecdsa!.SignHash(bytes);
    return Task.CompletedTask;
}

Task Verify(byte[] pdf)
{
    var reports = SignatureCheck.Verify(pdf, [key.Chain[0]], DateTimeOffset.UtcNow);
    return reports.Count == 3 && reports.All(report => report is { Intact: true, LaterChangesAllowed: true }) ? Task.CompletedTask
        : throw new InvalidOperationException(string.Join("\n", reports));
}

// A file of any size, signed invisibly from where it lies to where it goes.
async Task<double> LargeAsync()
{
    var most = 0L;
    using var over = new CancellationTokenSource();
    var watching = Task.Run(() => { while (!over.IsCancellationRequested) { most = Math.Max(most, Anonymous()); over.Token.WaitHandle.WaitOne(2); } });
    using (var mapped = MappedPdf.Open(file))
    {
        var increment = await SignaturePreparation.SignIncrementAsync(mapped.Memory, Request(visible: false), key, TimeProvider.System);
        await using var output = new FileStream(file + ".signed", FileMode.Create, FileAccess.Write, FileShare.None, 0);
        await output.WriteAsync(mapped.Memory);
        await output.WriteAsync(increment);
    }
    over.Cancel();
    await watching;
    return Math.Max(most, Anonymous()) / 1024.0;
}

static long Anonymous() => long.Parse(File.ReadLines("/proc/self/status").Single(line => line.StartsWith("RssAnon:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);

// What three signatures over a file cost at least: three hashes and three values.
async Task<double> VerifyHashesAsync()
{
    using RSA theirs = key.Chain[0].GetRSAPrivateKey()!, open = key.Chain[0].GetRSAPublicKey()!;
    var value = theirs.SignHash(SHA256.HashData(Bytes(file)), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
    return await RateAsync(() => Bytes(file), pdf =>
    {
        for (var i = 0; i < 3; i++)
            if (!open.VerifyHash(SHA256.HashData(pdf), value, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)) throw new InvalidOperationException("It should hold.");
        return Task.CompletedTask;
    });
}
