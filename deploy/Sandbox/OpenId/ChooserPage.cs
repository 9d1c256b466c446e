using System.Text;
using Balie.Sandbox.Pages;
using OpenIddict.Abstractions;

namespace Balie.Sandbox.OpenId;

/// <summary>The login page: every invented person with a button for each means that person owns.</summary>
public sealed class ChooserPage(AccountBook book)
{
    public IResult Show(OpenIddictRequest request, string? problem = null)
    {
        var client = book.Client(request.ClientId)!;
        var asked = Means.Asked(request.AcrValues);
        var body = new StringBuilder();
        body.Append($"""
            <p class="lead">U meldt zich aan bij <strong>{Html.Text(client.Name)}</strong>. Kies wie u bent en waarmee u zich aanmeldt.
            Deze mensen zijn verzonnen; er is geen kaart of wachtwoord nodig.</p>
            """);
        if (problem is not null)
            body.Append($"""<p class="notice notice-bad" role="alert">{Html.Text(problem)}</p>""");
        if (asked.Count > 0)
            body.Append($"""
                <p class="notice" data-asked="{Html.Text(string.Join(' ', asked.Select(means => means.Code)))}">De toepassing vraagt:
                <strong>{Html.Text(string.Join(" of ", asked.Select(means => means.Name)))}</strong>.
                Een ander middel kan ook, om te oefenen wat er dan gebeurt.</p>
                """);
        body.Append("""<form method="post" action="/op/v1/auth">""");
        foreach (var (name, value) in request.GetParameters())
            if (!name.StartsWith("sandbox_", StringComparison.Ordinal) && (string?)value is { } text)
                body.Append($"""<input type="hidden" name="{Html.Text(name)}" value="{Html.Text(text)}">""");
        foreach (var group in book.People.GroupBy(person => person.Audience).OrderBy(group => group.Key != client.Audience))
            AppendGroup(body, group.Key, group, asked);
        body.Append("""
            <p class="cancel"><button class="quiet" id="annuleer" data-cancel name="sandbox_choice" value="cancel">Annuleren en teruggaan</button></p></form>
            """);
        return Html.Page("Kies een testpersoon", body.ToString(), "Oefenaanmelding").AsResult();
    }

    private static void AppendGroup(StringBuilder body, string audience, IEnumerable<Person> people, IReadOnlyList<Means> asked)
    {
        body.Append($"""
            <section aria-labelledby="groep-{audience}"><h2 id="groep-{audience}">{(audience == "staff" ? "Medewerkers" : "Burgers")}</h2>
            <ul class="people">
            """);
        foreach (var person in people)
            AppendPerson(body, person, asked);
        body.Append("</ul></section>");
    }

    private static void AppendPerson(StringBuilder body, Person person, IReadOnlyList<Means> asked)
    {
        body.Append($"""
            <li class="person" data-person="{person.Id}"><h3 id="naam-{person.Id}">{Html.Text(person.FullName)}</h3>
            <p>{Html.Text(person.About)}<br><span class="small">Rijksregisternummer {Readable(person.Rrn)}</span></p>
            <div class="means" role="group" aria-labelledby="naam-{person.Id}">
            """);
        foreach (var means in person.Means.Select(code => Means.ByCode(code)!).OrderBy(means => asked.Count > 0 && !asked.Contains(means)))
            body.Append($"""
                <button id="kies-{person.Id}-{means.Code}" data-account="{person.Id}" data-means="{means.Code}" name="sandbox_choice"
                value="{person.Id}/{means.Code}"{(asked.Count > 0 && !asked.Contains(means) ? " class=\"quiet\"" : "")}
                aria-labelledby="naam-{person.Id} kies-{person.Id}-{means.Code}">{Html.Text(means.Name)}
                <span class="level">{means.Level}</span></button>
                """);
        body.Append("</div></li>");
    }

    private static string Readable(string rrn) => $"{rrn[..2]}.{rrn[2..4]}.{rrn[4..6]}-{rrn[6..9]}.{rrn[9..]}";
}
