using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Balie.Pdf;

namespace Balie.Pades.Tests;

/// <summary>Certification and locks: what they write, and what they forbid the next signer here.</summary>
public sealed class CertificationTests(Corpus corpus)
{
    static SignatureRequest Request(string field) => Ceremony.Request(field, Ceremony.Citizen);

    static void Refused(string code, Action act) => Should.Throw<SignatureRefusedException>(act).Code.ShouldBe(code);

    static PdfDictionary Reference(byte[] pdf, string field, string method)
    {
        var document = PdfDocument.Open(pdf);
        var value = document.SignatureFields.Single(signed => signed.Name == field).Value!;
        return ((PdfArray)value["Reference"]!).Items.Cast<PdfDictionary>().Single(reference => ((PdfName)reference["TransformMethod"]!).Value == method);
    }

    [Theory, InlineData(ChangePermission.Nothing), InlineData(ChangePermission.FillAndSign), InlineData(ChangePermission.FillSignAndAnnotate)]
    public async Task A_certification_says_what_may_still_change(ChangePermission permission)
    {
        var certified = Ceremony.Sign(Ceremony.WithFields(corpus.Read("libreoffice-pdfa")), Ceremony.CitizenRequest() with { Certify = permission });
        var document = PdfDocument.Open(certified);

        var parameters = (PdfDictionary)Reference(certified, "Burger", "DocMDP")["TransformParams"]!;
        ((PdfNumber)parameters["P"]!).Lexeme.ShouldBe(((int)permission).ToString());
        var permissions = (PdfDictionary)document.Reader.Resolve(document.Catalog["Perms"])!;
        document.Reader.Resolve(permissions["DocMDP"]).ShouldBeSameAs(document.SignatureFields[0].Value);
        var path = corpus.Keep($"gecertificeerd-{(int)permission}", certified);
        (await Tool.Run("pdfsig", "-nocert", path)).Output.ShouldContain("Signature is Valid");
        (await Tool.Succeed("qpdf", "--check", path)).ShouldNotContain("WARNING");
        if (permission == ChangePermission.Nothing) Refused("certified", () => SignaturePreparation.Prepare(certified, Ceremony.OfficerRequest()));
        else Regex.Count((await Tool.Run("pdfsig", "-nocert", corpus.Keep($"gecertificeerd-{(int)permission}-2", Ceremony.Sign(certified, Ceremony.OfficerRequest())))).Output, "Signature is Valid").ShouldBe(2);
    }

    [Fact]
    public void Only_the_first_signature_certifies()
    {
        var signed = Ceremony.Sign(TinyPdf.Simple, Request("Een"));
        Refused("certify-first", () => SignaturePreparation.Prepare(signed, Request("Twee") with { Certify = ChangePermission.FillAndSign }));
        Refused("certify", () => SignaturePreparation.Prepare(TinyPdf.Simple, Request("Een") with { Certify = (ChangePermission)4 }));
    }

    [Fact]
    public async Task A_time_stamp_may_follow_a_certification_that_allows_nothing()
    {
        using var tsa = TestTsa.Start();
        var certified = Ceremony.Sign(TinyPdf.Simple, Request("Een") with { Certify = ChangePermission.Nothing });
        var stamped = await DocumentTimestamp.AppendAsync(certified, tsa.Authority);
        PdfDocument.Open(stamped).SignatureFields.Count.ShouldBe(2);
    }

