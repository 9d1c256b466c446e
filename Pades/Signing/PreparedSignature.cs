using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Balie.Pades.Cms;

namespace Balie.Pades;

/// <summary>
/// A signature that lacks only the key's answer. It never changes, holds nothing secret and can be kept as bytes; whoever
/// keeps it where others can write should encrypt and authenticate it. One prepared signature serves one base file.
/// </summary>
public sealed record PreparedSignature
{
    const int Version = 1;

    internal PreparedSignature() { }

    public string FieldName { get; internal init; } = "";

    /// <summary>Length in bytes of the file it was prepared on.</summary>
    public int BaseLength { get; internal init; }

    /// <summary>Hash of that file, under <see cref="Digest"/>.</summary>
    public ReadOnlyMemory<byte> BaseHash { get; internal init; }

    public HashAlgorithmName Digest { get; internal init; }

    /// <summary>Certificates in DER, the signer's first.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Chain { get; internal init; } = [];

    public DateTimeOffset ExpiresAt { get; internal init; }

    /// <summary>The signed attributes in DER as a SET: what the key hashes and signs (RFC 5652, 5.4).</summary>
    public ReadOnlyMemory<byte> ToBeSigned { get; internal init; }

    /// <summary>The hash of <see cref="ToBeSigned"/>, for keys that are given a hash (cards, remote services).</summary>
    public byte[] DigestToSign => CryptographicOperations.HashData(Digest, ToBeSigned.Span);

    internal byte[] Increment { get; init; } = [];
    internal int ContentsStart { get; init; }
    internal int ContentsEnd { get; init; }

    /// <summary>The whole signed file.</summary>
    /// <param name="basePdf">The bytes it was prepared on.</param>
    /// <param name="signatureValue">PKCS#1 v1.5, or ECDSA as a DER sequence or as R||S.</param>
    /// <param name="now">The present, to hold against <see cref="ExpiresAt"/>.</param>
    /// <exception cref="SignatureRefusedException">Expired, another base, or not this certificate's signature.</exception>
    public byte[] Complete(ReadOnlyMemory<byte> basePdf, ReadOnlySpan<byte> signatureValue, DateTimeOffset now)
    {
        if (now > ExpiresAt) throw new SignatureRefusedException("expired", "The prepared signature has expired; prepare it again.");
        using var signer = X509CertificateLoader.LoadCertificate(Chain[0].Span);
        CheckBase(basePdf.Span, signer);
        var value = PublicKeys.AsVerifiedForCms(signer, ToBeSigned.Span, signatureValue, Digest)
            ?? throw new SignatureRefusedException("signature-wrong", "What came back is not a signature by this certificate over this document.");
        var chain = Chain.Select(certificate => X509CertificateLoader.LoadCertificate(certificate.Span)).ToArray();
        var cms = CmsWriter.SignedData(Digest, ToBeSigned, chain, PublicKeys.IsEcdsa(signer), value);
        foreach (var certificate in chain) certificate.Dispose();
        var signed = new byte[basePdf.Length + Increment.Length];
        basePdf.CopyTo(signed);
        Increment.CopyTo(signed, basePdf.Length);
        var room = signed.AsSpan(ContentsStart + 1, ContentsEnd - ContentsStart - 2);
        if (cms.Length * 2 > room.Length) throw new SignatureRefusedException("no-room", "The signature does not fit in the room reserved for it.");
        room.Fill((byte)'0');
        Encoding.ASCII.GetBytes(Convert.ToHexString(cms), room);
        (signed[ContentsStart], signed[ContentsEnd - 1]) = ((byte)'<', (byte)'>');
        return signed;
    }

    void CheckBase(ReadOnlySpan<byte> basePdf, X509Certificate2 signer)
    {
        var (baseHash, digest) = basePdf.Length == BaseLength ? HashBytes(basePdf) : ([], []);
        if (!baseHash.AsSpan().SequenceEqual(BaseHash.Span)) throw new SignatureRefusedException("other-base", "The file is not the one the signature was prepared on.");
        if (!CmsWriter.SignedAttributes(Digest, digest, signer).AsSpan().SequenceEqual(ToBeSigned.Span))
            throw new SignatureRefusedException("altered", "The prepared signature was altered.");
    }

