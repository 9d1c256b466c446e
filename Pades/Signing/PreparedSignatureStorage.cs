using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Balie.Pades.Cms;

namespace Balie.Pades;

/// <summary>A prepared signature as bytes (DER), and those bytes under a key: nonce, tag, ciphertext.</summary>
internal static class PreparedSignatureStorage
{
    const int Version = 2, NonceBytes = 12, TagBytes = 16, KeyBytes = 32;

    static ReadOnlySpan<byte> Purpose => "Balie.Pades.PreparedSignature 2"u8;

    public static byte[] Write(PreparedSignature prepared)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(Version);
            writer.WriteCharacterString(UniversalTagNumber.UTF8String, prepared.FieldName);
            writer.WriteInteger(prepared.BaseLength);
            writer.WriteOctetString(prepared.BaseHash.Span);
            writer.WriteObjectIdentifier(Oids.Digest(prepared.Digest));
            writer.WriteInteger((int)prepared.RsaPadding);
            writer.WriteInteger((int)prepared.Level);
            writer.WriteInteger(prepared.ExpiresAt.ToUnixTimeMilliseconds());
            writer.WriteInteger(prepared.Increment.ContentsStart);
            writer.WriteInteger(prepared.Increment.ContentsEnd);
            writer.WriteOctetString(prepared.Increment.Bytes);
            writer.WriteOctetString(prepared.ToBeSigned.Span);
            using (writer.PushSequence())
                foreach (var certificate in prepared.Chain) writer.WriteOctetString(certificate.Span);
        }
        return writer.Encode();
    }

    public static PreparedSignature Read(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            var reader = new AsnReader(bytes, AsnEncodingRules.DER).ReadSequence();
            if (reader.ReadInteger() != Version) throw NotPrepared(null);
            var prepared = Read(reader);
            reader.ThrowIfNotEmpty();
            foreach (var certificate in prepared.Chain) X509CertificateLoader.LoadCertificate(certificate.Span).Dispose();
            return IsPossible(prepared) ? prepared : throw NotPrepared(null);
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
        var (padding, level) = ((RsaPadding)(int)reader.ReadInteger(), (SignatureLevel)(int)reader.ReadInteger());
        var expires = DateTimeOffset.FromUnixTimeMilliseconds((long)reader.ReadInteger());
        int start = (int)reader.ReadInteger(), end = (int)reader.ReadInteger();
        byte[] increment = reader.ReadOctetString(), attributes = reader.ReadOctetString();
        var chain = new List<ReadOnlyMemory<byte>>();
        for (var list = reader.ReadSequence(); list.HasData;) chain.Add(list.ReadOctetString());
        return new PreparedSignature
        {
            FieldName = name, BaseHash = baseHash, Digest = digest, RsaPadding = padding, Level = level, ExpiresAt = expires,
            Increment = new SignatureIncrement(length, increment, start, end), ToBeSigned = attributes, Chain = chain
        };
    }

    static bool IsPossible(PreparedSignature prepared)
    {
        var increment = prepared.Increment;
        return prepared.Chain.Count > 0 && Enum.IsDefined(prepared.RsaPadding) && Enum.IsDefined(prepared.Level)
            && increment.BaseLength >= 0 && increment.ContentsStart >= increment.BaseLength && increment.ContentsEnd > increment.ContentsStart + 2
            && increment.ContentsEnd <= increment.BaseLength + (long)increment.Bytes.Length;
    }

    public static byte[] Protect(ReadOnlySpan<byte> plain, ReadOnlySpan<byte> key)
    {
        var sealedBytes = new byte[NonceBytes + TagBytes + plain.Length];
        RandomNumberGenerator.Fill(sealedBytes.AsSpan(0, NonceBytes));
        using var aes = new AesGcm(Checked(key), TagBytes);
        aes.Encrypt(sealedBytes.AsSpan(0, NonceBytes), plain, sealedBytes.AsSpan(NonceBytes + TagBytes), sealedBytes.AsSpan(NonceBytes, TagBytes), Purpose);
        return sealedBytes;
    }

    public static byte[] Unprotect(ReadOnlySpan<byte> sealedBytes, ReadOnlySpan<byte> key)
    {
        using var aes = new AesGcm(Checked(key), TagBytes);
        if (sealedBytes.Length < NonceBytes + TagBytes) throw Altered(null);
        var plain = new byte[sealedBytes.Length - NonceBytes - TagBytes];
        try
        {
            aes.Decrypt(sealedBytes[..NonceBytes], sealedBytes[(NonceBytes + TagBytes)..], sealedBytes.Slice(NonceBytes, TagBytes), plain, Purpose);
            return plain;
        }
        catch (AuthenticationTagMismatchException e)
        {
            throw Altered(e);
        }
    }

    static ReadOnlySpan<byte> Checked(ReadOnlySpan<byte> key) =>
        key.Length == KeyBytes ? key : throw new SignatureRefusedException("prepared-key", "Prepared signatures are kept under a key of 32 bytes.");

    static SignatureRefusedException NotPrepared(Exception? inner) => Refused("prepared-broken", "These bytes are not a prepared signature.", inner);

    static SignatureRefusedException Altered(Exception? inner) => Refused("prepared-altered", "The kept signature was altered, or is kept under another key.", inner);

    static SignatureRefusedException Refused(string code, string message, Exception? inner) => inner is null ? new(code, message) : new(code, message, inner);
}
