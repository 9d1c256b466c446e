using System.Globalization;
using Balie.Grains.Interfaces.Platform;
using Balie.Grains.Interfaces.Tenancy;
using Balie.Grains.Platform;
using NodaTime;
using NodaTime.Text;

namespace Balie.Grains.Tenancy;

/// <summary>Whether the settings of a municipality hold together. Pure; every wrong field is named with the reason.</summary>
public static class SettingsCheck
{
    private static readonly HashSet<string> Steps = ["identity", "explain", "documents", "record", "hearing", "report", "sign", "close"];
    private static readonly HashSet<string> Means = ["itsme", "eid"];
    private static readonly HashSet<string> Templates = ["hoorzitting", "verslag"];

    public static IReadOnlyList<BalieError> Errors(TenantSettings settings) =>
    [
        .. Identity(settings),
        .. Colours(settings.View.Theme),
        .. Hours(settings.Hours, "hours"),
        .. Days(settings),
        .. Products(settings),
        .. Staff(settings),
        .. Trips(settings),
        .. Webhooks(settings),
    ];

    private static IEnumerable<BalieError> Identity(TenantSettings settings)
    {
        var view = settings.View;
        if (!GrainKey.IsPart(view.Code) || view.Code.Any(c => char.IsAsciiLetterUpper(c) || c is '_' or '.'))
            yield return Error("tenant.code", "De code bestaat uit kleine letters, cijfers en koppeltekens.", "view.code");
        if (string.IsNullOrWhiteSpace(view.Name)) yield return Error("tenant.name", "De gemeente heeft een naam nodig.", "view.name");
        if (!OrganisationNumber.IsValid(settings.OrganisationNumber))
            yield return Error("tenant.organisation-number", "Het ondernemingsnummer klopt niet: het telt tien cijfers, de laatste twee zijn een controle.", "organisationNumber");
        if (DateTimeZoneProviders.Tzdb.GetZoneOrNull(settings.TimeZone) is null)
            yield return Error("tenant.time-zone", $"De tijdzone \"{settings.TimeZone}\" bestaat niet.", "timeZone");
    }

    private static IEnumerable<BalieError> Colours(Theme theme)
    {
        foreach (var (colour, field, use) in new[] { (theme.Primary, "primary", "witte tekst op deze kleur"), (theme.Accent, "accent", "tekst in deze kleur op wit") })
        {
            if (!Contrast.IsColour(colour))
                yield return Error("theme.colour", "Een kleur schrijf je als #rrggbb.", $"view.theme.{field}");
            else if (Contrast.Ratio(colour, "#ffffff") is var ratio and < Contrast.Text)
                yield return Error("theme.contrast", string.Create(Dutch, $"Te weinig contrast: {use} haalt {ratio:0.00} op 1, en 4,5 op 1 is nodig om het te kunnen lezen."), $"view.theme.{field}");
        }

        if (theme.Radius is < 0 or > 32) yield return Error("theme.radius", "De ronding ligt tussen 0 en 32 pixels.", "view.theme.radius");
        if (theme.Headings is not ("sans" or "serif")) yield return Error("theme.headings", "Titels zijn \"sans\" of \"serif\".", "view.theme.headings");
        if (theme.Mark.Trim() is not { Length: > 0 and <= 12 }) yield return Error("theme.mark", "Het teken in de kop telt één tot twaalf letters.", "view.theme.mark");
    }

    private static IEnumerable<BalieError> Hours(IReadOnlyList<OpeningHours> hours, string field)
    {
        var read = hours.Select(WallHours.Read).ToList();
        for (var i = 0; i < read.Count; i++)
        {
            if (read[i] is not { } one)
                yield return Error("hours.form", "Uren schrijf je als dag 1 tot 7 en HH:mm, en het einde komt na het begin.", $"{field}[{i}]");
            else if (read.Take(i).Any(earlier => earlier is { } other && other.Overlaps(one)))
                yield return Error("hours.overlap", "Deze uren vallen samen met andere van dezelfde dag.", $"{field}[{i}]");
        }
    }

