using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;
using Balie.Pdf;
using Org.BouncyCastle.Math;
using Org.BouncyCastle.Security;
using Org.BouncyCastle.Tsp;
using Org.BouncyCastle.Utilities.Collections;
using BcCertificate = Org.BouncyCastle.X509.X509Certificate;

namespace Balie.Pades.Tests.Verdicts;

/// <summary>Signatures that the writer would not make.</summary>
internal static class Crafted
{
    const int Room = 12_000;

    /// <summary>A new invisible field with a value of one's own making over the signed bytes.</summary>
    public static byte[] Sign(byte[] pdf, Func<byte[], byte[]> value, string field = "Een", string subFilter = "ETSI.CAdES.detached", string type = "Sig", string entries = "", string widget = "", Action<IncrementalUpdate, PdfReference>? more = null)
    {
        var update = new IncrementalUpdate(PdfDocument.Open(pdf));
        var (contents, range) = SignatureIncrement.Places(Room);
        var dictionary = new PdfDictionary(("Type", new PdfName(type)), ("Filter", new PdfName("Adobe.PPKLite")), ("SubFilter", new PdfName(subFilter)), ("ByteRange", range), ("Contents", contents));
        foreach (var (key, entry) in ((PdfDictionary)Paper.Parse($"<<{entries}>>")).Entries) dictionary = dictionary.With(key, entry);
        var reference = update.Add(dictionary);
        var place = new FieldWriter(update).AddField(new EmptySignatureField(field, field, null), reference, appearance: null);
        foreach (var (key, entry) in ((PdfDictionary)Paper.Parse($"<<{widget}>>")).Entries) update.Set(place, update.CurrentDictionary(place)!.With(key, entry));
        more?.Invoke(update, place);
        var increment = SignatureIncrement.Write(update, contents, range);
        byte[] whole = [.. pdf, .. increment.Bytes];
        byte[] signed = [.. whole.AsSpan(0, increment.ContentsStart), .. whole.AsSpan(increment.ContentsEnd)];
        return [.. pdf, .. increment.With(value(signed))];
    }

    /// <summary>A value of one's own making, put where the caller wants it.</summary>
    public static byte[] Fill(byte[] pdf, Func<byte[], byte[]> value, Action<IncrementalUpdate, PdfReference> put, string subFilter = "ETSI.CAdES.detached", string type = "Sig")
    {
        var update = new IncrementalUpdate(PdfDocument.Open(pdf));
        var (contents, range) = SignatureIncrement.Places(Room);
        put(update, update.Add(new PdfDictionary(("Type", new PdfName(type)), ("Filter", new PdfName("Adobe.PPKLite")), ("SubFilter", new PdfName(subFilter)), ("ByteRange", range), ("Contents", contents))));
        var increment = SignatureIncrement.Write(update, contents, range);
        byte[] whole = [.. pdf, .. increment.Bytes];
        return [.. pdf, .. increment.With(value([.. whole.AsSpan(0, increment.ContentsStart), .. whole.AsSpan(increment.ContentsEnd)]))];
    }

    public static byte[] DocumentTimeStamp(byte[] pdf, DateTimeOffset time, string field = "Tijd", X509Certificate2? authority = null) =>
        Sign(pdf, signed => Token(SHA256.HashData(signed), time, authority), field, "ETSI.RFC3161", "DocTimeStamp");

    /// <summary>A token by another library than the one under test.</summary>
    public static byte[] Token(byte[] hash, DateTimeOffset time, X509Certificate2? authority = null, string? imprint = null)
    {
        var by = authority ?? TestTsa.Signer;
        using var key = (AsymmetricAlgorithm?)by.GetRSAPrivateKey() ?? by.GetECDsaPrivateKey()!;
        var certificate = new BcCertificate(by.RawData);
        var tokens = new TimeStampTokenGenerator(PrivateKeyFactory.CreateKey(key.ExportPkcs8PrivateKey()), certificate, TspAlgorithms.Sha256, "1.3.6.1.4.1.99999.1");
        tokens.SetCertificates(CollectionUtilities.CreateStore<BcCertificate>([certificate]));
        var asking = new TimeStampRequestGenerator();
        asking.SetCertReq(true);
        var request = asking.Generate(imprint ?? TspAlgorithms.Sha256, hash);
        return tokens.Generate(request, new BigInteger(64, new SecureRandom()), time.UtcDateTime).GetEncoded();
    }

