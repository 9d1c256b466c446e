using System.Text.Json;
using Balie.Grains.Interfaces.Booking;
using Balie.Grains.Interfaces.Integrations;
using Balie.Grains.Interfaces.Platform;
using Balie.Grains.Interfaces.Tenancy;
using Balie.Grains.Platform;

namespace Balie.Grains.Booking;

/// <summary>What the back office hears of a visit: that it was booked, cancelled or closed; never about whom.</summary>
internal static class BackOffice
{
    public static BackOfficeEvent Booked(string tenant, string visit, string product, DateTimeOffset start, DateTimeOffset end) =>
        Event("booked", tenant, visit, product, start, end);

    public static BackOfficeEvent Cancelled(string tenant, string visit, string product, DateTimeOffset start, DateTimeOffset end) =>
        Event("cancelled", tenant, visit, product, start, end);

    public static BackOfficeEvent Closed(string tenant, string visit, AppointmentBooked booked, VisitClosed closed) =>
        Event("closed", tenant, visit, booked.Product, booked.Start, booked.End) with { Outcome = closed.Outcome, DoneInOneGo = closed.DoneInOneGo };

    /// <summary>Codes of the addresses that want to hear.</summary>
    public static async Task<IReadOnlyList<string>> Endpoints(IGrainFactory grains, string tenant, CancellationToken ct) =>
        [.. (await grains.GetGrain<ITenantGrain>(GrainKey.Of(tenant, "tenant").ToString()).Settings(ct)).Webhooks.Select(w => w.Id)];

    /// <summary>One message an address, in a stream of its own: an address that does not answer holds up nothing else.</summary>
    public static void Send(JournalWrite write, IReadOnlyList<string> endpoints, BackOfficeEvent happened)
    {
        foreach (var endpoint in endpoints)
        {
            var payload = JsonSerializer.Serialize(happened with { Endpoint = endpoint, At = write.At }, PlatformJson.Plain);
            write.Send($"webhook/{endpoint}.{happened.Visit}", new PendingMessage(OutboxKind.Webhook, payload, $"{happened.Visit}-{happened.What}-{endpoint}"));
        }
    }

    private static BackOfficeEvent Event(string what, string tenant, string visit, string product, DateTimeOffset start, DateTimeOffset end) => new()
    {
        What = what,
        Tenant = tenant,
        Visit = visit,
        Product = product,
        Start = start,
        End = end,
    };
}
