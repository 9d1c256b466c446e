using System.Collections.Immutable;
using Balie.Grains.Interfaces.Platform;
using Orleans.Concurrency;

namespace Balie.Grains.Interfaces.Tenancy;

/// <summary>The municipality: key <c>{tenant}/tenant</c>. Owns its name, theme, products, opening hours, staff and policies.</summary>
[Alias("ITenantGrain")]
public interface ITenantGrain : IGrainWithStringKey
{
    /// <summary>What everybody may know. Refused with <c>tenant.unknown</c> when no such municipality was set up.</summary>
    [Allow(CallerKind.Visitor, CallerKind.Participant, CallerKind.Staff, CallerKind.System, AnyVisit = true), Alias("View"), AlwaysInterleave]
    Task<TenantView> View(CancellationToken ct = default);

    /// <summary>All settings, for the rooms and for managers.</summary>
    [Allow(CallerKind.Visitor, CallerKind.Participant, CallerKind.Staff, CallerKind.System, AnyVisit = true), Alias("Settings"), AlwaysInterleave]
    Task<TenantSettings> Settings(CancellationToken ct = default);

    /// <summary>Sets the municipality up or replaces its settings; refused with the reason when they do not hold together (hours, contrast of the theme, staff).</summary>
    [Allow(CallerKind.System), Alias("Save")]
    Task Save(TenantSettings settings, CancellationToken ct = default);
}

[GenerateSerializer, Immutable, Alias("TenantView")]
public sealed record TenantView
{
    [Id(0)] public required string Code { get; init; }
    [Id(1)] public required string Name { get; init; }
    [Id(2)] public required Theme Theme { get; init; }
    [Id(3)] public required string Phone { get; init; }
    [Id(4)] public required string Email { get; init; }
    [Id(5)] public required string Address { get; init; }
    [Id(6)] public required ImmutableArray<ProductView> Products { get; init; }
}

/// <summary>Colours as <c>#rrggbb</c>. Contrast of text on them is checked (WCAG 2.2 1.4.3) when saved.</summary>
[GenerateSerializer, Immutable, Alias("Theme")]
public sealed record Theme
{
    /// <summary>Background of the header and of primary buttons; white text on it needs 4.5:1.</summary>
    [Id(0)] public required string Primary { get; init; }

    /// <summary>Links and accents on white; needs 4.5:1.</summary>
    [Id(1)] public required string Accent { get; init; }

    /// <summary>One or two letters, or an emblem word, shown in the header's mark.</summary>
    [Id(2)] public required string Mark { get; init; }

    /// <summary>Corner radius of buttons and fields, in CSS pixels.</summary>
    [Id(3)] public int Radius { get; init; } = 4;

    /// <summary>"sans" or "serif" headings.</summary>
    [Id(4)] public string Headings { get; init; } = "sans";
}

/// <summary>A product as a citizen sees it before booking.</summary>
[GenerateSerializer, Immutable, Alias("ProductView")]
public sealed record ProductView
{
    [Id(0)] public required string Id { get; init; }
    [Id(1)] public required string Name { get; init; }
    [Id(2)] public required string Summary { get; init; }
    [Id(3)] public required ImmutableArray<string> ToBring { get; init; }
    [Id(4)] public required ImmutableArray<string> WhatHappens { get; init; }
    [Id(5)] public required int DurationMinutes { get; init; }
    [Id(6)] public required bool RecordingOffered { get; init; }
    /// <summary>The means of proof that count: "itsme", "eid".</summary>
    [Id(7)] public required ImmutableArray<string> IdentityMeans { get; init; }
    /// <summary>Steps of the script in order: identity, explain, documents, record, hearing, report, sign, close.</summary>
    [Id(8)] public required ImmutableArray<string> Steps { get; init; }
    /// <summary>Outcomes an officer closes with: code and Dutch label.</summary>
    [Id(9)] public required ImmutableArray<Choice> Outcomes { get; init; }
    /// <summary>Sections of the report: code and Dutch heading.</summary>
    [Id(10)] public required ImmutableArray<Choice> ReportSections { get; init; }
    /// <summary>Name and summary in other languages, by language code ("en"); missing ones fall back to Dutch.</summary>
    [Id(11)] public ImmutableDictionary<string, ProductText> Translations { get; init; } = ImmutableDictionary<string, ProductText>.Empty;
}

[GenerateSerializer, Immutable, Alias("ProductText")]
public sealed record ProductText
{
    [Id(0)] public required string Name { get; init; }
    [Id(1)] public required string Summary { get; init; }
    [Id(2)] public ImmutableArray<string> ToBring { get; init; } = [];
    [Id(3)] public ImmutableArray<string> WhatHappens { get; init; } = [];
}