    /// <summary>What a token says, signed by somebody who may not stamp times.</summary>
    public static byte[] ResignedBy(X509Certificate2 signer, byte[] token)
    {
        var real = new SignedCms();
        real.Decode(token);
        var cms = new SignedCms(real.ContentInfo);
        var by = new CmsSigner(signer) { DigestAlgorithm = new Oid("2.16.840.1.101.3.4.2.1"), IncludeOption = X509IncludeOption.EndCertOnly };
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        using (writer.PushSequence())
        using (writer.PushSequence()) writer.WriteOctetString(SHA256.HashData(signer.RawData));
        by.SignedAttributes.Add(new AsnEncodedData("1.2.840.113549.1.9.16.2.47", writer.Encode()));
        cms.ComputeSignature(by);
        return cms.Encode();
    }

    /// <summary>Parameters of PSS in hexadecimal (RFC 8017, A.2.3).</summary>
    public static string PssParameters(string hash, string mask, int salt, int? trailer = null)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0))) Algorithm(hash);
            using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 1)))
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier("1.2.840.113549.1.1.8");
                Algorithm(mask);
            }
            using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 2))) writer.WriteInteger(salt);
            if (trailer is { } field) using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 3))) writer.WriteInteger(field);
        }
        return Convert.ToHexString(writer.Encode());

        void Algorithm(string oid)
        {
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier(oid);
                writer.WriteNull();
            }
        }
    }
}

/// <summary>A CMS with every part open to be wrong (RFC 5652).</summary>
internal sealed record CmsSpec(X509Certificate2 Signer)
{
    const string Sha256 = "2.16.840.1.101.3.4.2.1", Sha512 = "2.16.840.1.101.3.4.2.3";

    public string DigestOid { get; init; } = Sha256;
    public HashAlgorithmName Digest { get; init; } = HashAlgorithmName.SHA256;
    public HashAlgorithmName SignedDigest { get; init; } = HashAlgorithmName.SHA256;
    public string? SignatureOid { get; init; }
    public string? Parameters { get; init; }
    public RSASignaturePadding Padding { get; init; } = RSASignaturePadding.Pkcs1;
    public Func<byte[], byte[]>? SignBy { get; init; }
    public IReadOnlyList<X509Certificate2>? Certificates { get; init; }
    public X509Certificate2? EssOf { get; init; }
    public bool Ess { get; init; } = true;
    public bool HasAttributes { get; init; } = true;
    public bool DigestTwice { get; init; }
    public bool DigestHasTwoValues { get; init; }
    public bool HasContent { get; init; }
    public int Signers { get; init; } = 1;
    public bool AttributesReversed { get; init; }
    public byte[]? KeyIdentifier { get; init; }
    public bool HasMore { get; init; }

    /// <summary>Given the signature value, the tokens to put beside it.</summary>
    public Func<byte[], byte[][]>? TimeStamps { get; init; }

    public static CmsSpec ForEd25519(X509Certificate2 signer, Func<byte[], byte[]> sign) =>
        new(signer) { DigestOid = Sha512, Digest = HashAlgorithmName.SHA512, SignatureOid = "1.3.101.112", SignBy = sign };

