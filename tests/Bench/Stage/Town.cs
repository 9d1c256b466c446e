using Balie.Grains.Interfaces.Platform;
using Balie.Grains.Interfaces.Tenancy;

namespace Balie.Bench;

/// <summary>An invented municipality with one product of half an hour, open every day of the week from nine to five.</summary>
internal static class Town
{
    public const string Product = "hoorzitting";
    public const int Minutes = 30;
    public const int OpensAt = 9;
    public const int ClosesAt = 17;

    public static TenantSettings Of(int staff, string code = BenchSilo.Tenant) => new()
    {
        View = new TenantView
        {
            Code = code,
            Name = $"Gemeente {code}",
            Theme = new Theme { Primary = "#0b5563", Accent = "#9a3412", Mark = "M" },
            Phone = "015 00 00 00",
            Email = $"balie@{code}.example",
            Address = "Marktplein 1",
            Products =
            [
                new ProductView
                {
                    Id = Product,
                    Name = "Hoorzitting",
                    Summary = "Een gesprek over een boete.",
                    ToBring = ["De brief"],
                    WhatHappens = ["Je vertelt je verhaal."],
                    DurationMinutes = Minutes,
                    RecordingOffered = false,
                    IdentityMeans = ["itsme"],
                    Steps = ["identity", "explain", "report", "sign", "close"],
                    Outcomes = [new Choice("gehoord", "Gehoord")],
                    ReportSections = [new Choice("feiten", "De feiten")],
                },
            ],
        },
        OrganisationNumber = "0400000086",
        TimeZone = "Europe/Brussels",
        Hours = [.. Enumerable.Range(1, 7).Select(day => new OpeningHours(day, $"{OpensAt:00}:00", $"{ClosesAt:00}:00"))],
        Staff = [.. Enumerable.Range(0, staff).Select(n => new StaffMember { Id = StaffId(n), Subject = $"sub-{n}", Name = $"Medewerker {n}", Products = [Product] })],
        Rules = [new ProductRules { Product = Product, BufferMinutes = 0, HorizonDays = 60, AcceptedAcr = ["high"] }],
    };

    public static string StaffId(int number) => $"m{number:000}";

    public static async Task SetUpAsync(BenchSilo silo, TenantSettings settings, CancellationToken ct)
    {
        BenchSilo.Be(Caller.System(settings.View.Code, "bench"));
        await silo.Grain<ITenantGrain>("tenant", settings.View.Code).Save(settings, ct);
    }
}
