using System.Security.Cryptography;
using Microsoft.IdentityModel.Tokens;

namespace Balie.Sandbox.OpenId;

/// <summary>The provider's keys. They live in the data folder, so tokens and codes outlive a restart.</summary>
public sealed class ProviderKeys
{
    public ProviderKeys(DataFolder data)
    {
        var folder = data.Folder("op");
        var rsa = RSA.Create();
        rsa.ImportPkcs8PrivateKey(DataFolder.ReadOrMake(Path.Combine(folder, "signing.pkcs8"), MakeRsa), out _);
        Signing = new RsaSecurityKey(rsa);
        Signing.KeyId = Base64UrlEncoder.Encode(Signing.ComputeJwkThumbprint());
        Encryption = new SymmetricSecurityKey(DataFolder.ReadOrMake(
            Path.Combine(folder, "encryption.key"), () => RandomNumberGenerator.GetBytes(32)));
    }

    /// <summary>Signs ID tokens with RS256; published at <c>/op/v1/keys</c>.</summary>
    public RsaSecurityKey Signing { get; }

    /// <summary>Keeps codes and access tokens opaque to clients.</summary>
    public SymmetricSecurityKey Encryption { get; }

    private static byte[] MakeRsa()
    {
        using var rsa = RSA.Create(2048);
        return rsa.ExportPkcs8PrivateKey();
    }
}
