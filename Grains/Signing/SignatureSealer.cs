using System.Security.Cryptography;
using Balie.Grains.Interfaces.Platform;
using Balie.Grains.Interfaces.Signing;
using Balie.Pades;
using Balie.Pdf;
using Microsoft.Extensions.Logging;

namespace Balie.Grains.Signing;

/// <summary>Whose visit it is, for what stands on the paper.</summary>
public sealed record SealContext(string Tenant, string Visit, string Municipality, string Zone);

/// <summary>
/// Puts a signer's hand in their field, seals it with the municipality's key (PAdES B-B, ETSI EN 319 142-1), checks the whole file and only
/// then stores it. Milliseconds of work beside reading and writing the file. Changes nothing but the store: a result that nobody takes is garbage.
/// </summary>
public sealed class SignatureSealer(IBlobStore blobs, ISealKeys seals, ILogger<SignatureSealer> log)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>The next revision of the ceremony's document.</summary>
    /// <exception cref="BalieException"><c>signing.seal-missing</c>, <c>signing.seal-refused</c>, <c>signing.check-failed</c>.</exception>
    public async Task<SealedRevision> SignAsync(SealContext context, Revision head, Signer signer, SignDocument command, DateTimeOffset at, CancellationToken ct = default)
    {
        var key = seals.ForTenant(context.Tenant);
        var before = await ReadAsync(context, head.Blob, ct);
        var after = await SealAsync(before, Request(context, signer, command, key, at), key, at, ct);
        Check(after, head.Signatures + 1, signer.Field, at);
        var blob = await blobs.WriteAsync(context.Tenant, context.Visit, new MemoryStream(after, writable: false), ct);
        return new SealedRevision(head.Blob.PlainSha256, blob, Convert.ToHexStringLower(SHA256.HashData(key.Chain[0].RawData)));
    }

    /// <summary>What the signature says about itself, on the page and in its dictionary.</summary>
    internal static SignatureRequest Request(SealContext context, Signer signer, SignDocument command, ISignatureKey key, DateTimeOffset at) => new()
    {
        FieldName = signer.Field,
        Chain = key.Chain,
        SigningTime = DutchMoment.InZone(at, context.Zone),
        ExpiresAt = at + Patience,
        SignerName = signer.Name,
        Reason = $"Eenvoudige elektronische handtekening (eIDAS, artikel 3, punt 10) van {signer.Name}, {signer.Role}, onder het zegel van {context.Municipality}",
        Location = context.Municipality,
        Appearance = new SignatureAppearance
        {
            Lines =
            [
                $"Handtekening van {signer.Name}, {signer.Role}",
                $"Onder zegel van {context.Municipality}",
                DutchMoment.Full(at, context.Zone),
                "Eenvoudige elektronische handtekening",
            ],
            Hand = SignerHand.Of(command),
        },
    };

    private async Task<byte[]> ReadAsync(SealContext context, BlobRef blob, CancellationToken ct)
    {
        await using var stream = await blobs.OpenReadAsync(context.Tenant, context.Visit, blob, ct);
        var bytes = new byte[stream.Length];
        await stream.ReadExactlyAsync(bytes, ct);
        return Convert.ToHexStringLower(SHA256.HashData(bytes)) == blob.PlainSha256.ToLowerInvariant()
            ? bytes
            : throw Failed("The stored document is not the one the ceremony knows.");
    }

    private async Task<byte[]> SealAsync(byte[] before, SignatureRequest request, ISignatureKey key, DateTimeOffset at, CancellationToken ct)
    {
        try
        {
            var prepared = SignaturePreparation.Prepare(before, request);
            var value = await key.SignAsync(prepared, ct);
            return prepared.Complete(before, value, at);
        }
        catch (Exception problem) when (problem is SignatureRefusedException or PdfRefusedException or CryptographicException)
        {
            log.LogError(problem, "The seal could not sign field {Field}.", request.FieldName);
            throw new BalieException(SigningErrors.SealRefused);
        }
    }

    /// <summary>What is stored is whole: every signature so far holds, and the new one covers all of it.</summary>
    private void Check(byte[] pdf, int signatures, string field, DateTimeOffset at)
    {
        var reports = SignatureCheck.Verify(pdf, [], at);
        var whole = reports.Count == signatures && reports.All(r => r.Intact && r.LaterChangesAllowed) && reports[^1] is { CoversWholeFile: true } last && last.Field == field;
        if (!whole) throw Failed(string.Join("; ", reports.SelectMany(r => r.Problems.Select(p => $"{r.Field}: {p.Code}"))));
    }

    private BalieException Failed(string why)
    {
        log.LogError("A signed revision was not stored: {Why}", why);
        return new BalieException(SigningErrors.CheckFailed);
    }
}
