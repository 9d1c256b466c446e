using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Balie.Pades.Cms;

/// <summary>Reads the certificates of one file. Signatures mostly bring the same ones along, and reading a certificate takes longer than verifying with it.</summary>
internal sealed class CertificateReader : IDisposable
{
    readonly Dictionary<string, X509Certificate2> known = [];

    /// <exception cref="CryptographicException">These bytes are no certificate.</exception>
    public X509Certificate2 Read(ReadOnlySpan<byte> encoded)
    {
        var hash = Convert.ToHexString(SHA256.HashData(encoded));
        return known.TryGetValue(hash, out var found) ? found : known[hash] = X509CertificateLoader.LoadCertificate(encoded);
    }

    public void Dispose()
    {
        foreach (var certificate in known.Values)
        {
            PublicKeys.Close(certificate);
            certificate.Dispose();
        }
    }
}
