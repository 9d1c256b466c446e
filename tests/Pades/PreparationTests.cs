using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Balie.Pdf;

namespace Balie.Pades.Tests;

/// <summary>Prepare here, sign elsewhere, complete here: what is accepted and what is refused on the way.</summary>
public sealed class PreparationTests(Corpus corpus)
{
    static readonly byte[] Pdf = TinyPdf.Simple;
    static readonly SignaturePlace Place = new(1, new PdfRectangle(20, 20, 200, 80));

    static SignatureRequest Request(X509Certificate2? signer = null) => Ceremony.Request("Veld", signer ?? Ceremony.Citizen);

    static void Refused(string code, Action act) => Should.Throw<SignatureRefusedException>(act).Code.ShouldBe(code);

    public static TheoryData<string, string> Suites => new MatrixTheoryData<string, string>(
        ["P-256", "P-384", "P-521", "RSA-2048", "RSA-3072", "PSS-3072"], ["SHA256", "SHA384", "SHA512"]);

    static X509Certificate2 Signer(string kind) => kind switch
    {
        "P-256" => TestAuthority.Shared.Ecdsa(kind),
        "P-384" => TestAuthority.Shared.Ecdsa(kind, ECCurve.NamedCurves.nistP384),
        "P-521" => TestAuthority.Shared.Ecdsa(kind, ECCurve.NamedCurves.nistP521),
        _ => TestAuthority.Shared.Rsa(kind, int.Parse(kind[4..]))
    };

    [Theory, MemberData(nameof(Suites))]
    public async Task Every_key_with_every_digest_is_valid_here_and_elsewhere(string kind, string digest)
    {
        var padding = kind.StartsWith("PSS", StringComparison.Ordinal) ? RsaPadding.Pss : RsaPadding.Pkcs1;
        var signed = Ceremony.Sign(Pdf, Request(Signer(kind)) with { Digest = new HashAlgorithmName(digest), RsaPadding = padding });

        Ceremony.Verify(signed).ShouldHaveSingleItem().Passed.ShouldBeTrue();
        var path = corpus.Keep($"{kind}-{digest}", signed);
        (await Tool.Run("pdfsig", "-nocert", path)).Output.ShouldContain("Signature is Valid");
        await ShouldVerifyWithOpenSsl($"{kind}-{digest}", signed);
    }

    /// <summary>The signature alone, by another library, with CAdES rules: digest, certificate reference, path and signature.</summary>
    async Task ShouldVerifyWithOpenSsl(string name, byte[] signed)
    {
        var document = PdfDocument.Open(signed);
        var range = SignedRange.Read(document, document.SignatureFields.Single());
        string Path(string ending) => System.IO.Path.Combine(corpus.Folder, name + ending);
        File.WriteAllBytes(Path(".cms"), range.Contents.ToArray());
        File.WriteAllBytes(Path(".bin"), [.. signed.AsSpan(0, range.GapStart), .. signed.AsSpan(range.GapEnd)]);
        File.WriteAllText(Path(".pem"), TestAuthority.Shared.Root.ExportCertificatePem());
        var output = await Tool.Succeed("openssl", "cms", "-verify", "-cades", "-binary", "-inform", "DER", "-in", Path(".cms"), "-content", Path(".bin"),
            "-CAfile", Path(".pem"), "-purpose", "any", "-attime", TestAuthority.Now.ToUnixTimeSeconds().ToString(), "-out", "/dev/null");
        output.ShouldContain("successful");
    }

    [Theory]
    [InlineData("SHA256", false), InlineData("SHA512", true)]
    public void The_signed_attributes_say_what_PAdES_wants_and_no_more(string digest, bool namesTheHash)
    {
        var prepared = SignaturePreparation.Prepare(Pdf, Request() with { Digest = new HashAlgorithmName(digest) });
        var attributes = new AsnReader(prepared.ToBeSigned, AsnEncodingRules.DER).ReadSetOf();
        var found = new Dictionary<string, AsnReader>();
        while (attributes.HasData)
        {
            var attribute = attributes.ReadSequence();
            found.Add(attribute.ReadObjectIdentifier(), attribute.ReadSetOf());
        }

        found.Keys.ShouldBe(["1.2.840.113549.1.9.3", "1.2.840.113549.1.9.4", "1.2.840.113549.1.9.16.2.47"], ignoreOrder: true);
        var reference = found["1.2.840.113549.1.9.16.2.47"].ReadSequence().ReadSequence().ReadSequence();
        reference.PeekTag().HasSameClassAndValue(Asn1Tag.Sequence).ShouldBe(namesTheHash, "SHA-256 is the default and is left out");
    }

