using System.Collections.Immutable;
using System.Text.Json;

namespace Balie.Sandbox.Ca;

/// <summary>The revoked serial numbers (hexadecimal) with the instant of revocation (UTC), in one file.</summary>
public sealed class RevocationList(string path)
{
    private readonly Lock gate = new();
    private ImmutableDictionary<string, DateTimeOffset> all = File.Exists(path)
        ? JsonSerializer.Deserialize<Dictionary<string, DateTimeOffset>>(File.ReadAllBytes(path))!.ToImmutableDictionary(StringComparer.OrdinalIgnoreCase)
        : ImmutableDictionary.Create<string, DateTimeOffset>(StringComparer.OrdinalIgnoreCase);

    public IReadOnlyDictionary<string, DateTimeOffset> All => all;

    /// <summary>The first revocation of a serial number stands.</summary>
    public void Add(string serial, DateTimeOffset at)
    {
        lock (gate)
        {
            var next = all.ContainsKey(serial) ? all : all.Add(serial.ToUpperInvariant(), at);
            DataFolder.Write(path, JsonSerializer.SerializeToUtf8Bytes(next));
            all = next;
        }
    }
}
