using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;

namespace Balie.System.Tests.Sandbox;

[Collection(SandboxCollection.Name)]
public sealed class SealFacts(SandboxProcess sandbox)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("zonnedaal", "Stad Zonnedaal", "0299900145")]
    [InlineData("rivierbeke", "Gemeente Rivierbeke", "0299900244")]
    public async Task Each_municipality_has_a_seal_that_chains_to_the_root(string tenant, string name, string kbo)
    {
        var password = await File.ReadAllTextAsync(Path.Combine(sandbox.Seals, $"{tenant}.password"), Ct);
        using var seal = X509CertificateLoader.LoadPkcs12FromFile(Path.Combine(sandbox.Seals, $"{tenant}.pfx"), password);

        seal.HasPrivateKey.ShouldBeTrue();
        seal.GetECDsaPrivateKey()!.ExportParameters(false).Curve.Oid.Value.ShouldBe(ECCurve.NamedCurves.nistP256.Oid.Value);
        seal.SubjectName.EnumerateRelativeDistinguishedNames().Select(part => (part.GetSingleElementType().Value, part.GetSingleElementValue()))
            .ShouldBe([("2.5.4.6", "BE"), ("2.5.4.10", name), ("2.5.4.97", $"NTRBE-{kbo}"), ("2.5.4.3", $"Zegel {name} (oefen)")], ignoreOrder: true);
        seal.Issuer.ShouldContain("O=Balie Oefen-CA");
        seal.Extensions.OfType<X509KeyUsageExtension>().Single().KeyUsages
            .ShouldBe(X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.NonRepudiation);
        (await Build(seal)).ShouldBeEmpty();
    }

    [Fact]
    public void Only_the_owner_can_read_a_seal_and_its_password()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "File modes are a matter of Unix.");
        foreach (var file in Directory.EnumerateFiles(sandbox.Seals))
            if (!OperatingSystem.IsWindows())
                File.GetUnixFileMode(file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Fact]
    public async Task A_seal_says_itself_that_it_is_for_practice()
    {
        using var seal = (await Issue("p256")).Seal;

        var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.ImportFromPem(await sandbox.Http.GetStringAsync("ca/root.pem", Ct));
        chain.ChainPolicy.ExtraStore.ImportFromPem(await sandbox.Http.GetStringAsync("ca/chain.pem", Ct));
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.CertificatePolicy.Add(new Oid("2.25.283191562764150735873690144936502340811"));
        chain.Build(seal).ShouldBeTrue();
        chain.ChainElements.Count.ShouldBe(3);
        chain.ChainElements[^1].Certificate.Subject.ShouldBe("CN=Balie Oefen-CA Root, O=Balie Oefen-CA, C=BE");
    }

    [Fact]
    public async Task A_seal_can_have_an_RSA_key()
    {
        using var seal = (await Issue("rsa2048")).Seal;

        seal.GetRSAPrivateKey()!.KeySize.ShouldBe(2048);
        (await Build(seal)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_revoked_seal_is_on_the_list_and_another_is_not()
    {
        var (revoked, serial) = await Issue("p256");
        var (kept, _) = await Issue("p256");
        using (revoked)
        using (kept)
        {
            using var answer = await sandbox.Http.PostAsJsonAsync("ca/revocations", new { serial }, Ct);
            answer.EnsureSuccessStatusCode();

            var crl = await sandbox.Http.GetByteArrayAsync("ca/crl/issuing.crl", Ct);
            var list = CertificateRevocationListBuilder.Load(crl, out _);
            list.RemoveEntry(kept.SerialNumberBytes.Span).ShouldBeFalse();
            list.RemoveEntry(revoked.SerialNumberBytes.Span).ShouldBeTrue();
        }
    }

    [Theory]
    [InlineData("0299900146", "p256")]
    [InlineData("02999001", "p256")]
    [InlineData("0299900145", "md5")]
    public async Task An_impossible_seal_is_refused(string kbo, string algorithm)
    {
        using var answer = await sandbox.Http.PostAsJsonAsync(
            "ca/seals", new { name = "Zegel", organisation = "Stad Proef", kbo, algorithm }, Ct);

        ((int)answer.StatusCode).ShouldBe(400);
    }

    private async Task<(X509Certificate2 Seal, string Serial)> Issue(string algorithm)
    {
        using var answer = await sandbox.Http.PostAsJsonAsync(
            "ca/seals", new { name = "Zegel Stad Zonnedaal (oefen)", organisation = "Stad Zonnedaal", algorithm, password = "geheim" }, Ct);
        var json = JsonElement.Parse(await answer.Content.ReadAsStringAsync(Ct));
        return (X509CertificateLoader.LoadPkcs12(json.GetProperty("pfx").GetBytesFromBase64(), "geheim"), json.GetProperty("serial").GetString()!);
    }

    private async Task<string[]> Build(X509Certificate2 seal)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.ImportFromPem(await sandbox.Http.GetStringAsync("ca/root.pem", Ct));
        chain.ChainPolicy.ExtraStore.ImportFromPem(await sandbox.Http.GetStringAsync("ca/chain.pem", Ct));
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.Build(seal);
        return [.. chain.ChainStatus.Select(status => status.StatusInformation)];
    }
}
