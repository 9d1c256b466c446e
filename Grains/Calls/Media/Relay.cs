using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Balie.Grains.Interfaces.Calls;

namespace Balie.Grains.Calls.Media;

/// <summary>The TURN servers of this counter (RFC 8656), for networks that let no UDP through.</summary>
/// <param name="Urls">Addresses in the form of RFC 7065, e.g. <c>turn:turn.example:443?transport=tcp</c>; none: there is no relay.</param>
/// <param name="Secret">Shared with the TURN servers (coturn's <c>static-auth-secret</c>).</param>
/// <param name="Valid">How long a credential opens a relay; longer than any call, for a relay asks again while it is used.</param>
public sealed record RelayOptions(ImmutableArray<string> Urls, string Secret, TimeSpan Valid)
{
    public static RelayOptions None { get; } = new([], "", TimeSpan.Zero);
}

/// <summary>
/// Makes credentials that a TURN server checks by itself: the user name carries its own end, the password is its HMAC under the shared secret
/// ("A REST API For Access To TURN Services", draft-uberti-behave-turn-rest-00, 2.2). Whoever holds one can reach the media node, nothing else.
/// </summary>
public sealed class Relay(RelayOptions options, TimeProvider time)
{
    /// <summary>A credential for one person; null when there is no relay.</summary>
    /// <param name="person">Participant or staff id: the TURN server counts its use per user name.</param>
    public RelayServer? For(string person)
    {
        if (options.Urls.IsEmpty) return null;
        var until = time.GetUtcNow() + options.Valid;
        var user = string.Create(CultureInfo.InvariantCulture, $"{until.ToUnixTimeSeconds()}:{person}");
        return new RelayServer(options.Urls, user, Password(user), until);
    }

    // HMAC-SHA1 is what TURN servers compute; SHA-1's collisions do not weaken an HMAC.
    private string Password(string user) => Convert.ToBase64String(HMACSHA1.HashData(Encoding.UTF8.GetBytes(options.Secret), Encoding.UTF8.GetBytes(user)));
}
