using System.Security.Cryptography;
using System.Text;

namespace Balie.Sandbox.Ca;

/// <summary>Puts a seal for every municipality in a folder: <c>TENANT.pfx</c> and, beside it, <c>TENANT.password</c>; both 0600. What is there stays.</summary>
public static class SealFiles
{
    public static void Provide(string folder, AccountBook book, CertificateAuthority authority)
    {
        Directory.CreateDirectory(folder);
        foreach (var municipality in book.Municipalities)
        {
            var pfx = Path.Combine(folder, $"{municipality.Tenant}.pfx");
            var passwordFile = Path.Combine(folder, $"{municipality.Tenant}.password");
            if (File.Exists(pfx) && File.Exists(passwordFile))
                continue;
            var password = NewPassword();
            using var seal = authority.IssueSeal($"Zegel {municipality.Name} (oefen)", municipality.Name, municipality.Kbo);
            // The password first: a seal is complete when its PFX is there.
            File.Delete(pfx);
            DataFolder.Write(passwordFile, Encoding.ASCII.GetBytes(password));
            DataFolder.Write(pfx, authority.ToPfx(seal, password));
        }
    }

    public static string NewPassword() => RandomNumberGenerator.GetHexString(32, lowercase: true);
}
