using System.Formats.Asn1;
using System.Security.Cryptography;

namespace Balie.Pades.Pkcs11;

/// <summary>What CKM_RSA_PKCS pads and signs: the hash with its algorithm (RFC 8017, 9.2). Other mechanisms add it themselves.</summary>
internal static class DigestInfo
{
    public static byte[] Of(HashAlgorithmName digest, byte[] hash)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier(digest.Name switch
                {
                    "SHA256" => "2.16.840.1.101.3.4.2.1",
                    "SHA384" => "2.16.840.1.101.3.4.2.2",
                    _ => "2.16.840.1.101.3.4.2.3"
                });
                writer.WriteNull();
            }
            writer.WriteOctetString(hash);
        }
        return writer.Encode();
    }
}
