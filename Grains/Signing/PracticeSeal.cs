using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Balie.Grains.Signing;

/// <summary>Knows the marks of seals that were issued to practise with: the issuer's organisation and a certificate policy (RFC 5280 4.2.1.4).</summary>
public static class PracticeSeal
{
    public const string Organisation = "Balie Oefen-CA";
    public const string Policy = "2.25.283191562764150735873690144936502340811";

    private const string OrganisationName = "2.5.4.10";
    private const string CertificatePolicies = "2.5.29.32";

    /// <summary>The mark that a chain carries; null for a real seal.</summary>
    public static string? Find(IEnumerable<X509Certificate2> chain)
    {
        foreach (var certificate in chain)
        {
            if (Names(certificate.IssuerName).Contains(Organisation, StringComparer.OrdinalIgnoreCase)) return $"issued by {Organisation}";
            if (Policies(certificate).Contains(Policy)) return $"policy {Policy}";
        }

        return null;
    }

    private static IEnumerable<string?> Names(X500DistinguishedName name) => name.EnumerateRelativeDistinguishedNames()
        .Where(part => !part.HasMultipleElements && part.GetSingleElementType().Value == OrganisationName)
        .Select(part => part.GetSingleElementValue()?.Trim());

    private static List<string> Policies(X509Certificate2 certificate)
    {
        var found = new List<string>();
        if (certificate.Extensions.FirstOrDefault(e => e.Oid?.Value == CertificatePolicies) is not { } extension) return found;
        try
        {
            var policies = new AsnReader(extension.RawData, AsnEncodingRules.DER).ReadSequence();
            while (policies.HasData) found.Add(policies.ReadSequence().ReadObjectIdentifier());
        }
        catch (AsnContentException problem)
        {
            throw new CryptographicException("The certificate's policies cannot be read.", problem);
        }

        return found;
    }
}
