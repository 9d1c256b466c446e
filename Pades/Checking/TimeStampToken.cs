using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;
using Balie.Pades.Cms;

namespace Balie.Pades;

/// <summary>A time stamp token (RFC 3161; ETSI EN 319 422): what it says, and whether that can be believed.</summary>
internal sealed class TimeStampToken
{
    readonly Rfc3161TimestampToken token;
    X509Certificate2? authority;

    TimeStampToken(Rfc3161TimestampToken token)
    {
        this.token = token;
        authority = token.AsSignedCms().SignerInfos[0].Certificate;
    }

    public DateTimeOffset Time => token.TokenInfo.Timestamp;

    /// <summary>The certificate it is signed with: from the token, or found among the anchors when it was verified.</summary>
    public X509Certificate2? Authority => authority;

    /// <summary>Reads the value of a time stamp: a token, and after it zeros only.</summary>
    /// <exception cref="CmsRefusedException">It is something else.</exception>
    public static TimeStampToken Read(ReadOnlyMemory<byte> value)
    {
        try
        {
            if (!Rfc3161TimestampToken.TryDecode(value, out var token, out var length)) throw IsOutside(value) ? Outside() : Broken("time-stamp-broken", "The time stamp cannot be read.");
            if (value.Span[length..].ContainsAnyExcept((byte)0)) throw Broken("padding", "Something is hidden behind the time stamp.");
            return new TimeStampToken(token);
        }
        catch (CryptographicException)
        {
            throw Broken("time-stamp-broken", "The time stamp cannot be read.");
        }
    }

    /// <summary>The platform reads no token that tells a time outside the validity of the certificate it carries: such a token is whole, and proves nothing.</summary>
    static bool IsOutside(ReadOnlyMemory<byte> value)
    {
        var cms = new SignedCms();
        cms.Decode(value.Span);
        return cms.SignerInfos is [{ Certificate: { } by }, ..] && Rfc3161TimestampTokenInfo.TryDecode(cms.ContentInfo.Content, out var info, out _)
            && (info.Timestamp < by.NotBefore || info.Timestamp > by.NotAfter);
    }

    static CmsRefusedException Outside() =>
        new("time-stamp-outside", "The time stamp tells a time at which its authority's certificate was not valid.", SubIndication.OutOfBoundsNoPoe);

    /// <summary>Null when it is something else.</summary>
    public static TimeStampToken? TryRead(ReadOnlyMemory<byte> value)
    {
        try
        {
            return Read(value);
        }
        catch (CmsRefusedException)
        {
            return null; // judged, and reported, by who asks for more than its time
        }
    }

    static CmsRefusedException Broken(string code, string message) => new(code, message);

    /// <summary>Whether it is about these bytes and was signed by the authority it names.</summary>
    /// <param name="digest">The hash of what should be stamped, under the given algorithm.</param>
    /// <exception cref="CmsRefusedException">It is not.</exception>
    public void Verify(Func<HashAlgorithmName, byte[]> digest, IReadOnlyCollection<X509Certificate2> anchors)
    {
        var hash = Oids.Hash(token.TokenInfo.HashAlgorithmId.Value ?? "")
            ?? throw new CmsRefusedException("algorithm-weak", "The time stamp uses a digest that is not accepted.", SubIndication.CryptoConstraintsFailureNoPoe);
        var expected = digest(hash);
        if (!token.TokenInfo.GetMessageHash().Span.SequenceEqual(expected))
            throw new CmsRefusedException("digest", "The time stamp is about other bytes.", SubIndication.HashFailure);
        var path = new CertificatePath(anchors, RevocationRule.Soft, CertificateUse.TimeStamps);
        if (authority is not null && !path.IsMeantForThis(authority))
            throw new CmsRefusedException("key-usage", "The authority's certificate is not meant for time stamps.", SubIndication.ChainConstraintsFailure);
        if (VerifySignature(hash, expected, anchors)) return;
        throw authority is null
            ? new CmsRefusedException("certificate-missing", "The authority's certificate is not in the time stamp.", SubIndication.NoSigningCertificateFound)
            : new CmsRefusedException("signature", "The time stamp is not signed by the authority it names.", SubIndication.SigCryptoFailure);
    }

    bool VerifySignature(HashAlgorithmName hash, byte[] expected, IReadOnlyCollection<X509Certificate2> anchors)
    {
        try
        {
            var holds = token.VerifySignatureForHash(expected, hash, out var by, [.. anchors]);
            authority ??= by;
            return holds;
        }
        catch (CryptographicException)
        {
            return false; // not even shaped as a signature of that key
        }
    }

    /// <summary>Whether the authority is trusted, at the time that later stamps prove, or at the moment of validation.</summary>
    public IReadOnlyList<SignatureProblem> JudgeAuthority(VerificationPolicy policy, DateTimeOffset? proven)
    {
        if (authority is not { } embedded) throw new InvalidOperationException("A token is verified before its authority is judged.");
        var signer = token.AsSignedCms().SignerInfos[0];
        var others = token.AsSignedCms().Certificates;
        var path = new CertificatePath(policy.TimeStampAnchors ?? policy.TrustAnchors, policy.Revocation, CertificateUse.TimeStamps);
        var problems = path.Judge(embedded, [.. others], proven, policy.At).ToList();
        var kind = PublicKeys.IsEcdsa(embedded) ? KeyKind.Ecdsa : signer.SignatureAlgorithm.Value == Oids.RsaPss ? KeyKind.RsaPss : KeyKind.RsaPkcs1;
        if (Oids.Hash(signer.DigestAlgorithm.Value ?? "") is null)
            problems.Add(new("algorithm-weak", "The time stamp uses a digest that is not accepted.", SubIndication.CryptoConstraintsFailureNoPoe));
        if (AlgorithmTable.Judge(AlgorithmTable.EndOf(embedded, kind), proven, policy.At) is { } ended) problems.Add(ended);
        if (Time > policy.At) problems.Add(new("time-stamp-order", "The time stamp tells a time that has not come.", SubIndication.TimestampOrderFailure));
        return problems;
    }
}