[GenerateSerializer, Immutable, Alias("Choice")]
public sealed record Choice([property: Id(0)] string Code, [property: Id(1)] string Label);

/// <summary>All settings of a municipality.</summary>
[GenerateSerializer, Immutable, Alias("TenantSettings")]
public sealed record TenantSettings
{
    [Id(0)] public required TenantView View { get; init; }
    /// <summary>Enterprise number (KBO), ten digits; also the ORG in staff roles (<c>BalieMedewerker:ORG</c>).</summary>
    [Id(1)] public required string OrganisationNumber { get; init; }
    /// <summary>IANA zone of the opening hours.</summary>
    [Id(2)] public string TimeZone { get; init; } = "Europe/Brussels";
    [Id(3)] public required ImmutableArray<OpeningHours> Hours { get; init; }
    /// <summary>Days without appointments, ISO dates.</summary>
    [Id(4)] public ImmutableArray<string> ClosedDays { get; init; } = [];
    [Id(5)] public required ImmutableArray<StaffMember> Staff { get; init; }
    [Id(6)] public required ImmutableArray<ProductRules> Rules { get; init; }
    /// <summary>Kilometres one way from a postal code to the counter.</summary>
    [Id(7)] public ImmutableDictionary<string, decimal> KilometresByPostalCode { get; init; } = ImmutableDictionary<string, decimal>.Empty;
    /// <summary>Kilometres one way when the postal code is not listed.</summary>
    [Id(8)] public decimal DefaultKilometres { get; init; } = 5;
    /// <summary>Grams of CO2 per avoided kilometre by the average way people come, with its source in <see cref="Co2Source"/>.</summary>
    [Id(9)] public decimal GramsCo2PerKilometre { get; init; }
    [Id(10)] public string Co2Source { get; init; } = "";
    [Id(11)] public ImmutableArray<WebhookEndpoint> Webhooks { get; init; } = [];
}

/// <summary>Wall time in the tenant's zone. <see cref="Day"/> 1 = Monday … 7 = Sunday (ISO 8601); times "HH:mm".</summary>
[GenerateSerializer, Immutable, Alias("OpeningHours")]
public sealed record OpeningHours([property: Id(0)] int Day, [property: Id(1)] string From, [property: Id(2)] string To);

/// <summary>A member of staff who takes appointments. <see cref="Subject"/> is the OpenID Connect <c>sub</c>.</summary>
[GenerateSerializer, Immutable, Alias("StaffMember")]
public sealed record StaffMember
{
    [Id(0)] public required string Id { get; init; }
    [Id(1)] public required string Subject { get; init; }
    [Id(2)] public required string Name { get; init; }
    /// <summary>Products this person handles.</summary>
    [Id(3)] public required ImmutableArray<string> Products { get; init; }
    /// <summary>Own hours inside the opening hours; empty means all of them.</summary>
    [Id(4)] public ImmutableArray<OpeningHours> Hours { get; init; } = [];
}

/// <summary>The rules of a product that citizens need not see.</summary>
[GenerateSerializer, Immutable, Alias("ProductRules")]
public sealed record ProductRules
{
    [Id(0)] public required string Product { get; init; }
    /// <summary>Minutes kept free after an appointment.</summary>
    [Id(1)] public int BufferMinutes { get; init; } = 5;
    /// <summary>Earliest bookable moment, minutes from now.</summary>
    [Id(2)] public int LeadMinutes { get; init; }
    /// <summary>How many days ahead one may book.</summary>
    [Id(3)] public int HorizonDays { get; init; } = 30;
    /// <summary>The waiting room opens this many minutes before the start.</summary>
    [Id(4)] public int DoorsOpenMinutes { get; init; } = 15;
    /// <summary>The waiting room closes this many minutes after the planned end when nobody was admitted.</summary>
    [Id(5)] public int GraceMinutes { get; init; } = 30;
    /// <summary>acr values that count as proof.</summary>
    [Id(6)] public required ImmutableArray<string> AcceptedAcr { get; init; }
    /// <summary>Name of the report template: "hoorzitting" or "verslag".</summary>
    [Id(7)] public string ReportTemplate { get; init; } = "verslag";
    /// <summary>Version and text of the question about recording.</summary>
    [Id(8)] public string ConsentTextVersion { get; init; } = "nl-1";
}

/// <summary>Where events of the back office go. The secret is <c>whsec_</c> base64 (Standard Webhooks).</summary>
[GenerateSerializer, Immutable, Alias("WebhookEndpoint")]
public sealed record WebhookEndpoint([property: Id(0)] string Id, [property: Id(1)] string Url, [property: Id(2)] string Secret);
