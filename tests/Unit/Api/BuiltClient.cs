using System.IO.Compression;
using System.Text;
using System.Text.Json;

namespace Balie.Unit.Tests.Api;

/// <summary>What the client's build leaves for the door, in small: the templates of the first pages, the entry for staff, and an asset in three forms.</summary>
public sealed class BuiltClient : IDisposable
{
    public string Root { get; } = Directory.CreateTempSubdirectory("balie-pages-").FullName;

    public async Task WriteAsync()
    {
        await File.WriteAllTextAsync(Path.Combine(Root, "first.json"), JsonSerializer.Serialize(new { nl = Language("Waarvoor?", "of", "de kaart"), en = Language("What for?", "or", "the card") }));
        await File.WriteAllTextAsync(Path.Combine(Root, "balie.html"), "<!doctype html><title>medewerker</title>");
        Directory.CreateDirectory(Path.Combine(Root, "assets"));
        var asset = Path.Combine(Root, "assets", "app-1a2b.js");
        await File.WriteAllTextAsync(asset, "export {}");
        await using (var brotli = new BrotliStream(File.Create($"{asset}.br"), CompressionLevel.Optimal)) await brotli.WriteAsync(Encoding.UTF8.GetBytes("export {}"));
        await using (var gzip = new GZipStream(File.Create($"{asset}.gz"), CompressionLevel.Optimal)) await gzip.WriteAsync(Encoding.UTF8.GetBytes("export {}"));
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);

    private static object Language(string title, string or, string card)
    {
        object[] product = ["<h1>", Hole("product name"), "</h1><ul>", Each("toBring", "<li>", Hole("toBring/line"), "</li>"), "</ul>", Hole("means"), Hole("summary"), Hole("mark"), Hole("email"), Hole("phonenumber"), Hole("minutes"), Each("whatHappens", Hole("whatHappens/line"))];
        return new
        {
            document = (object[])
            [
                "<!doctype html><html lang=\"", Hole("language"), "\"", Hole("headings"), "><title>", Hole("title"), "</title><link id=\"balie-theme\" href=\"", Hole("theme"), "\"><div id=\"root\"", Hole("whole"), ">",
                Hole("body"), "</div><script type=\"application/json\">", Hole("data"), "</script>",
            ],
            words = new { or, means = new { eid = card } },
            pages = new Dictionary<string, object>
            {
                ["products"] = Page(
                    true, [title, " - ", Hole("name")], "<b>", Hole("mark"), "</b><ul>",
                    Each("products", "<li><a href=\"/", Hole("code"), "/p/", Hole("products/id"), "\">", Hole("products/name"), "</a> ", Hole("products/minutes"), " min</li>"),
                    "</ul><a href=\"tel:", Hole("phonenumber"), "\">", Hole("phone number"), "</a>"),
                ["products-none"] = Page(true, [title], "Bel ons"),
                ["product-identity"] = Page(true, [Hole("product name")], product),
                ["moment"] = Page(true, ["Moment"], Hole("product name")),
                ["accessibility"] = Page(true, ["Toegankelijkheid"], "Voor iedereen"),
                ["unknown"] = Page(true, ["Weg"], "Bestaat niet <a href=\"/", Hole("code"), "\">terug</a>"),
                ["waiting"] = Page(false, [Hole("name")], Hole("name"), ": even geduld"),
                ["nothing"] = Page(false, [Hole("name")], "even geduld"),
            },
        };
    }

    private static object Hole(string name) => new { hole = name };

    private static object Each(string list, params object[] of) => new { each = list, of };

    private static object Page(bool whole, object[] title, params object[] body) => new { title, body, whole };
}
