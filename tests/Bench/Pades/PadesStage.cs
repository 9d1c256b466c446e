using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Balie.Pades;

namespace Balie.Bench;

/// <summary>Files of the sizes that are signed, and two keys with certificates of their own.</summary>
internal sealed record PadesStage(string Small, string Medium, string Large, string SignedThrice, string RsaKey, string EcKey)
{
    public static async Task<PadesStage> SetUpAsync(string folder, string password, CancellationToken ct)
    {
        string At(string name) => Path.Combine(folder, name);
        using var rsa = RSA.Create(2048);
        using var ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        const string name = "CN=Gerrit Maes";
        await File.WriteAllBytesAsync(At("rsa.pfx"), Pfx(new CertificateRequest(name, rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1), password), ct);
        await File.WriteAllBytesAsync(At("ec.pfx"), Pfx(new CertificateRequest(name, ec, HashAlgorithmName.SHA256), password), ct);
        await File.WriteAllBytesAsync(At("small.pdf"), Pdf(100_000), ct);
        await File.WriteAllBytesAsync(At("medium.pdf"), Pdf(5_000_000), ct);
        await File.WriteAllBytesAsync(At("large.pdf"), Pdf(100_000_000), ct);
        await File.WriteAllBytesAsync(At("thrice.pdf"), await SignThriceAsync(At("small.pdf"), At("rsa.pfx"), password, ct), ct);
        return new PadesStage(At("small.pdf"), At("medium.pdf"), At("large.pdf"), At("thrice.pdf"), At("rsa.pfx"), At("ec.pfx"));
    }

    private static byte[] Pfx(CertificateRequest request, string password)
    {
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.NonRepudiation, true));
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(30));
        return certificate.Export(X509ContentType.Pfx, password);
    }

    private static async Task<byte[]> SignThriceAsync(string file, string pfx, string password, CancellationToken ct)
    {
        using var key = PfxSignatureKey.Load(await File.ReadAllBytesAsync(pfx, ct), password);
        var pdf = EmptySignatureFields.Place(await File.ReadAllBytesAsync(file, ct), [new("A", "A", null), new("B", "B", null), new("C", "C", null)]);
        var now = TimeProvider.System.GetUtcNow();
        foreach (var field in new[] { "A", "B", "C" })
            pdf = await SignaturePreparation.SignAsync(pdf, new SignatureRequest { FieldName = field, SigningTime = now, ExpiresAt = now.AddMinutes(5) }, key, TimeProvider.System, ct: ct);
        return pdf;
    }

    /// <summary>One page with a picture of so many bytes that cannot be packed.</summary>
    private static byte[] Pdf(int bytes)
    {
        var side = (int)Math.Sqrt(bytes / 3.0);
        var pixels = new byte[side * side * 3];
        new Random(1).NextBytes(pixels);
        using var file = new MemoryStream(bytes + 4096);
        var offsets = new List<long>();
        Write(file, "%PDF-1.7\n");
        string[] objects =
        [
            "<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>",
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</XObject<</I 5 0 R>>>>>>",
            "<</Length 31>>\nstream\nq 500 0 0 500 40 300 cm /I Do Q\nendstream",
            $"<</Type/XObject/Subtype/Image/Width {side}/Height {side}/ColorSpace/DeviceRGB/BitsPerComponent 8/Length {pixels.Length}>>\nstream\n",
        ];
        for (var i = 0; i < objects.Length; i++)
        {
            offsets.Add(file.Position);
            Write(file, $"{i + 1} 0 obj\n{objects[i]}");
            if (i == objects.Length - 1) file.Write(pixels);
            Write(file, i == objects.Length - 1 ? "\nendstream\nendobj\n" : "\nendobj\n");
        }

        var start = file.Position;
        Write(file, "xref\n0 6\n0000000000 65535 f \n");
        foreach (var offset in offsets) Write(file, string.Create(CultureInfo.InvariantCulture, $"{offset:D10} 00000 n \n"));
        Write(file, string.Create(CultureInfo.InvariantCulture, $"trailer\n<</Size 6/Root 1 0 R/ID[<00112233445566778899AABBCCDDEEFF><00112233445566778899AABBCCDDEEFF>]>>\nstartxref\n{start}\n%%EOF\n"));
        return file.ToArray();
    }

    private static void Write(Stream file, string text) => file.Write(Encoding.Latin1.GetBytes(text));
}
