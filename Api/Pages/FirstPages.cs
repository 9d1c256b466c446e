using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using Balie.Api.Tenancy;
using Balie.Grains.Interfaces.Tenancy;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;

namespace Balie.Api.Pages;

/// <summary>
/// The pages that a citizen opens first, as the client would draw them: the client's build made their templates (<c>first.json</c>), the municipality's data fills them.
/// The data travels in the page too, so that the client draws the same without asking for it.
/// </summary>
public sealed class FirstPages(ClientFiles files, IOptions<JsonOptions> json)
{
    private static readonly string[] Products = ["products", "products-none"];

    // What ASP.NET writes as JSON leaves < as it is, which is no good between script tags.
    private readonly JsonSerializerOptions _inPage = new(json.Value.SerializerOptions) { Encoder = JavaScriptEncoder.Create(UnicodeRanges.All) };
    private readonly Lazy<IReadOnlyDictionary<string, LanguagePages>?> _languages = new(() => Read(files));

    /// <summary>Whether the client was built.</summary>
    public bool Exist => _languages.Value is not null;

    /// <summary>The first of these languages that there are pages in, else Dutch.</summary>
    public string LanguageOf(params ReadOnlySpan<string?> wanted)
    {
        foreach (var language in wanted)
            if (language is not null && _languages.Value?.ContainsKey(language) == true) return language;
        return "nl";
    }

    /// <summary>A whole document.</summary>
    /// <param name="page">Which one; of those that show a product, <paramref name="product"/> is the one.</param>
    public string Of(FirstPageKind page, string language, TenantView tenant, ProductView? product)
    {
        var templates = _languages.Value![language];
        var filling = Filled(templates, language, tenant, product);
        var template = templates.Pages[NameOf(page, tenant, product)];
        return Document(templates, language, filling, template, ThemeSheet.LinkTo(tenant), $" data-headings=\"{PlainPage.Text(tenant.Theme.Headings)}\"", JsonSerializer.Serialize(tenant, _inPage));
    }

    /// <summary>The document for when the room does not answer: it waits, and the client asks and says what is wrong.</summary>
    public string Waiting(string language, TenantName tenant)
    {
        var templates = _languages.Value![language];
        return Document(templates, language, new Filling().Text("name", tenant.Name), templates.Pages["nothing"], ThemeSheet.PathOf(tenant.Code), "", "null");
    }

    private static string Document(LanguagePages templates, string language, Filling filling, PageTemplate page, string theme, string headings, string data) =>
        templates.Document.Fill(new Filling()
            .Text("language", language)
            .Markup("headings", headings)
            .Markup("title", page.Title.Fill(filling))
            .Text("theme", theme)
            .Markup("whole", page.Whole ? " data-whole" : "")
            .Markup("body", page.Body.Fill(filling))
            .Markup("data", data));

    private static string NameOf(FirstPageKind page, TenantView tenant, ProductView? product) => page switch
    {
        FirstPageKind.Products => Products[tenant.Products.IsEmpty ? 1 : 0],
        FirstPageKind.Accessibility => "accessibility",
        FirstPageKind.Own => "waiting",
        _ when product is null => "unknown",
        FirstPageKind.Moment => "moment",
        FirstPageKind.Details => "waiting",
        _ => $"product{(product.IdentityMeans.IsEmpty ? "" : "-identity")}{(product.RecordingOffered ? "-recording" : "")}",
    };

    private static Filling Filled(LanguagePages templates, string language, TenantView tenant, ProductView? product)
    {
        var filling = new Filling()
            .Text("code", tenant.Code)
            .Text("name", tenant.Name)
            .Text("mark", tenant.Theme.Mark)
            .Text("phone number", tenant.Phone)
            .Text("phonenumber", string.Concat(tenant.Phone.Where(c => !char.IsWhiteSpace(c))))
            .Text("email", tenant.Email)
            .List("products", tenant.Products, (card, one) => Words(card.Text("products/id", one.Id).Text("products/minutes", Number(one.DurationMinutes)), "products/name", "products/summary", one.In(language)));
        if (product is null) return filling;
        var words = product.In(language);
        return Words(filling, "product name", "summary", words)
            .Text("product", product.Id)
            .Text("minutes", Number(product.DurationMinutes))
            .Text("means", string.Join($" {templates.Or} ", product.IdentityMeans.Select(m => templates.Means.GetValueOrDefault(m, m))))
            .List("toBring", words.ToBring, (line, text) => line.Text("toBring/line", text))
            .List("whatHappens", words.WhatHappens, (line, text) => line.Text("whatHappens/line", text));
    }

    private static Filling Words(Filling filling, string name, string summary, ProductText words) => filling.Text(name, words.Name).Text(summary, words.Summary);

    private static string Number(int number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static Dictionary<string, LanguagePages>? Read(ClientFiles files)
    {
        if (files.Entry("first.json") is not { } file) return null;
        using var stream = file.CreateReadStream();
        using var written = JsonDocument.Parse(stream);
        return written.RootElement.EnumerateObject().ToDictionary(language => language.Name, language => LanguagePages.Read(language.Value));
    }

    private sealed record PageTemplate(Template Title, Template Body, bool Whole);

    private sealed record LanguagePages(Template Document, IReadOnlyDictionary<string, PageTemplate> Pages, string Or, IReadOnlyDictionary<string, string> Means)
    {
        public static LanguagePages Read(JsonElement language)
        {
            var words = language.GetProperty("words");
            return new(
                Template.Read(language.GetProperty("document")),
                language.GetProperty("pages").EnumerateObject().ToDictionary(p => p.Name, p => ReadPage(p.Value)),
                words.GetProperty("or").GetString()!,
                words.GetProperty("means").EnumerateObject().ToDictionary(m => m.Name, m => m.Value.GetString()!));
        }

        private static PageTemplate ReadPage(JsonElement page) =>
            new(Template.Read(page.GetProperty("title")), Template.Read(page.GetProperty("body")), page.GetProperty("whole").GetBoolean());
    }
}

/// <summary>The citizen's pages. <see cref="Own"/> ones show what only the browser knows: it draws them itself, within the municipality's header and footer.</summary>
public enum FirstPageKind
{
    Products,
    Product,
    Moment,
    Details,
    Own,
    Accessibility,
}
