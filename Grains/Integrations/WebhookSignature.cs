using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Balie.Grains.Integrations;

/// <summary>Signature of an outgoing message (Standard Webhooks 1.0): <c>v1,base64(HMAC-SHA256(secret, id.timestamp.body))</c>.</summary>
public static class WebhookSignature
{
    /// <param name="secret"><c>whsec_</c> and base64.</param>
    /// <param name="id">The same at every try of one message.</param>
    /// <param name="at">When it is sent; receivers refuse what is more than five minutes off.</param>
    /// <param name="body">UTF-8.</param>
    /// <exception cref="FormatException">The secret is not base64.</exception>
    public static string Of(string secret, string id, DateTimeOffset at, ReadOnlySpan<byte> body)
    {
        var key = Convert.FromBase64String(secret.StartsWith("whsec_", StringComparison.Ordinal) ? secret[6..] : secret);
        byte[] signed = [.. Encoding.UTF8.GetBytes($"{id}.{Timestamp(at)}."), .. body];
        return "v1," + Convert.ToBase64String(HMACSHA256.HashData(key, signed));
    }

    /// <summary>Whole seconds since 1970.</summary>
    public static string Timestamp(DateTimeOffset at) => at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
}
