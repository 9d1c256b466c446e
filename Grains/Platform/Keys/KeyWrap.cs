using System.Security.Cryptography;
using System.Text;

namespace Balie.Grains.Platform.Keys;

/// <summary>One key under another: AES-256-GCM (NIST SP 800-38D), bound to whose key it is, so that a row cannot take another's place.</summary>
internal static class KeyWrap
{
    private const byte Version = 1;
    private const int NonceLength = 12;
    private const int TagLength = 16;
    private const int KeyLength = 32;

    /// <summary>Layout: version (1), nonce (12), ciphertext (32), tag (16).</summary>
    public static byte[] Wrap(byte[] outer, byte[] key, string tenant, string scope)
    {
        var wrapped = new byte[1 + NonceLength + KeyLength + TagLength];
        wrapped[0] = Version;
        var nonce = wrapped.AsSpan(1, NonceLength);
        RandomNumberGenerator.Fill(nonce);
        using var gcm = new AesGcm(outer, TagLength);
        gcm.Encrypt(nonce, key, wrapped.AsSpan(1 + NonceLength, KeyLength), wrapped.AsSpan(1 + NonceLength + KeyLength), Name(tenant, scope));
        return wrapped;
    }

    /// <exception cref="MasterKeyException"><c>key.master-mismatch</c>.</exception>
    public static byte[] Unwrap(byte[] outer, byte[] wrapped, string tenant, string scope)
    {
        if (wrapped.Length != 1 + NonceLength + KeyLength + TagLength || wrapped[0] != Version) throw Mismatch(tenant, scope);
        var key = new byte[KeyLength];
        using var gcm = new AesGcm(outer, TagLength);
        try
        {
            gcm.Decrypt(wrapped.AsSpan(1, NonceLength), wrapped.AsSpan(1 + NonceLength, KeyLength), wrapped.AsSpan(1 + NonceLength + KeyLength), key, Name(tenant, scope));
            return key;
        }
        catch (AuthenticationTagMismatchException problem)
        {
            throw Mismatch(tenant, scope, problem);
        }
    }

    private static byte[] Name(string tenant, string scope) => Encoding.UTF8.GetBytes($"balie.key.v{Version}\n{tenant}\n{scope}");

    private static MasterKeyException Mismatch(string tenant, string scope, Exception? inner = null) =>
        new("key.master-mismatch", $"The key {scope} of {tenant} is not under this master key. Start Balie with the master key that belongs to this database.", inner);
}