    [Theory, InlineData("P-256"), InlineData("P-384"), InlineData("P-521")]
    public void A_card_may_answer_with_raw_numbers(string kind)
    {
        var signer = Signer(kind);
        var prepared = SignaturePreparation.Prepare(Pdf, Request(signer));
        using var key = signer.GetECDsaPrivateKey()!;
        var raw = key.SignHash(prepared.DigestToSign, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);

        Ceremony.Verify(prepared.Complete(Pdf, raw, TestAuthority.Now)).ShouldHaveSingleItem().Passed.ShouldBeTrue();
    }

    [Fact]
    public async Task A_key_file_signs_in_one_call()
    {
        using var key = TestAuthority.Shared.Key(Ceremony.Officer);
        var signed = await SignaturePreparation.SignAsync(Pdf, Request() with { Chain = [], ExpiresAt = DateTimeOffset.MaxValue }, key, TimeProvider.System, ct: TestContext.Current.CancellationToken);

        Ceremony.Verify(signed).ShouldHaveSingleItem().Passed.ShouldBeTrue();
        key.Chain.ShouldHaveSingleItem("the root is the verifier's to know");
    }

    [Fact]
    public void A_wrong_password_is_refused()
    {
        var pfx = new X509Certificate2Collection { Ceremony.Officer }.Export(X509ContentType.Pfx, "geheim")!;
        Refused("pfx", () => PfxSignatureKey.Load(pfx, "verkeerd"));
    }

    [Fact]
    public void A_prepared_signature_survives_storage()
    {
        var prepared = SignaturePreparation.Prepare(Pdf, Request());
        var stored = prepared.ToBytes();
        var again = PreparedSignature.FromBytes(stored);

        again.ToBytes().ShouldBe(stored);
        again.DigestToSign.ShouldBe(prepared.DigestToSign);
        again.ToBeSigned.Span[0].ShouldBe((byte)0x31);
        again.ExpiresAt.ShouldBe(prepared.ExpiresAt);
    }

    [Fact]
    public void Stored_bytes_that_were_cut_or_altered_are_refused()
    {
        var stored = SignaturePreparation.Prepare(Pdf, Request()).ToBytes();
        for (var length = 0; length < stored.Length; length += 7)
            Refused("prepared-broken", () => PreparedSignature.FromBytes(stored.AsMemory(0, length)));

        var value = Ceremony.Value(PreparedSignature.FromBytes(stored), Ceremony.Citizen);
        for (var at = 0; at < stored.Length; at += 11)
        {
            var altered = stored.ToArray();
            altered[at] ^= 0x20;
            if (Completed(altered, value) is { } signed) Ceremony.Verify(signed).ShouldHaveSingleItem().Intact.ShouldBeTrue();
        }
    }

    /// <summary>Null when refused; what is accepted must be a sound signature over this very file.</summary>
    static byte[]? Completed(byte[] stored, byte[] value)
    {
        try
        {
            return PreparedSignature.FromBytes(stored).Complete(Pdf, value, TestAuthority.Now);
        }
        catch (SignatureRefusedException)
        {
            return null;
        }
    }

    [Fact]
    public void What_comes_back_is_refused_when_it_is_late_or_wrong_or_for_another_file()
    {
        var prepared = SignaturePreparation.Prepare(Pdf, Request());
        var value = Ceremony.Value(prepared, Ceremony.Citizen);
        var other = TinyPdf.WithCatalog("/Lang(nl)");

        prepared.Complete(Pdf, value, prepared.ExpiresAt).ShouldNotBeEmpty();
        Refused("expired", () => prepared.Complete(Pdf, value, prepared.ExpiresAt.AddSeconds(1)));
        Refused("other-base", () => prepared.Complete(other, value, TestAuthority.Now));
        Refused("other-base", () => prepared.Complete(Pdf.AsMemory(1), value, TestAuthority.Now));
        Refused("signature-wrong", () => prepared.Complete(Pdf, value.AsSpan()[..^1], TestAuthority.Now));
        Refused("signature-wrong", () => prepared.Complete(Pdf, [], TestAuthority.Now));
        Refused("signature-wrong", () => prepared.Complete(Pdf, Ceremony.Value(prepared, Ceremony.Officer), TestAuthority.Now));
    }

    [Fact]
    public void A_field_is_signed_once()
    {
        var once = Ceremony.Sign(Pdf, Request());

        Refused("field-taken", () => SignaturePreparation.Prepare(once, Request()));
        Refused("place-too-late", () => SignaturePreparation.Prepare(once, Request() with { FieldName = "Later", Place = Place }));
        Refused("already-signed", () => EmptySignatureFields.Place(once, [new("Later", "Later", null)]));
    }

