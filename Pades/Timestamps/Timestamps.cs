using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;

namespace Balie.Pades;

/// <summary>
/// Asks for time stamp tokens (RFC 3161, 2.4; ETSI EN 319 422, 5) and believes none that does not answer the very question: status, nonce,
/// hash, signature, and a certificate that is for time stamping. Whether that certificate is trusted is the verifier's question.
/// </summary>
public static class Timestamps
{
    const int NonceBytes = 16, SpareBytes = 256;

    /// <summary>Bytes to reserve for a token of this authority: the size of a trial token and some to spare.</summary>
    /// <exception cref="TimestampException">No sound token came back.</exception>
    public static async Task<int> RoomAsync(ITimestampAuthority authority, HashAlgorithmName digest, CancellationToken ct = default) =>
        (await RequestAsync(authority, CryptographicOperations.HashData(digest, []), digest, ct)).Length + SpareBytes;

    /// <summary>A token over a hash, in DER.</summary>
    /// <exception cref="TimestampException">No sound token came back.</exception>
    public static async Task<byte[]> RequestAsync(ITimestampAuthority authority, ReadOnlyMemory<byte> hash, HashAlgorithmName digest, CancellationToken ct = default)
    {
        var nonce = RandomNumberGenerator.GetBytes(NonceBytes);
        nonce[0] &= 0x7F;
        nonce[0] |= 0x01; // a whole number: not negative, no leading zero
        var request = Rfc3161TimestampRequest.CreateFromHash(hash, digest, nonce: nonce, requestSignerCertificates: true);
        return Checked(request, await authority.AskAsync(request.Encode(), ct), hash, digest);
    }

    static byte[] Checked(Rfc3161TimestampRequest request, byte[] answer, ReadOnlyMemory<byte> hash, HashAlgorithmName digest)
    {
        try
        {
            var token = request.ProcessResponse(answer, out var length);
            if (length != answer.Length) throw new TimestampException("tsa-answer", "The time stamp authority's answer goes on after its end.");
            if (!token.VerifySignatureForHash(hash.Span, digest, out _)) throw new TimestampException("tsa-answer", "The time stamp is not signed as a time stamp must be.");
            return TokenIn(answer);
        }
        catch (Exception e) when (e is CryptographicException or AsnContentException)
        {
            throw new TimestampException("tsa-refused", "The time stamp authority gave no time stamp for this request.", e);
        }
    }

    /// <summary>The token with the very bytes the authority sent (RFC 3161, 2.4.2): what was signed is not written anew.</summary>
    static byte[] TokenIn(byte[] answer)
    {
        var response = new AsnReader(answer, AsnEncodingRules.BER).ReadSequence();
        response.ReadEncodedValue();
        return response.ReadEncodedValue().ToArray();
    }
}
