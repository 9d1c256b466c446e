using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Balie.Sandbox.Hooks;

/// <summary>The outcome of a check; <c>Reason</c> says in a few words why it failed.</summary>
public sealed record Verdict(string Outcome, string? Reason = null)
{
    public static readonly Verdict Valid = new("valid"), NotChecked = new("not-checked", "no secret configured");

    public bool Refused => Outcome == "invalid";
}

/// <summary>
/// Checks a Standard Webhooks signature: <c>v1,base64(HMAC-SHA256(secret, id.timestamp.body))</c>, any one of the space-separated
/// ones, at most five minutes old or early. The secret is <c>whsec_</c> and base64.
/// </summary>
public static class StandardWebhook
{
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    /// <exception cref="FormatException">The secret is not base64.</exception>
    public static byte[] Key(string secret) =>
        Convert.FromBase64String(secret.StartsWith("whsec_", StringComparison.Ordinal) ? secret[6..] : secret);

    public static Verdict Check(string? secret, IHeaderDictionary headers, byte[] body, DateTimeOffset now)
    {
        if (secret is null)
            return Verdict.NotChecked;
        string id = headers["webhook-id"].ToString(), timestamp = headers["webhook-timestamp"].ToString();
        if (id.Length == 0 || timestamp.Length == 0)
            return new Verdict("invalid", "webhook-id or webhook-timestamp is missing");
        if (!long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) || seconds > 253402300799)
            return new Verdict("invalid", "webhook-timestamp is not a number of seconds");
        if ((now - DateTimeOffset.FromUnixTimeSeconds(seconds)).Duration() > Tolerance)
            return new Verdict("invalid", "webhook-timestamp is more than five minutes off");
        byte[] signed = [.. Encoding.UTF8.GetBytes($"{id}.{timestamp}."), .. body];
        var expected = Encoding.ASCII.GetBytes("v1," + Convert.ToBase64String(HMACSHA256.HashData(Key(secret), signed)));
        return headers["webhook-signature"].ToString().Split(' ')
            .Any(signature => CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(signature), expected))
            ? Verdict.Valid
            : new Verdict("invalid", "no webhook-signature matches");
    }
}
