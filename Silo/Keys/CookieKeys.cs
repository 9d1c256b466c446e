using System.Xml.Linq;
using Balie.Grains.Platform;
using Balie.Grains.Platform.Keys;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;
using Npgsql;

namespace Balie.Silo.Keys;

/// <summary>
/// Keys of the login cookies, in the database (table cookie_key): all web nodes share them, and a restart logs nobody out. DataProtection asks for them
/// synchronously, a few times a day.
/// </summary>
internal sealed class PostgresCookieKeys(NpgsqlDataSource database, JournalClock clock) : IXmlRepository
{
    public IReadOnlyCollection<XElement> GetAllElements()
    {
        using var command = database.CreateCommand("select xml from cookie_key order by at");
        using var reader = command.ExecuteReader();
        var keys = new List<XElement>();
        while (reader.Read()) keys.Add(XElement.Parse(reader.GetString(0)));
        return keys;
    }

    public void StoreElement(XElement element, string friendlyName)
    {
        using var command = database.CreateCommand("insert into cookie_key (name, xml, at) values ($1, $2, $3) on conflict (name) do update set xml = excluded.xml, at = excluded.at");
        command.Parameters.AddWithValue(friendlyName);
        command.Parameters.AddWithValue(element.ToString(SaveOptions.DisableFormatting));
        command.Parameters.AddWithValue(clock.GetUtcNow());
        command.ExecuteNonQuery();
    }
}

/// <summary>Wraps cookie keys under a key derived from the master key (AES-256-GCM), so that a copy of the database alone opens no session.</summary>
internal sealed class CookieKeyWrap(MasterKey master) : IXmlEncryptor
{
    public EncryptedXmlInfo Encrypt(XElement plaintextElement) =>
        new(new XElement("sealed", Sealing.Seal(plaintextElement.ToString(SaveOptions.DisableFormatting), Key(master), "cookie-key")), typeof(CookieKeyUnwrap));

    internal static byte[] Key(MasterKey master) => master.Derive("cookies");
}

/// <summary>Opens what <see cref="CookieKeyWrap"/> sealed; made by DataProtection, by the type's name in the stored key.</summary>
internal sealed class CookieKeyUnwrap(IServiceProvider services) : IXmlDecryptor
{
    public XElement Decrypt(XElement encryptedElement) =>
        XElement.Parse(Sealing.Open(encryptedElement.Value, CookieKeyWrap.Key(services.GetRequiredService<MasterKey>()), "cookie-key"));
}
