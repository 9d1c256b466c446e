using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Balie.Grains.Interfaces.Platform;

namespace Balie.Api.Documents;

/// <summary>
/// Command ids of looks: a viewer that reads a file in many ranges looks once. The same caller, browser and file give the same id within
/// ten minutes.
/// </summary>
public sealed class LookIds(TimeProvider clock)
{
    private const long WindowSeconds = 600;

    public Guid Of(Caller caller, string what)
    {
        var window = clock.GetUtcNow().ToUnixTimeSeconds() / WindowSeconds;
        var text = string.Create(CultureInfo.InvariantCulture, $"look|{caller.Tenant}|{caller.Kind}|{caller.Id}|{caller.Session}|{what}|{window}");
        return new Guid(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 16));
    }
}