    private static IEnumerable<BalieError> Days(TenantSettings settings) =>
        settings.ClosedDays.Select((day, i) => (day, i)).Where(d => !LocalDatePattern.Iso.Parse(d.day).Success)
            .Select(d => Error("closed-days.form", "Een sluitingsdag schrijf je als jaar-maand-dag.", $"closedDays[{d.i}]"));

    private static IEnumerable<BalieError> Products(TenantSettings settings)
    {
        var products = settings.View.Products;
        if (products.Select(p => p.Id).Distinct().Count() < products.Length)
            yield return Error("products.twice", "Elk product heeft een eigen code.", "view.products");
        foreach (var product in products)
        {
            var field = $"view.products[{product.Id}]";
            if (!GrainKey.IsPart(product.Id)) yield return Error("product.id", "De code van een product bestaat uit letters, cijfers en koppeltekens.", field);
            if (product.DurationMinutes is < 5 or > 240) yield return Error("product.duration", "Een afspraak duurt 5 tot 240 minuten.", $"{field}.durationMinutes");
            if (product.Steps.Except(Steps).Any()) yield return Error("product.steps", "Een stap van dit product bestaat niet.", $"{field}.steps");
            if (product.RecordingOffered != product.Steps.Contains("record"))
                yield return Error("product.recording", "De stap \"record\" hoort bij een product met opname, en alleen daarbij.", $"{field}.steps");
            if (product.IdentityMeans.IsEmpty || product.IdentityMeans.Except(Means).Any())
                yield return Error("product.means", "Kies itsme, eid of allebei.", $"{field}.identityMeans");
            if (product.Outcomes.IsEmpty) yield return Error("product.outcomes", "Een product heeft minstens één uitkomst.", $"{field}.outcomes");
            if (product.ReportSections.IsEmpty) yield return Error("product.report", "Een verslag heeft minstens één deel.", $"{field}.reportSections");
            foreach (var error in Rules(settings, product)) yield return error;
        }

        foreach (var stray in settings.Rules.Where(r => products.All(p => p.Id != r.Product)))
            yield return Error("rules.stray", $"Er zijn regels voor \"{stray.Product}\", maar dat product bestaat niet.", "rules");
    }

    private static IEnumerable<BalieError> Rules(TenantSettings settings, ProductView product)
    {
        var field = $"rules[{product.Id}]";
        var found = settings.Rules.Where(r => r.Product == product.Id).ToList();
        if (found.Count != 1)
        {
            yield return Error("rules.one", "Elk product heeft precies één stel regels.", field);
            yield break;
        }

        var rules = found[0];
        if (rules.BufferMinutes is < 0 or > 120) yield return Error("rules.buffer", "De vrije tijd erna ligt tussen 0 en 120 minuten.", $"{field}.bufferMinutes");
        if (rules.LeadMinutes < 0) yield return Error("rules.lead", "Een afspraak ligt niet in het verleden.", $"{field}.leadMinutes");
        if (rules.HorizonDays is < 1 or > 180) yield return Error("rules.horizon", "Je kan 1 tot 180 dagen vooruit boeken.", $"{field}.horizonDays");
        if (rules.DoorsOpenMinutes < 0 || rules.GraceMinutes < 0) yield return Error("rules.doors", "De wachtkamer gaat niet open na het begin of dicht voor het einde.", field);
        if (rules.AcceptedAcr.IsEmpty) yield return Error("rules.acr", "Zeg welk niveau van aanmelden telt als bewijs.", $"{field}.acceptedAcr");
        if (!Templates.Contains(rules.ReportTemplate)) yield return Error("rules.template", "Dit sjabloon voor het verslag bestaat niet.", $"{field}.reportTemplate");
    }