    public byte[] Build(byte[] content)
    {
        var attributes = Attributes(CryptographicOperations.HashData(Digest, content));
        var value = SignBy is { } sign ? sign(attributes) : Sign(HasAttributes ? attributes : content);
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier("1.2.840.113549.1.7.2");
            using (writer.PushSequence(Context(0)))
            using (writer.PushSequence())
            {
                writer.WriteInteger(1);
                using (writer.PushSetOf()) Algorithm(writer, DigestOid);
                using (writer.PushSequence())
                {
                    writer.WriteObjectIdentifier("1.2.840.113549.1.7.1");
                    if (HasContent) using (writer.PushSequence(Context(0))) writer.WriteOctetString("iets"u8);
                }
                using (writer.PushSetOf(Context(0)))
                    foreach (var certificate in Certificates ?? [Signer]) writer.WriteEncodedValue(certificate.RawData);
                using (writer.PushSetOf())
                    for (var i = 0; i < Signers; i++) SignerInfo(writer, attributes, value);
                if (HasMore) writer.WriteOctetString("meer"u8);
            }
        }
        return writer.Encode();
    }

    void SignerInfo(AsnWriter writer, byte[] attributes, byte[] value)
    {
        using (writer.PushSequence())
        {
            writer.WriteInteger(KeyIdentifier is null ? 1 : 3);
            if (KeyIdentifier is { } identifier) writer.WriteOctetString(identifier, Context(0));
            else Issuer(writer);
            Algorithm(writer, DigestOid);
            if (HasAttributes) writer.WriteEncodedValue([0xA0, .. (AttributesReversed ? Reversed(attributes) : attributes).AsSpan(1)]);
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier(SignatureOid ?? "1.2.840.10045.4.3.2");
                if (Parameters is not null) writer.WriteEncodedValue(Convert.FromHexString(Parameters));
            }
            writer.WriteOctetString(value);
            if (TimeStamps?.Invoke(value) is { } tokens) Unsigned(writer, tokens);
        }
    }

    void Issuer(AsnWriter writer)
    {
        using (writer.PushSequence())
        {
            writer.WriteEncodedValue(Signer.IssuerName.RawData);
            writer.WriteInteger(Signer.SerialNumberBytes.Span);
        }
    }

    /// <summary>The same attributes in another order than the one that was hashed.</summary>
    static byte[] Reversed(byte[] attributes)
    {
        var set = new AsnReader(attributes, AsnEncodingRules.DER).ReadSetOf();
        var parts = new List<byte[]>();
        while (set.HasData) parts.Insert(0, set.ReadEncodedValue().ToArray());
        var header = attributes.Length - parts.Sum(part => part.Length);
        return [.. attributes.AsSpan(0, header), .. parts.SelectMany(part => part)];
    }

    static void Unsigned(AsnWriter writer, byte[][] tokens)
    {
        using (writer.PushSetOf(Context(1)))
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier("1.2.840.113549.1.9.16.2.14");
            using (writer.PushSetOf()) foreach (var token in tokens) writer.WriteEncodedValue(token);
        }
    }

    byte[] Sign(byte[] data)
    {
        using var ecdsa = Signer.GetECDsaPrivateKey();
        if (ecdsa is not null) return ecdsa.SignData(data, SignedDigest, DSASignatureFormat.Rfc3279DerSequence);
        using var rsa = Signer.GetRSAPrivateKey()!;
        return rsa.SignData(data, SignedDigest, Padding);
    }

    byte[] Attributes(byte[] digest)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSetOf())
        {
            Attribute(writer, "1.2.840.113549.1.9.3", value => value.WriteObjectIdentifier("1.2.840.113549.1.7.1"));
            Attribute(writer, "1.2.840.113549.1.9.4", value =>
            {
                value.WriteOctetString(digest);
                if (DigestHasTwoValues) value.WriteOctetString([.. digest, 0]);
            });
            if (DigestTwice) Attribute(writer, "1.2.840.113549.1.9.4", value => value.WriteOctetString(new byte[32]));
            if (Ess) Attribute(writer, "1.2.840.113549.1.9.16.2.47", EssValue);
        }
        return writer.Encode();
    }

    void EssValue(AsnWriter writer)
    {
        using (writer.PushSequence())
        using (writer.PushSequence())
        using (writer.PushSequence()) writer.WriteOctetString(SHA256.HashData((EssOf ?? Signer).RawData));
    }

    static void Attribute(AsnWriter writer, string type, Action<AsnWriter> value)
    {
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(type);
            using (writer.PushSetOf()) value(writer);
        }
    }

    static void Algorithm(AsnWriter writer, string oid)
    {
        using (writer.PushSequence()) writer.WriteObjectIdentifier(oid);
    }

    static Asn1Tag Context(int number) => new(TagClass.ContextSpecific, number);
}
