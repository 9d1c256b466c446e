using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Balie.Pdf;

namespace Balie.Pades.Tests;

/// <summary>The two signatures of a visit: a citizen's drawn hand and the municipality's seal.</summary>
public static class Ceremony
{
    public static readonly X509Certificate2 Citizen = TestAuthority.Shared.Ecdsa("Zegel Zonnedaal P-256");
    public static readonly X509Certificate2 Officer = TestAuthority.Shared.Rsa("Zegel Zonnedaal RSA");

    public static readonly SignaturePlace Left = new(1, new PdfRectangle(60, 80, 200, 90)), Right = new(1, new PdfRectangle(300, 80, 230, 60));

    public static readonly DrawnHand Drawing = new(
    [
        [.. Enumerable.Range(0, 60).Select(i => new StrokePoint(0.05 + i * 0.0125, 0.5 + 0.35 * Math.Sin(i / 4.0) * Math.Cos(i / 23.0)))],
        [new(0.1, 0.9), new(0.5, 0.8), new(0.95, 0.85)],
        [new(0.9, 0.2)]
    ], 3);

    public static byte[] WithFields(ReadOnlyMemory<byte> pdf) => EmptySignatureFields.Place(pdf,
    [
        new("Burger", "Handtekening van Gerrit Maes, burger", Left),
        new("Ambtenaar", "Handtekening van Noor Van Eetvelde, ambtenaar", Right)
    ]);

    public static SignatureRequest Request(string field, X509Certificate2 signer) => new()
    {
        FieldName = field, Chain = [signer, TestAuthority.Shared.Root],
        SigningTime = TestAuthority.Now, ExpiresAt = TestAuthority.Now.AddMinutes(10), SignerName = "Gerrit Maes", Reason = "Verslag gelezen (en goedgekeurd)", Location = "Zonnedaal"
    };

    public static SignatureRequest CitizenRequest(string field = "Burger") => Request(field, Citizen) with
    {
        Appearance = new SignatureAppearance
        {
            Lines = ["Handtekening van Gerrit Maes, burger", "Onder zegel van Stad Zonnedaal", "24 november 2026, 19.20 uur"], Hand = Drawing
        }
    };

    public static SignatureRequest OfficerRequest(string field = "Ambtenaar") => Request(field, Officer) with
    {
        SignerName = "Noor Van Eetvelde",
        Appearance = new SignatureAppearance
        {
            Lines = ["Handtekening van Noor Van Eetvelde, ambtenaar", "Onder zegel van Stad Zonnedaal", "24 november 2026, 19.22 uur"], Hand = new TypedHand("Noor Van Eetvelde")
        }
    };

    /// <summary>Signs as a key elsewhere would: the prepared signature travels as bytes.</summary>
    public static byte[] Sign(byte[] pdf, SignatureRequest request)
    {
        var stored = SignaturePreparation.Prepare(pdf, request).ToBytes();
        var prepared = PreparedSignature.FromBytes(stored);
        return prepared.Complete(pdf, Value(prepared, request.Chain[0]), TestAuthority.Now.AddMinutes(2));
    }

    public static byte[] Value(PreparedSignature prepared, X509Certificate2 signer)
    {
        using var rsa = signer.GetRSAPrivateKey();
        if (rsa is not null) return rsa.SignHash(prepared.DigestToSign, prepared.Digest, prepared.RsaPadding == RsaPadding.Pss ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1);
        using var ecdsa = signer.GetECDsaPrivateKey()!;
        return ecdsa.SignHash(prepared.DigestToSign, DSASignatureFormat.Rfc3279DerSequence);
    }

    public static byte[] Both(byte[] pdf) => Sign(Sign(WithFields(pdf), CitizenRequest()), OfficerRequest());

    public static IReadOnlyList<SignatureReport> Verify(byte[] pdf) => SignatureCheck.Verify(pdf, [TestAuthority.Shared.Root], TestAuthority.Now.AddHours(1));
}