    private static IEnumerable<BalieError> Staff(TenantSettings settings)
    {
        if (settings.Staff.Select(s => s.Id).Distinct().Count() < settings.Staff.Length || settings.Staff.Select(s => s.Subject).Distinct().Count() < settings.Staff.Length)
            yield return Error("staff.twice", "Elke medewerker heeft een eigen code en een eigen aanmelding.", "staff");
        var opening = settings.Hours.Select(WallHours.Read).OfType<WallHours>().ToList();
        foreach (var member in settings.Staff)
        {
            var field = $"staff[{member.Id}]";
            // A hold is {staff}.{visit}: a full stop in the staff code would make it read two ways.
            if (!GrainKey.IsPart(member.Id) || member.Id.Contains('.')) yield return Error("staff.id", "De code van een medewerker bestaat uit letters, cijfers en koppeltekens.", field);
            if (string.IsNullOrWhiteSpace(member.Name) || string.IsNullOrWhiteSpace(member.Subject)) yield return Error("staff.name", "Een medewerker heeft een naam en een aanmelding.", field);
            if (member.Products.Except(settings.View.Products.Select(p => p.Id)).Any()) yield return Error("staff.products", "Deze medewerker behandelt een product dat niet bestaat.", $"{field}.products");
            foreach (var error in Hours(member.Hours, $"{field}.hours")) yield return error;
            if (member.Hours.Select(WallHours.Read).OfType<WallHours>().Any(own => !opening.Any(o => o.Contains(own))))
                yield return Error("staff.outside", "Uren van een medewerker liggen binnen de openingsuren.", $"{field}.hours");
        }

        foreach (var product in settings.View.Products.Where(p => !settings.Staff.Any(s => s.Products.Contains(p.Id))))
            yield return Error("product.nobody", $"Niemand behandelt \"{product.Name}\".", "staff");
    }

    private static IEnumerable<BalieError> Trips(TenantSettings settings)
    {
        if (settings.DefaultKilometres < 0 || settings.KilometresByPostalCode.Values.Any(km => km < 0))
            yield return Error("trips.kilometres", "Een afstand is niet kleiner dan nul.", "kilometresByPostalCode");
        if (settings.KilometresByPostalCode.Keys.Any(code => code is not { Length: 4 } || !code.All(char.IsAsciiDigit)))
            yield return Error("trips.postal-code", "Een postcode telt vier cijfers.", "kilometresByPostalCode");
        if (settings.GramsCo2PerKilometre < 0) yield return Error("trips.co2", "De uitstoot is niet kleiner dan nul.", "gramsCo2PerKilometre");
        if (settings.GramsCo2PerKilometre > 0 && string.IsNullOrWhiteSpace(settings.Co2Source))
            yield return Error("trips.source", "Zeg waar het cijfer voor de uitstoot vandaan komt.", "co2Source");
    }

    private static IEnumerable<BalieError> Webhooks(TenantSettings settings)
    {
        if (settings.Webhooks.Select(w => w.Id).Distinct().Count() < settings.Webhooks.Length)
            yield return Error("webhooks.twice", "Elk adres voor berichten heeft een eigen code.", "webhooks");
        foreach (var hook in settings.Webhooks)
        {
            if (!GrainKey.IsPart(hook.Id) || hook.Id.Contains('.'))
                yield return Error("webhook.id", "De code van een adres voor berichten bestaat uit letters, cijfers en koppeltekens.", "webhooks");
            if (!Uri.TryCreate(hook.Url, UriKind.Absolute, out var url) || url.Scheme is not ("https" or "http") || url.UserInfo.Length > 0)
                yield return Error("webhook.url", "Een adres voor berichten begint met https://.", $"webhooks[{hook.Id}].url");
            if (!IsSecret(hook.Secret))
                yield return Error("webhook.secret", "Het geheim is whsec_ gevolgd door 24 tot 64 bytes in base64.", $"webhooks[{hook.Id}].secret");
        }
    }

    private static bool IsSecret(string secret)
    {
        var bytes = new byte[96];
        return secret.StartsWith("whsec_", StringComparison.Ordinal) && Convert.TryFromBase64String(secret[6..], bytes, out var length) && length is >= 24 and <= 64;
    }

    private static readonly CultureInfo Dutch = CultureInfo.GetCultureInfo("nl-BE");

    private static BalieError Error(string code, string message, string field) => BalieError.Invalid(code, message, field);
}