    [Fact]
    public void A_field_that_cannot_be_is_refused()
    {
        Refused("page-missing", () => EmptySignatureFields.Place(Pdf, [new("A", "A", Place with { Page = 2 })]));
        Refused("outside-page", () => EmptySignatureFields.Place(Pdf, [new("A", "A", new(1, new PdfRectangle(200, 20, 200, 80)))]));
        Refused("outside-page", () => EmptySignatureFields.Place(Pdf, [new("A", "A", new(1, new PdfRectangle(0, 0, double.NaN, 80)))]));
        Refused("field-taken", () => EmptySignatureFields.Place(Pdf, [new("A", "A", null), new("A", "A", null)]));
        Refused("field-name", () => EmptySignatureFields.Place(Pdf, [new("A.B", "A", null)]));
        Refused("field-count", () => EmptySignatureFields.Place(Pdf, []));
        Refused("place-missing", () => SignaturePreparation.Prepare(Pdf, Request() with { Appearance = new() { Lines = ["Gerrit"] } }));
    }

    [Fact]
    public void A_certificate_that_may_not_sign_is_refused_before_anyone_types_a_code()
    {
        Refused("chain", () => SignaturePreparation.Prepare(Pdf, Request() with { Chain = [] }));
        Refused("key", () => SignaturePreparation.Prepare(Pdf, Request(TestAuthority.Shared.Rsa("Kort", 1024))));
        Refused("key", () => SignaturePreparation.Prepare(Pdf, Request(TestAuthority.Shared.Ecdsa("Anders", ECCurve.NamedCurves.brainpoolP256r1))));
        Refused("key-usage", () => SignaturePreparation.Prepare(Pdf, Request(TestAuthority.Shared.Rsa("Sleutel", usage: X509KeyUsageFlags.KeyEncipherment))));
        Refused("certificate-not-valid", () => SignaturePreparation.Prepare(Pdf, Request() with { SigningTime = TestAuthority.Now.AddYears(9) }));
        Refused("digest", () => SignaturePreparation.Prepare(Pdf, Request() with { Digest = HashAlgorithmName.SHA1 }));
    }

    [Fact]
    public void A_hand_outside_its_surface_is_refused()
    {
        SignatureRequest With(Handwriting hand) => Request() with { Place = Place, Appearance = new() { Lines = [], Hand = hand } };

        Refused("appearance-hand", () => SignaturePreparation.Prepare(Pdf, With(new DrawnHand([], 2))));
        Refused("appearance-hand", () => SignaturePreparation.Prepare(Pdf, With(new DrawnHand([[new(0.5, 1.5)]], 2))));
        Refused("appearance-hand", () => SignaturePreparation.Prepare(Pdf, With(new DrawnHand([[new(double.NaN, 0)]], 2))));
        Refused("appearance-hand", () => SignaturePreparation.Prepare(Pdf, With(new DrawnHand([[new(0.5, 0.5)]], double.PositiveInfinity))));
        Refused("appearance-hand", () => SignaturePreparation.Prepare(Pdf, With(new TypedHand(" "))));
        Refused("appearance-empty", () => SignaturePreparation.Prepare(Pdf, Request() with { Place = Place, Appearance = new() { Lines = [] } }));
    }

    [Fact]
    public async Task Names_keep_their_letters_and_unknown_ones_become_question_marks()
    {
        var request = Request() with
        {
            Place = Place, SignerName = "Zoë Ştefănescu-Łukaszewicz",
            Appearance = new() { Lines = ["Zoë Ştefănescu-Łukaszewicz", "Ελένη Иванова", "李"], Hand = new TypedHand("Zoë") }
        };
        var path = corpus.Keep("namen", Ceremony.Sign(Pdf, request));

        var text = await Tool.Succeed("pdftotext", path, "-");
        text.ShouldContain("Zoë Ştefănescu-Łukaszewicz");
        text.ShouldContain("Ελένη Иванова");
        text.ShouldContain("?");
    }

    [Theory]
    [InlineData("/AcroForm<</Fields[]>>")]
    [InlineData("/AcroForm<</Fields 5 0 R>>", "[]")]
    [InlineData("/AcroForm 5 0 R", "<</Fields[]/DA(/Helv 0 Tf)>>")]
    [InlineData("/AcroForm 5 0 R", "<</Fields 6 0 R>>", "[]")]
    public async Task Direct_and_indirect_forms_both_take_fields(string entries, params string[] objects)
    {
        var twice = Ceremony.Sign(Ceremony.Sign(TinyPdf.WithCatalog(entries, objects), Request() with { FieldName = "Een" }), Request(Ceremony.Officer) with { FieldName = "Twee" });
        var path = corpus.Keep($"formulier-{Guid.NewGuid():N}", twice);

        Ceremony.Verify(twice).Count(report => report.Passed).ShouldBe(2);
        (await Tool.Run("pdfsig", "-nocert", path)).Output.Split("Signature is Valid").Length.ShouldBe(3);
    }
}
