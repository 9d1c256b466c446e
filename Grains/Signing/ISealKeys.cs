using Balie.Grains.Interfaces.Platform;
using Balie.Pades;

namespace Balie.Grains.Signing;

/// <summary>The seal of each municipality: the key of a legal person (eIDAS art. 3(25)) under which its visits are signed.</summary>
public interface ISealKeys
{
    /// <summary>The seal's key with its certificates. It belongs to this store: do not dispose it.</summary>
    /// <exception cref="BalieException"><c>signing.seal-missing</c>: none was set up, or it cannot be opened.</exception>
    ISignatureKey ForTenant(string tenant);
}
