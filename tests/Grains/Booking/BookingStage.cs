using System.Runtime.CompilerServices;
using System.Text.Json;
using Balie.Grains.Interfaces.Booking;
using Balie.Grains.Interfaces.Integrations;
using Balie.Grains.Interfaces.Platform;
using Balie.Grains.Interfaces.Tenancy;
using Balie.Grains.Platform;
using Balie.Grains.Platform.Keys;
using Balie.Grains.Tenancy;
using Balie.Grains.Tests.Platform;
using Microsoft.Extensions.DependencyInjection;

namespace Balie.Grains.Tests.Booking;

/// <summary>A silo with both example municipalities, on the real journal and a clock that the test moves.</summary>
public sealed class BookingStage : IAsyncDisposable
{
    public const string Tenant = "zonnedaal";

    private BookingStage(RoomCluster cluster) => Cluster = cluster;

    public RoomCluster Cluster { get; }

    public ISlotFinderGrain Slots => Cluster.Grain<ISlotFinderGrain>(Tenant, "slots");

    public static async Task<BookingStage> StartAsync(Database database, Func<TenantSettings, TenantSettings>? change = null, Action<Orleans.Hosting.ISiloBuilder>? configure = null)
    {
        var stage = new BookingStage(await RoomCluster.StartAsync(database, configure));
        foreach (var code in new[] { Tenant, "rivierbeke" })
        {
            var settings = ExampleMunicipality.Read(await File.ReadAllTextAsync(Path.Combine(Examples(), $"{code}.json"))).Settings;
            using var _ = RoomCluster.As(Caller.System(code, "test"));
            await stage.Cluster.Grain<ITenantGrain>(code, "tenant").Save(change?.Invoke(settings) ?? settings);
        }

        return stage;
    }

    /// <summary>Calls inside are a passer-by's.</summary>
    public static IDisposable Visitor(string tenant = Tenant) => RoomCluster.As(Caller.Visitor(tenant));

    public async Task<IReadOnlyList<Slot>> Free(string product, string day)
    {
        using var _ = Visitor();
        return [.. (await Slots.Find(new SlotQuery { Product = product, From = day, Days = 1 })).Days.SelectMany(d => d.Slots)];
    }

    public async Task<HoldView> Hold(string product, DateTimeOffset start, Guid? command = null)
    {
        using var _ = Visitor();
        return await Slots.Hold(new HoldSlot { CommandId = command ?? Guid.NewGuid(), Product = product, Start = start });
    }

    public async Task<BookingReceipt> Book(string hold, Func<BookAppointment, BookAppointment>? change = null)
    {
        var command = new BookAppointment
        {
            CommandId = Guid.NewGuid(),
            Hold = hold,
            Name = "Gerrit Maes",
            Email = "gerrit@voorbeeld.be",
            Language = "nl",
            PostalCode = "2991",
            BaseAddress = "https://balie.example",
        };
        using var _ = Visitor();
        return await Appointment(Visit(hold)).Book(change?.Invoke(command) ?? command);
    }

    public IAppointmentGrain Appointment(string visit) => Cluster.Grain<IAppointmentGrain>(Tenant, visit);

    /// <summary>A booked visit on the day after the stage's start.</summary>
    public async Task<BookingReceipt> Booked(int slot = 0, string product = "gas-boete", Func<BookAppointment, BookAppointment>? change = null) =>
        await Book((await Hold(product, (await Free(product, "2026-07-07"))[slot].Start)).Hold, change);

    /// <summary>The mails of a visit that wait, opened as the dispatcher would.</summary>
    public async Task<IReadOnlyList<MailMessage>> Mails(string visit)
    {
        var key = await Cluster.Services.GetRequiredService<IKeyRing>().DossierKeyAsync(Tenant, visit);
        return [.. (await Payloads(visit)).Select(sealedText => JsonSerializer.Deserialize<MailMessage>(Sealing.Open(sealedText, key, "outbox:mail"), PlatformJson.Plain)!)];
    }

    /// <summary>The same as they lie there.</summary>
    public async Task<IReadOnlyList<string>> Payloads(string visit)
    {
        await using var command = Cluster.Database.Source.CreateCommand("select payload from outbox where stream = $1 and kind = 'mail' order by id");
        command.Parameters.Add(new() { Value = $"appointment/{visit}" });
        await using var rows = await command.ExecuteReaderAsync();
        var found = new List<string>();
        while (await rows.ReadAsync()) found.Add(rows.GetString(0));
        return found;
    }

    public async Task<Caller> Citizen(string visit)
    {
        using var _ = Visitor();
        var token = (await Mails(visit))[0].Link!.Split('.')[^1];
        var seat = await Appointment(visit).Exchange(new ExchangeLink { CommandId = Guid.NewGuid(), TokenHash = Grains.Booking.AccessLinks.Hash(token) });
        return RoomCluster.Participant(Tenant, visit, seat.Participant);
    }

    public static string Visit(string hold) => hold[(hold.IndexOf('.') + 1)..];

    public ValueTask DisposeAsync() => Cluster.DisposeAsync();

    private static string Examples([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../../deploy/examples"));
}
