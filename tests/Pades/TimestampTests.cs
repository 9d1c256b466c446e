using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using Balie.Pdf;
using Org.BouncyCastle.Math;
using Org.BouncyCastle.Tsp;

namespace Balie.Pades.Tests;

/// <summary>Time stamps over a signature's value (B-T) and over a whole file, from an authority that speaks the real protocol.</summary>
public sealed class TimestampTests(Corpus corpus)
{
    static SignatureRequest Request(string field = "Veld") => Ceremony.Request(field, Ceremony.Citizen) with { Chain = [], Level = SignatureLevel.BaselineT, ExpiresAt = DateTimeOffset.MaxValue };

    static Task<byte[]> Sign(byte[] pdf, TestTsa tsa, SignatureRequest? request = null) =>
        SignaturePreparation.SignAsync(pdf, request ?? Request(), TestAuthority.Shared.Key(Ceremony.Officer), TimeProvider.System, tsa.Authority);

    static ReadOnlyMemory<byte> Contents(byte[] pdf, string field)
    {
        var document = PdfDocument.Open(pdf);
        return SignedRange.Read(document, document.SignatureFields.Single(signed => signed.Name == field)).Contents;
    }

    [Theory, InlineData("SHA256"), InlineData("SHA512")]
    public async Task A_B_T_signature_carries_a_token_over_its_own_value(string digest)
    {
        using var tsa = TestTsa.Start();
        var signed = await Sign(TinyPdf.Simple, tsa, Request() with { Digest = new HashAlgorithmName(digest) });

        var cms = new SignedCms();
        var contents = Contents(signed, "Veld");
        cms.Decode(contents.Span[..new AsnReader(contents, AsnEncodingRules.BER).PeekEncodedValue().Length]);
        var attribute = cms.SignerInfos[0].UnsignedAttributes.Cast<CryptographicAttributeObject>().ShouldHaveSingleItem();
        attribute.Oid.Value.ShouldBe("1.2.840.113549.1.9.16.2.14");
        Rfc3161TimestampToken.TryDecode(attribute.Values[0].RawData, out var token, out _).ShouldBeTrue();
        token!.VerifySignatureForData(cms.SignerInfos[0].GetSignature(), out var by).ShouldBeTrue();
        by!.Thumbprint.ShouldBe(TestTsa.Signer.Thumbprint);
        token.TokenInfo.Timestamp.ShouldBe(TestAuthority.Now);
        Ceremony.Verify(signed).ShouldHaveSingleItem().Intact.ShouldBeTrue();
        (await Tool.Run("pdfsig", "-nocert", corpus.Keep($"b-t-{digest}", signed))).Output.ShouldContain("Signature is Valid");
    }

    [Fact]
    public async Task OpenSsl_accepts_the_document_time_stamp_and_what_was_there_stays()
    {
        using var tsa = TestTsa.Start();
        var once = Ceremony.Both(corpus.Read("libreoffice-pdfa"));
        var stamped = await DocumentTimestamp.AppendAsync(await DocumentTimestamp.AppendAsync(once, tsa.Authority), tsa.Authority);

        stamped.AsSpan().StartsWith(once).ShouldBeTrue();
        var document = PdfDocument.Open(stamped);
        document.SignatureFields.Select(field => field.Name).ShouldBe(["Burger", "Ambtenaar", "Timestamp 1", "Timestamp 2"]);
        var range = SignedRange.Read(document, document.SignatureFields[^1]);
        range.End.ShouldBe(stamped.Length);
        await ShouldVerifyWithOpenSsl(range, stamped);
        (await Tool.Succeed("qpdf", "--check", corpus.Keep("gestempeld", stamped))).ShouldNotContain("WARNING");
        Ceremony.Verify(stamped).Where(report => !report.Field.StartsWith("Timestamp", StringComparison.Ordinal)).ShouldAllBe(report => report.Passed);
    }

