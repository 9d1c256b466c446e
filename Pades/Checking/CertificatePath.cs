using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Balie.Pades;

/// <summary>What a certificate is to be good for.</summary>
internal enum CertificateUse { Documents, TimeStamps }

/// <summary>
/// Whether a certificate leads to an anchor (RFC 5280, 6; ETSI EN 319 102-1, 5.2.6). Offline: no address in a certificate is followed, and
/// only the certificates given here count. An anchor may stand anywhere on the way, root or not.
/// </summary>
internal sealed class CertificatePath(IReadOnlyCollection<X509Certificate2> anchors, RevocationRule revocation, CertificateUse use)
{
    const string AnyUse = "2.5.29.37.0", TimeStamping = "1.3.6.1.5.5.7.3.8", ShortTerm = "0.4.0.194121.2.1";

    /// <summary>Purposes that have nothing to do with documents: TLS server, code, time stamps, OCSP answers.</summary>
    static readonly HashSet<string?> Elsewhere = ["1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.3", TimeStamping, "1.3.6.1.5.5.7.3.9"];

    /// <param name="proven">The earliest moment at which the signature is proven to have existed.</param>
    public IReadOnlyList<SignatureProblem> Judge(X509Certificate2 signer, IReadOnlyList<X509Certificate2> others, DateTimeOffset? proven, DateTimeOffset at)
    {
        using var chain = new X509Chain();
        Prepare(chain.ChainPolicy, others, proven ?? at);
        chain.Build(signer);
        var elements = chain.ChainElements.ToArray();
        var anchor = Array.FindIndex(elements, element => IsAnchor(element.Certificate));
        var problems = new List<SignatureProblem>();
        if (anchor < 0) problems.Add(new("untrusted", "The certificate does not lead to a trust anchor.", SubIndication.NoCertificateChainFound));
        else JudgePath(elements[..(anchor + 1)], proven, at, problems);
        if (!IsMeantForThis(signer)) problems.Add(new("key-usage", "The certificate is not meant for this use.", SubIndication.ChainConstraintsFailure));
        foreach (var element in elements) element.Certificate.Dispose();
        return problems;
    }

    void Prepare(X509ChainPolicy policy, IReadOnlyList<X509Certificate2> others, DateTimeOffset time)
    {
        policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        policy.CustomTrustStore.AddRange(anchors.ToArray());
        policy.ExtraStore.AddRange(others.Concat(anchors).ToArray());
        policy.RevocationMode = X509RevocationMode.NoCheck;
        policy.DisableCertificateDownloads = true;
        policy.VerificationTime = time.UtcDateTime;
        policy.VerificationTimeIgnored = false;
    }

    bool IsAnchor(X509Certificate2 certificate) => anchors.Any(anchor => anchor.RawDataMemory.Span.SequenceEqual(certificate.RawDataMemory.Span));

    void JudgePath(X509ChainElement[] path, DateTimeOffset? proven, DateTimeOffset at, List<SignatureProblem> problems)
    {
        var believed = path[..^1];
        foreach (var status in believed.SelectMany(element => element.ChainElementStatus).Select(status => status.Status).Distinct())
            if (ProblemOf(status) is { } problem) problems.Add(problem);
        for (var i = 0; i < believed.Length; i++)
            if (AlgorithmTable.Judge(AlgorithmTable.EndOfIssuing(path[i].Certificate, path[i + 1].Certificate), proven, at) is { } ended) problems.Add(ended);
        if (NotYet(path[0].Certificate, proven) is { } early) problems.Add(early);
        // An anchor is believed, but a signer's own certificate does not outlive itself by being one.
        if (believed.Length == 0 && !IsValidAt(path[0].Certificate, proven ?? at)) problems.Add(ProblemOf(X509ChainStatusFlags.NotTimeValid)!);
        if (revocation == RevocationRule.Require && believed.Any(element => element.Certificate.Extensions[ShortTerm] is null))
            problems.Add(new("revocation", "Whether a certificate was revoked cannot be judged: there are no revocation data.", SubIndication.CertificateChainGeneralFailure));
    }

    /// <summary>Used before it was valid, and proven so: no later proof can mend that.</summary>
    static SignatureProblem? NotYet(X509Certificate2 signer, DateTimeOffset? proven) => proven is { } time && time < signer.NotBefore
        ? new("not-yet-valid", "The certificate was used before it was valid.", SubIndication.NotYetValid) : null;

    static bool IsValidAt(X509Certificate2 certificate, DateTimeOffset time) => time >= certificate.NotBefore && time <= certificate.NotAfter;

    static SignatureProblem? ProblemOf(X509ChainStatusFlags status) => status switch
    {
        // What the anchor stands for is not asked again, and revocation is judged apart.
        X509ChainStatusFlags.NoError or X509ChainStatusFlags.UntrustedRoot or X509ChainStatusFlags.PartialChain
            or X509ChainStatusFlags.RevocationStatusUnknown or X509ChainStatusFlags.OfflineRevocation => null,
        X509ChainStatusFlags.NotTimeValid or X509ChainStatusFlags.NotTimeNested =>
            new("expired", "A certificate is not valid at this time, and nothing proves that the signature is older.", SubIndication.OutOfBoundsNoPoe),
        X509ChainStatusFlags.NotSignatureValid or X509ChainStatusFlags.Cyclic =>
            new("untrusted", "The certificate does not lead to a trust anchor.", SubIndication.NoCertificateChainFound),
        _ => new("chain", $"The way to the trust anchor breaks a rule of certificates ({status}).", SubIndication.ChainConstraintsFailure)
    };

    public bool IsMeantForThis(X509Certificate2 certificate)
    {
        var usage = certificate.Extensions.OfType<X509KeyUsageExtension>().FirstOrDefault()?.KeyUsages;
        if (usage is { } allowed && (allowed & (X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.NonRepudiation)) == 0) return false;
        var purposes = certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>().FirstOrDefault()?.EnhancedKeyUsages.Cast<Oid>().Select(oid => oid.Value).ToArray();
        if (use == CertificateUse.TimeStamps) return purposes is [TimeStamping];
        return purposes is null or [] || purposes.Any(purpose => purpose == AnyUse || !Elsewhere.Contains(purpose));
    }
}
