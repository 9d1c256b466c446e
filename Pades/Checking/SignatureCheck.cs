using System.Security.Cryptography.X509Certificates;
using Balie.Pdf;

namespace Balie.Pades;

/// <summary>
/// Validates every signature and time stamp of a file (ETSI EN 319 102-1, 5.3 and 5.5; levels B-B and B-T of EN 319 142-1). Offline: no
/// address in a certificate is ever followed.
/// </summary>
public static class SignatureCheck
{
    /// <summary>Judges a file under a policy.</summary>
    /// <exception cref="PdfRefusedException">The file cannot be read.</exception>
    public static VerificationReport Verify(ReadOnlyMemory<byte> pdf, VerificationPolicy policy) => new DocumentVerification(PdfDocument.Open(pdf), policy).Run();

    /// <summary>One report for each signature, oldest revision first, without asking for revocation data; empty when nobody signed.</summary>
    /// <param name="at">The moment at which certificates must be valid.</param>
    /// <exception cref="PdfRefusedException">The file cannot be read.</exception>
    public static IReadOnlyList<SignatureReport> Verify(ReadOnlyMemory<byte> pdf, IReadOnlyCollection<X509Certificate2> trustAnchors, DateTimeOffset at) =>
        Verify(pdf, new VerificationPolicy { TrustAnchors = trustAnchors, Revocation = RevocationRule.Soft, At = at }).Signatures;
}
