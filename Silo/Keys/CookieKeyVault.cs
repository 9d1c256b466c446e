using System.Collections.Immutable;
using System.Xml.Linq;
using Balie.Grains.Platform.Front;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;

namespace Balie.Silo.Keys;

/// <summary>
/// Opens and wraps cookie keys for fronts, in the form in which DataProtection stores them: what it marks <c>requiresEncryption</c> is replaced by an
/// <c>encryptedSecret</c> that names its decryptor.
/// </summary>
internal sealed class CookieKeyVault(IXmlRepository keys, IXmlEncryptor wrap, IServiceProvider services) : ICookieKeyVault
{
    private static readonly XName Secret = "encryptedSecret";
    private static readonly XName Decryptor = "decryptorType";
    private static readonly XName Marked = XName.Get("requiresEncryption", "http://schemas.asp.net/2015/03/dataProtection");

    public ImmutableArray<string> Open() => [.. keys.GetAllElements().Select(key => Opened(new XElement(key)).ToString(SaveOptions.DisableFormatting))];

    public void Keep(string name, string xml) => keys.StoreElement(Wrapped(XElement.Parse(xml)), name);

    private XElement Opened(XElement key)
    {
        var unwrap = new CookieKeyUnwrap(services);
        // Keys that something else wrapped are not ours to open.
        foreach (var secret in key.Descendants(Secret).Where(s => ((string?)s.Attribute(Decryptor))?.StartsWith(typeof(CookieKeyUnwrap).FullName!, StringComparison.Ordinal) == true).ToList())
            secret.ReplaceWith(unwrap.Decrypt(secret.Elements().Single()));
        return key;
    }

    private XElement Wrapped(XElement key)
    {
        foreach (var plain in key.DescendantsAndSelf().Where(e => (bool?)e.Attribute(Marked) == true).ToList())
        {
            var wrapped = wrap.Encrypt(plain);
            plain.ReplaceWith(new XElement(Secret, new XAttribute(Decryptor, wrapped.DecryptorType.AssemblyQualifiedName!), wrapped.EncryptedElement));
        }

        return key;
    }
}