    [Theory]
    [InlineData(LockedFields.All, "", true, true)]
    [InlineData(LockedFields.Include, "Twee", true, false)]
    [InlineData(LockedFields.Exclude, "Twee", false, true)]
    public void A_lock_closes_fields_behind_its_signer(LockedFields action, string named, bool closesTwo, bool closesThree)
    {
        var closes = new FieldLock(action, named.Length == 0 ? [] : [named]);
        var placed = EmptySignatureFields.Place(TinyPdf.Simple, [new("Een", "Een", null, closes), new("Twee", "Twee", null), new("Drie", "Drie", null)]);
        var signed = Ceremony.Sign(placed, Request("Een"));

        var parameters = (PdfDictionary)Reference(signed, "Een", "FieldMDP")["TransformParams"]!;
        ((PdfName)parameters["Action"]!).Value.ShouldBe(action.ToString());
        if (closesTwo) Refused("field-locked", () => SignaturePreparation.Prepare(signed, Request("Twee")));
        else Ceremony.Sign(signed, Request("Twee")).ShouldNotBeEmpty();
        if (closesThree) Refused("field-locked", () => SignaturePreparation.Prepare(signed, Request("Drie")));
        else Ceremony.Sign(signed, Request("Drie")).ShouldNotBeEmpty();
    }

    [Fact]
    public void The_last_signer_can_close_the_file()
    {
        var closes = new FieldLock(LockedFields.All, [], ChangePermission.Nothing);
        var once = Ceremony.Sign(TinyPdf.Simple, Request("Een"));
        var twice = Ceremony.Sign(once, Request("Twee") with { Lock = closes });

        Reference(twice, "Twee", "DocMDP").ShouldNotBeNull();
        Refused("certified", () => SignaturePreparation.Prepare(twice, Request("Drie")));
    }

    [Fact]
    public void A_lock_that_says_nothing_sensible_is_refused()
    {
        Refused("field-lock", () => EmptySignatureFields.Place(TinyPdf.Simple, [new("Een", "Een", null, new(LockedFields.Include, []))]));
        Refused("field-lock", () => SignaturePreparation.Prepare(TinyPdf.Simple, Request("Een") with { Lock = new(LockedFields.All, ["Een"]) }));
    }

    [Fact]
    public void A_kept_signature_is_secret_whole_and_bound_to_its_key()
    {
        byte[] key = RandomNumberGenerator.GetBytes(32), other = RandomNumberGenerator.GetBytes(32);
        var prepared = SignaturePreparation.Prepare(TinyPdf.Simple, Request("Een"));
        var kept = prepared.ToProtectedBytes(key);

        Encoding.Latin1.GetString(kept).ShouldNotContain("ETSI.CAdES.detached");
        kept.ShouldNotBe(prepared.ToProtectedBytes(key), "each time another nonce");
        var again = PreparedSignature.FromProtectedBytes(kept, key);
        again.Complete(TinyPdf.Simple, Ceremony.Value(again, Ceremony.Citizen), TestAuthority.Now).ShouldNotBeEmpty();
        Refused("prepared-altered", () => PreparedSignature.FromProtectedBytes(kept, other));
        Refused("prepared-altered", () => PreparedSignature.FromProtectedBytes(kept.AsSpan(0, 20), key));
        Refused("prepared-key", () => prepared.ToProtectedBytes(key.AsSpan(1)));
        for (var at = 0; at < kept.Length; at += 97)
        {
            var altered = kept.ToArray();
            altered[at] ^= 1;
            Refused("prepared-altered", () => PreparedSignature.FromProtectedBytes(altered, key));
        }
    }

    [Fact]
    public void Five_sign_one_after_the_other_and_all_five_hold()
    {
        var names = Enumerable.Range(1, 5).Select(i => $"Ondertekenaar {i}").ToArray();
        var pdf = EmptySignatureFields.Place(corpus.Read("chromium"), [.. names.Select((name, i) => new EmptySignatureField(name, name, i == 4 ? null : new(1, new PdfRectangle(40 + i * 130, 60, 120, 40))))]);
        foreach (var (name, i) in names.Select((name, i) => (name, i)))
            pdf = Ceremony.Sign(pdf, i == 4 ? Request(name) : Ceremony.CitizenRequest(name));

        Ceremony.Verify(pdf).Select(report => report.Passed).ShouldBe([true, true, true, true, true]);
    }
}
