using System.Runtime.InteropServices;
using Net.Pkcs11Interop.HighLevelAPI;

namespace Balie.Pades.Pkcs11;

/// <summary>Debian has <c>libdl.so.2</c> and, without its development package, no <c>libdl.so</c>, which the PKCS #11 package asks for.</summary>
internal static class NativeLibc
{
    static readonly Lazy<bool> Once = new(() =>
    {
        NativeLibrary.SetDllImportResolver(typeof(Pkcs11InteropFactories).Assembly,
            (name, _, _) => name is "libdl" && NativeLibrary.TryLoad("libdl.so.2", out var handle) ? handle : 0);
        return true;
    });

    public static void Resolve() => _ = Once.Value;
}
