using Balie.Pdf;

namespace Balie.Pades;

/// <summary>
/// Whether a file that is signed already may get one more signature (ETSI EN 319 102-1, 5.3, without asking whom one trusts): not when a
/// signature in it was forged, broken or undone by what came later, for the next signer would seem to stand for that.
/// </summary>
public static class CounterSigning
{
    /// <exception cref="SignatureRefusedException">A signature or time stamp in the file does not hold (<c>earlier-broken</c>).</exception>
    /// <exception cref="PdfRefusedException">The file cannot be read.</exception>
    public static void Check(ReadOnlyMemory<byte> pdf, DateTimeOffset at)
    {
        if (!PdfDocument.Open(pdf).HasSignatures) return;
        var report = SignatureCheck.Verify(pdf, new VerificationPolicy { Revocation = RevocationRule.Soft, At = at });
        if (report.Signatures.Concat(report.TimeStamps).FirstOrDefault(one => one.Verdict == Verdict.TotalFailed) is not { } broken) return;
        throw new SignatureRefusedException("earlier-broken", $"The signature '{broken.Field}' in the file does not hold: {broken.Problems.MinBy(problem => problem.SubIndication)!.Message}");
    }
}
