using System.Buffers;
using Balie.Grains.Interfaces.Tenancy;

namespace Balie.Api.Pages;

/// <summary>
/// For an address that leads nowhere: what is wrong, and what can be done now. Within a municipality it wears its colours and leads to the first page, where the phone number
/// stands; elsewhere it leads to the list of municipalities, which everybody may see.
/// </summary>
public static class NowherePage
{
    /// <summary>Longer than this is no address that somebody typed, and nothing to show.</summary>
    private const int Shown = 80;

    /// <summary>No more than that: a page in a municipality's colours does not say what somebody put in a link.</summary>
    private static readonly SearchValues<char> Plain = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/-_.");

    public static IResult Of(HttpRequest request, ITenantDirectory known)
    {
        var path = request.Path.Value ?? "/";
        var code = path.Split('/', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault();
        var municipality = known.Tenants.FirstOrDefault(t => t.Code == code);
        return PlainPage.Of("Deze pagina bestaat niet", Body(path, municipality), StatusCodes.Status404NotFound, municipality?.Code, municipality?.Name);
    }

    private static string Body(string path, TenantName? municipality)
    {
        var named = path.Length > Shown || path.AsSpan().ContainsAnyExcept(Plain) ? "" : $"<p>Op dit adres staat niets: <strong>{path.Replace("/", "/<wbr>", StringComparison.Ordinal)}</strong></p>";
        var (onward, help) = municipality is { Name: var name, Code: var code }
            ? ($"<a class=\"button\" href=\"/{PlainPage.Text(code)}\">Naar {PlainPage.Text(name)}</a>", $"Lukt het niet? Op de eerste pagina van {PlainPage.Text(name)} staat het telefoonnummer.")
            : ("<a class=\"button\" href=\"/\">Kies je gemeente</a>", "Lukt het niet? Kies je gemeente. Op die pagina staat het telefoonnummer.");
        return $"""
            <div class="text">
            {named}
            <h2>Wat kan je doen?</h2>
            <ul>
            <li>Kijk of het adres juist geschreven is.</li>
            <li>Kreeg je een link in een mail? Open die mail en klik op de link.</li>
            <li>{help}</li>
            </ul>
            </div>
            <p>{onward}</p>
            """;
    }
}
