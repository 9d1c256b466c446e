using System.Security.Cryptography;

namespace Balie.Grains.Platform;

/// <summary>Where a stream stood when it was sealed.</summary>
internal sealed record SealedHead(string Stream, long Version, byte[] Hash);

/// <summary>A link in a tenant's chain of checkpoints: SHA-256 over the one before it and the heads of the streams that grew since.</summary>
internal static class Checkpoint
{
    public static byte[] Hash(byte[] previous, string tenant, long number, DateTimeOffset at, IEnumerable<SealedHead> heads)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(previous);
        EventHash.Add(hash, tenant);
        EventHash.Add(hash, number);
        EventHash.Add(hash, (at.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) / TimeSpan.TicksPerMicrosecond);
        foreach (var head in heads.OrderBy(h => h.Stream, StringComparer.Ordinal))
        {
            EventHash.Add(hash, head.Stream);
            EventHash.Add(hash, head.Version);
            hash.AppendData(head.Hash);
        }

        return hash.GetHashAndReset();
    }
}
