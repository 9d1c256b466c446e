using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Balie.Grains.Booking;

/// <summary>
/// Personal links. A link carries 32 random bytes in its fragment; Balie keeps the SHA-256 of that text only, so who reads the journal
/// cannot use it.
/// </summary>
public static class AccessLinks
{
    /// <summary>Hours after the planned end of the visit that a link still opens it: to sign late, download and rate.</summary>
    public const int HoursAfterEnd = 24;

    public static string NewToken() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    /// <summary>Hex SHA-256 of the token's text, lower-case.</summary>
    public static string Hash(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(token)));

    /// <summary>The token follows the '#': browsers do not send it to servers, so it ends up in no log.</summary>
    public static string Address(string baseAddress, string tenant, string visit, string token) => $"{baseAddress.TrimEnd('/')}{Path(tenant, visit, token)}";

    public static string Path(string tenant, string visit, string token) => $"/{tenant}/bezoek#{visit}.{token}";
}
