using System.Text.Json;
using Balie.Grains.Interfaces.Booking;
using Balie.Grains.Interfaces.Impact;
using Balie.Grains.Interfaces.Platform;
using Balie.Grains.Interfaces.Tenancy;
using Balie.Grains.Platform;

namespace Balie.Grains.Booking;

/// <summary>What the Impact room hears of a visit that took place, in an outbox stream of its own.</summary>
internal static class ImpactNotes
{
    public static void Done(JournalWrite write, string visit, Appointment before, VisitClosed closed, TenantSettings settings) =>
        Send(write, visit, ImpactMessage.Done, new VisitDone
        {
            Visit = visit,
            Product = before.Booked!.Product,
            BookedAt = before.BookedAt,
            ClosedAt = closed.At,
            DoneInOneGo = closed.DoneInOneGo,
            KilometresOneWay = settings.KilometresByPostalCode.GetValueOrDefault(before.Booked.PostalCode ?? "", settings.DefaultKilometres),
            GramsCo2PerKilometre = settings.GramsCo2PerKilometre,
            Score = before.Rated?.Score,
        });

    public static void Scored(JournalWrite write, string visit, int score) => Send(write, visit, ImpactMessage.Scored, new VisitScored(visit, score));

    private static void Send<T>(JournalWrite write, string visit, string kind, T note) =>
        write.Send($"impact/{visit}", new PendingMessage(kind, JsonSerializer.Serialize(note, PlatformJson.Plain), $"{visit}.{kind}"));
}
