using System.Collections.Concurrent;

namespace Balie.Sandbox.OpenId;

/// <summary>
/// Remembers redeemed authorization codes for as long as they could still be valid, so that each works once
/// (RFC 6749 4.1.2). In memory: a restart within the life of a code forgets it.
/// </summary>
public sealed class UsedCodes(TimeProvider clock, SandboxOptions options)
{
    private readonly ConcurrentDictionary<string, DateTimeOffset> used = new(StringComparer.Ordinal);

    /// <summary>True for the first caller only.</summary>
    public bool Redeem(string code)
    {
        var now = clock.GetUtcNow();
        foreach (var (old, until) in used)
            if (until < now)
                used.TryRemove(old, out _);
        return used.TryAdd(code, now + options.CodeLifetime);
    }
}