    async Task ShouldVerifyWithOpenSsl(SignedRange range, byte[] pdf)
    {
        string Path(string ending) => System.IO.Path.Combine(corpus.Folder, "stempel" + ending);
        var length = new AsnReader(range.Contents, AsnEncodingRules.BER).PeekEncodedValue().Length;
        File.WriteAllBytes(Path(".tst"), range.Contents[..length].ToArray());
        File.WriteAllBytes(Path(".bin"), [.. pdf.AsSpan(0, range.GapStart), .. pdf.AsSpan(range.GapEnd)]);
        File.WriteAllText(Path(".pem"), TestAuthority.Shared.Root.ExportCertificatePem());
        var output = await Tool.Succeed("openssl", "ts", "-verify", "-data", Path(".bin"), "-in", Path(".tst"), "-token_in", "-CAfile", Path(".pem"));
        output.ShouldContain("Verification: OK");
    }

    [Fact]
    public async Task Without_a_time_stamp_there_is_no_B_T_signature()
    {
        using var silent = TestTsa.Start(_ => []);
        (await Should.ThrowAsync<TimestampException>(() => Sign(TinyPdf.Simple, silent))).Code.ShouldBe("tsa-unavailable");

        var prepared = SignaturePreparation.Prepare(TinyPdf.Simple, Request() with { Chain = [Ceremony.Citizen], TimestampRoom = 5000 });
        var value = Ceremony.Value(prepared, Ceremony.Citizen);
        Should.Throw<SignatureRefusedException>(() => prepared.Complete(TinyPdf.Simple, value, TestAuthority.Now)).Code.ShouldBe("timestamp-missing");
        (await Should.ThrowAsync<SignatureRefusedException>(() => prepared.CompleteAsync(TinyPdf.Simple, value, TestAuthority.Now))).Code.ShouldBe("timestamp-missing");
        Should.Throw<SignatureRefusedException>(() => SignaturePreparation.Prepare(TinyPdf.Simple, Request() with { Chain = [Ceremony.Citizen] })).Code.ShouldBe("timestamp-room");
    }

    [Fact]
    public async Task An_authority_that_is_not_there_is_unavailable()
    {
        var gone = TestTsa.Start();
        gone.Dispose();
        using var http = new HttpClient();
        (await Should.ThrowAsync<TimestampException>(() => DocumentTimestamp.AppendAsync(TinyPdf.Simple, new HttpTimestampAuthority(http, gone.Address)))).Code.ShouldBe("tsa-unavailable");
    }

    public static TheoryData<string, string> WrongAnswers => new()
    {
        { "rejected", "tsa-refused" }, { "nonce", "tsa-refused" }, { "hash", "tsa-refused" }, { "purpose", "tsa-answer|tsa-refused" },
        { "changed", "tsa-answer|tsa-refused" }, { "more", "tsa-answer" }, { "words", "tsa-refused" }
    };

    [Theory, MemberData(nameof(WrongAnswers))]
    public async Task An_answer_to_another_question_is_no_time_stamp(string kind, string codes)
    {
        using var tsa = TestTsa.Start(request => Wrong(kind, request));

        var refusal = await Should.ThrowAsync<TimestampException>(() => DocumentTimestamp.AppendAsync(TinyPdf.Simple, tsa.Authority));
        codes.Split('|').ShouldContain(refusal.Code);
    }

    static byte[] Wrong(string kind, TimeStampRequest request)
    {
        var hash = request.GetMessageImprintDigest();
        if (kind == "hash") hash[0] ^= 1;
        var nonce = kind == "nonce" ? BigInteger.One : request.Nonce;
        var ask = new TimeStampRequestGenerator();
        ask.SetCertReq(true);
        var other = ask.Generate(TspAlgorithms.Sha256, hash, nonce);
        switch (kind)
        {
            case "rejected": return TestTsa.Rejected(request);
            case "words": return "no time today"u8.ToArray();
            case "more": return [.. TestTsa.Granted(request), 0];
            case "purpose": return Unchecked(request);
            case "changed":
                var answer = TestTsa.Granted(request);
                answer[^20] ^= 1;
                return answer;
            default: return TestTsa.Granted(other);
        }
    }

    /// <summary>A token by who may not stamp times: the generator refuses to make one, so its certificate is put in place of the right one.</summary>
    static byte[] Unchecked(TimeStampRequest request)
    {
        var text = Convert.ToHexString(TestTsa.Granted(request));
        return Convert.FromHexString(text.Replace("2B06010505070308", "2B06010505070304", StringComparison.Ordinal));
    }
}
