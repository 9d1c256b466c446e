namespace Balie.Pades.Tests.Verdicts;

/// <summary>A file and the policy it is judged under.</summary>
public sealed record Fixture(byte[] Pdf, VerificationPolicy Policy)
{
    public static VerificationPolicy Usual { get; } =
        new() { TrustAnchors = [TestAuthority.Shared.Root], Revocation = RevocationRule.Soft, At = TestAuthority.Now.AddHours(1) };

    public static implicit operator Fixture(byte[] pdf) => new(pdf, Usual);

    public VerificationReport Verify() => SignatureCheck.Verify(Pdf, Policy);
}
