using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Net.Pkcs11Interop.Common;
using Net.Pkcs11Interop.HighLevelAPI;

namespace Balie.Pades.Pkcs11;

/// <summary>Which key of which token (PKCS #11 v2.40, 4.4 and 4.9).</summary>
/// <param name="Library">The module of the card or HSM, e.g. <c>/usr/lib/softhsm/libsofthsm2.so</c>.</param>
/// <param name="Token">The token's label (CKA_LABEL).</param>
/// <param name="Pin">Null for a token that asks for it on its own keypad.</param>
/// <param name="Key">The private key's label (CKA_LABEL).</param>
/// <param name="Issuers">Certificates of the issuers, from the signer's up; the token often holds only the signer's.</param>
public sealed record Pkcs11KeyOptions(string Library, string Token, string? Pin, string Key, IReadOnlyList<X509Certificate2>? Issuers = null);

/// <summary>
/// A key in a card or HSM (PKCS #11 v2.40, 5.11): RSA by CKM_RSA_PKCS and CKM_RSA_PKCS_PSS, ECDSA by CKM_ECDSA. The session stays open until
/// disposed; signing goes one at a time, as tokens want.
/// </summary>
public sealed class Pkcs11SignatureKey : ISignatureKey, IDisposable
{
    readonly SemaphoreSlim turn = new(1);
    readonly IPkcs11Library library;
    readonly ISession session;
    readonly IObjectHandle key;

    Pkcs11SignatureKey(IPkcs11Library library, ISession session, IObjectHandle key, IReadOnlyList<X509Certificate2> chain) =>
        (this.library, this.session, this.key, Chain) = (library, session, key, chain);

    public IReadOnlyList<X509Certificate2> Chain { get; }

    /// <exception cref="SignatureRefusedException">The module, token, PIN, key or certificate is not there.</exception>
    public static Pkcs11SignatureKey Open(Pkcs11KeyOptions options)
    {
        NativeLibc.Resolve();
        var factories = new Pkcs11InteropFactories();
        IPkcs11Library? library = null;
        try
        {
            library = factories.Pkcs11LibraryFactory.LoadPkcs11Library(factories, options.Library, AppType.MultiThreaded);
            var slot = library.GetSlotList(SlotsType.WithTokenPresent).FirstOrDefault(candidate => candidate.GetTokenInfo().Label == options.Token)
                ?? throw new SignatureRefusedException("token-missing", $"There is no token '{options.Token}'.");
            var session = slot.OpenSession(SessionType.ReadOnly);
            session.Login(CKU.CKU_USER, options.Pin);
            var (key, signer) = Find(factories, session, options.Key);
            return new Pkcs11SignatureKey(library, session, key, [signer, .. options.Issuers ?? []]);
        }
        catch (Exception e)
        {
            library?.Dispose();
            if (e is Pkcs11Exception or UnmanagedException or LibraryArchitectureException)
                throw new SignatureRefusedException("token", $"The token cannot be used: {e.Message}", e);
            throw;
        }
    }

    static (IObjectHandle Key, X509Certificate2 Signer) Find(Pkcs11InteropFactories factories, ISession session, string label)
    {
        var attributes = factories.ObjectAttributeFactory;
        var key = session.FindAllObjects([attributes.Create(CKA.CKA_CLASS, CKO.CKO_PRIVATE_KEY), attributes.Create(CKA.CKA_LABEL, label)]).SingleOrDefault()
            ?? throw new SignatureRefusedException("key-missing", $"The token holds no private key '{label}', or several.");
        var id = session.GetAttributeValue(key, [CKA.CKA_ID])[0].GetValueAsByteArray();
        var certificate = session.FindAllObjects([attributes.Create(CKA.CKA_CLASS, CKO.CKO_CERTIFICATE), attributes.Create(CKA.CKA_ID, id)]).FirstOrDefault()
            ?? throw new SignatureRefusedException("certificate-missing", $"The token holds no certificate for the key '{label}'.");
        var der = session.GetAttributeValue(certificate, [CKA.CKA_VALUE])[0].GetValueAsByteArray();
        return (key, X509CertificateLoader.LoadCertificate(der));
    }

    /// <inheritdoc/>
    public async Task<byte[]> SignAsync(PreparedSignature prepared, CancellationToken ct = default)
    {
        await turn.WaitAsync(ct);
        try
        {
            var (mechanism, input) = Mechanism(prepared);
            return await Task.Run(() => session.Sign(mechanism, key, input), ct); // a card takes its time
        }
        catch (Pkcs11Exception e)
        {
            throw new SignatureRefusedException("token", $"The token did not sign: {e.RV}.", e);
        }
        finally
        {
            turn.Release();
        }
    }

    (IMechanism Mechanism, byte[] Input) Mechanism(PreparedSignature prepared)
    {
        var mechanisms = session.Factories.MechanismFactory;
        var hash = prepared.DigestToSign;
        using var rsa = Chain[0].GetRSAPublicKey();
        if (rsa is null) return (mechanisms.Create(CKM.CKM_ECDSA), hash);
        if (prepared.RsaPadding == RsaPadding.Pkcs1) return (mechanisms.Create(CKM.CKM_RSA_PKCS), DigestInfo.Of(prepared.Digest, hash));
        var (digest, mask) = prepared.Digest.Name switch
        {
            "SHA256" => (CKM.CKM_SHA256, CKG.CKG_MGF1_SHA256),
            "SHA384" => (CKM.CKM_SHA384, CKG.CKG_MGF1_SHA384),
            _ => (CKM.CKM_SHA512, CKG.CKG_MGF1_SHA512)
        };
        var parameters = session.Factories.MechanismParamsFactory.CreateCkRsaPkcsPssParams((ulong)digest, (ulong)mask, (ulong)hash.Length);
        return (mechanisms.Create(CKM.CKM_RSA_PKCS_PSS, parameters), hash);
    }

    public void Dispose()
    {
        session.Dispose();
        library.Dispose();
        turn.Dispose();
        Chain[0].Dispose();
    }
}