    /// <summary>One pass for both hashes: the base is the beginning of the first signed range.</summary>
    internal (byte[] Base, byte[] Signed) HashBytes(ReadOnlySpan<byte> basePdf)
    {
        using var hash = IncrementalHash.CreateHash(Digest);
        hash.AppendData(basePdf);
        var baseHash = hash.GetCurrentHash();
        hash.AppendData(Increment.AsSpan(0, ContentsStart - BaseLength));
        hash.AppendData(Increment.AsSpan(ContentsEnd - BaseLength));
        return (baseHash, hash.GetHashAndReset());
    }

    /// <summary>For storage; see <see cref="FromBytes"/>.</summary>
    public byte[] ToBytes()
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(Version);
            writer.WriteCharacterString(UniversalTagNumber.UTF8String, FieldName);
            writer.WriteInteger(BaseLength);
            writer.WriteOctetString(BaseHash.Span);
            writer.WriteObjectIdentifier(Oids.Digest(Digest));
            writer.WriteInteger(ExpiresAt.ToUnixTimeMilliseconds());
            writer.WriteInteger(ContentsStart);
            writer.WriteInteger(ContentsEnd);
            writer.WriteOctetString(Increment);
            writer.WriteOctetString(ToBeSigned.Span);
            using (writer.PushSequence())
                foreach (var certificate in Chain) writer.WriteOctetString(certificate.Span);
        }
        return writer.Encode();
    }

    /// <exception cref="SignatureRefusedException">The bytes are not a prepared signature.</exception>
    public static PreparedSignature FromBytes(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            var reader = new AsnReader(bytes, AsnEncodingRules.DER).ReadSequence();
            if (reader.ReadInteger() != Version) throw NotPrepared(null);
            var prepared = Read(reader);
            reader.ThrowIfNotEmpty();
            foreach (var certificate in prepared.Chain) X509CertificateLoader.LoadCertificate(certificate.Span).Dispose();
            var end = prepared.BaseLength + (long)prepared.Increment.Length;
            return prepared.Chain.Count > 0 && prepared.ContentsStart >= prepared.BaseLength && prepared.ContentsEnd > prepared.ContentsStart + 2 && prepared.ContentsEnd <= end
                ? prepared : throw NotPrepared(null);
        }
        catch (Exception e) when (e is AsnContentException or OverflowException or ArgumentOutOfRangeException or CryptographicException)
        {
            throw NotPrepared(e);
        }
    }

    static PreparedSignature Read(AsnReader reader)
    {
        var name = reader.ReadCharacterString(UniversalTagNumber.UTF8String);
        var length = (int)reader.ReadInteger();
        var baseHash = reader.ReadOctetString();
        var digest = Oids.Hash(reader.ReadObjectIdentifier()) ?? throw NotPrepared(null);
        var expires = DateTimeOffset.FromUnixTimeMilliseconds((long)reader.ReadInteger());
        int start = (int)reader.ReadInteger(), end = (int)reader.ReadInteger();
        byte[] increment = reader.ReadOctetString(), attributes = reader.ReadOctetString();
        var chain = new List<ReadOnlyMemory<byte>>();
        for (var list = reader.ReadSequence(); list.HasData;) chain.Add(list.ReadOctetString());
        return new PreparedSignature
        {
            FieldName = name, BaseLength = length, BaseHash = baseHash, Digest = digest, ExpiresAt = expires, ContentsStart = start,
            ContentsEnd = end, Increment = increment, ToBeSigned = attributes, Chain = chain
        };
    }

    static SignatureRefusedException NotPrepared(Exception? inner)
    {
        const string message = "These bytes are not a prepared signature.";
        return inner is null ? new("prepared-broken", message) : new("prepared-broken", message, inner);
    }
}
