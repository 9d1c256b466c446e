using System.Security.Cryptography;
using System.Text;

namespace Balie.Grains.Platform;

/// <summary>
/// Personal text under a dossier's key: AES-256-GCM (NIST SP 800-38D), written as <c>~1:</c> and base64 of nonce, tag and ciphertext. What the text is
/// (<c>purpose</c>) is authenticated with it, so one sealed value cannot take the place of another kind.
/// </summary>
public static class Sealing
{
    public const string Prefix = "~1:";
    private const int NonceLength = 12;
    private const int TagLength = 16;

    public static bool IsSealed(string text) => text.StartsWith(Prefix, StringComparison.Ordinal);

    public static string Seal(string text, byte[] key, string purpose)
    {
        var plain = Encoding.UTF8.GetBytes(text);
        var box = new byte[NonceLength + TagLength + plain.Length];
        RandomNumberGenerator.Fill(box.AsSpan(0, NonceLength));
        using var aes = new AesGcm(key, TagLength);
        aes.Encrypt(box.AsSpan(0, NonceLength), plain, box.AsSpan(NonceLength + TagLength), box.AsSpan(NonceLength, TagLength), Encoding.UTF8.GetBytes(purpose));
        return Prefix + Convert.ToBase64String(box);
    }

    /// <exception cref="CryptographicException">Another key, another purpose, or an altered text.</exception>
    public static string Open(string text, byte[] key, string purpose)
    {
        if (!IsSealed(text)) throw new CryptographicException("The text is not sealed.");
        var box = Convert.FromBase64String(text[Prefix.Length..]);
        if (box.Length < NonceLength + TagLength) throw new CryptographicException("The sealed text is too short.");
        var plain = new byte[box.Length - NonceLength - TagLength];
        using var aes = new AesGcm(key, TagLength);
        aes.Decrypt(box.AsSpan(0, NonceLength), box.AsSpan(NonceLength + TagLength), box.AsSpan(NonceLength, TagLength), plain, Encoding.UTF8.GetBytes(purpose));
        return Encoding.UTF8.GetString(plain);
    }
}
