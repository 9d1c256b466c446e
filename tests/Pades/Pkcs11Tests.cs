using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Balie.Pades.Pkcs11;
using Net.Pkcs11Interop.Common;
using Net.Pkcs11Interop.HighLevelAPI;

namespace Balie.Pades.Tests;

/// <summary>Keys that never leave their token: SoftHSM, as Debian packages it.</summary>
public sealed class Pkcs11Tests(Corpus corpus)
{
    const string Module = "/usr/lib/softhsm/libsofthsm2.so", Token = "zonnedaal", Pin = "1234";

    static readonly Dictionary<string, X509Certificate2> Signers = new()
    {
        ["rsa"] = TestAuthority.Shared.Rsa("HSM RSA", 3072),
        ["p256"] = TestAuthority.Shared.Ecdsa("HSM P-256"),
        ["p384"] = TestAuthority.Shared.Ecdsa("HSM P-384", ECCurve.NamedCurves.nistP384),
        ["p521"] = TestAuthority.Shared.Ecdsa("HSM P-521", ECCurve.NamedCurves.nistP521)
    };

    /// <summary>The variable is read by native code, which does not see what .NET keeps for itself.</summary>
    [DllImport("libc.so.6", EntryPoint = "setenv", CharSet = CharSet.Ansi)]
    static extern int SetForNativeCode(string name, string value, int overwrite);

    [Fact]
    public async Task A_token_signs_with_every_algorithm()
    {
        await MakeToken();
        foreach (var (label, signer) in Signers)
        {
            using var key = Pkcs11SignatureKey.Open(new(Module, Token, Pin, label));
            key.Chain[0].Thumbprint.ShouldBe(signer.Thumbprint);
            foreach (var digest in new[] { HashAlgorithmName.SHA256, HashAlgorithmName.SHA384, HashAlgorithmName.SHA512 })
                foreach (var padding in label == "rsa" ? [RsaPadding.Pkcs1, RsaPadding.Pss] : new[] { RsaPadding.Pkcs1 })
                    await ShouldSign(key, Ceremony.Request("Veld", signer) with { Digest = digest, RsaPadding = padding, ExpiresAt = DateTimeOffset.MaxValue });
        }
        Refused("token", () => Pkcs11SignatureKey.Open(new(Module, Token, "9999", "rsa")));
        Refused("token-missing", () => Pkcs11SignatureKey.Open(new(Module, "elders", Pin, "rsa")));
        Refused("key-missing", () => Pkcs11SignatureKey.Open(new(Module, Token, Pin, "geen")));
        Refused("token", () => Pkcs11SignatureKey.Open(new("/usr/lib/geen.so", Token, Pin, "rsa")));
    }

    static void Refused(string code, Action act) => Should.Throw<SignatureRefusedException>(act).Code.ShouldBe(code);

    static async Task ShouldSign(Pkcs11SignatureKey key, SignatureRequest request)
    {
        var signed = await SignaturePreparation.SignAsync(TinyPdf.Simple, request, key, TimeProvider.System);
        Ceremony.Verify(signed).ShouldHaveSingleItem().Passed.ShouldBeTrue($"{request.Digest} {request.RsaPadding}");
    }

    async Task MakeToken()
    {
        var home = Directory.CreateDirectory(Path.Combine(corpus.Folder, "softhsm")).FullName;
        var configuration = Path.Combine(home, "softhsm2.conf");
        await File.WriteAllTextAsync(configuration, $"directories.tokendir = {Directory.CreateDirectory(Path.Combine(home, "tokens"))}\nlog.level = ERROR\n");
        SetForNativeCode("SOFTHSM2_CONF", configuration, 1).ShouldBe(0);
        Environment.SetEnvironmentVariable("SOFTHSM2_CONF", configuration);
        await Tool.Succeed("softhsm2-util", "--init-token", "--free", "--label", Token, "--pin", Pin, "--so-pin", "123456");
        var number = 0;
        foreach (var (label, signer) in Signers)
        {
            var pem = Path.Combine(home, label + ".pem");
            await File.WriteAllTextAsync(pem, PrivateKey(signer));
            await Tool.Succeed("softhsm2-util", "--import", pem, "--token", Token, "--label", label, "--id", $"0{++number}", "--pin", Pin);
        }
        AddCertificates();
    }

    static string PrivateKey(X509Certificate2 signer) =>
        ((AsymmetricAlgorithm?)signer.GetRSAPrivateKey() ?? signer.GetECDsaPrivateKey())!.ExportPkcs8PrivateKeyPem();

    static void AddCertificates()
    {
        Pkcs11.NativeLibc.Resolve();
        var factories = new Pkcs11InteropFactories();
        using var library = factories.Pkcs11LibraryFactory.LoadPkcs11Library(factories, Module, AppType.MultiThreaded);
        using var session = library.GetSlotList(SlotsType.WithTokenPresent).First(slot => slot.GetTokenInfo().Label == Token).OpenSession(SessionType.ReadWrite);
        session.Login(CKU.CKU_USER, Pin);
        var attribute = factories.ObjectAttributeFactory;
        byte number = 0;
        foreach (var signer in Signers.Values)
            session.CreateObject([
                attribute.Create(CKA.CKA_CLASS, CKO.CKO_CERTIFICATE), attribute.Create(CKA.CKA_CERTIFICATE_TYPE, CKC.CKC_X_509), attribute.Create(CKA.CKA_TOKEN, true),
                attribute.Create(CKA.CKA_ID, [++number]), attribute.Create(CKA.CKA_SUBJECT, signer.SubjectName.RawData), attribute.Create(CKA.CKA_VALUE, signer.RawData)]);
    }
}
