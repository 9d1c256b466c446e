using System.Net;
using System.Net.Sockets;
using Balie.Api;
using Balie.Api.Platform;
using Balie.Grains;
using Balie.Grains.Interfaces.Booking;
using Balie.Grains.Interfaces.Calls;
using Balie.Grains.Interfaces.Platform;
using Balie.Grains.Platform;
using Balie.Grains.Calls;
using Balie.Grains.Documents.Conversion;
using Balie.Grains.Platform.Blobs;
using Balie.Grains.Platform.Keys;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.Hosting;

namespace Balie.Bench;

/// <summary>Silo and web in this process, as in Balie's one process, with booked visits in which three participants and an officer sit.</summary>
internal sealed class LiveStage : IAsyncDisposable
{
    public const int Participants = 3;
    private readonly WebApplication _app;

    private readonly string _folder;

    private LiveStage(WebApplication app, string folder) => (_app, _folder) = (app, folder);

    public IServiceProvider Services => _app.Services;

    public Uri Address => new(Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());

    public List<string> Visits { get; } = [];

    public TGrain Grain<TGrain>(string id)
        where TGrain : IGrainWithStringKey => Services.GetRequiredService<IGrainFactory>().GetGrain<TGrain>(GrainKey.Of(BenchSilo.Tenant, id).ToString());

    public static async Task<LiveStage> StartAsync(BenchDatabase database, int visits, CancellationToken ct)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Development", ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders().AddConsole().SetMinimumLevel(LogLevel.Error);
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Balie:Examples"] = "false",
            ["Balie:Limits:ConnectionsPerCaller"] = "100000",
            ["Balie:Limits:CallerPerMinute"] = "1000000",
        });
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(database.Source);
        builder.Services.AddSingleton(await JournalClock.AlignAsync(database.Source, TimeProvider.System, ct));
        var folder = Directory.CreateTempSubdirectory("balie-live-").FullName;
        builder.Services.AddBalieBlobs(folder, Path.Combine(folder, "blobs"), Path.Combine(folder, "master-key"), development: true);
        builder.Services.AddBalieConversion(folder);
        builder.Services.AddSingleton(new NodeName("bench"));
        builder.Services.AddMediaRegister();
        builder.UseOrleans(silo =>
        {
            var (siloPort, gatewayPort) = BenchSilo.TwoFreePorts();
            silo.Configure<ClusterOptions>(o => (o.ClusterId, o.ServiceId) = ("bench", "bench"));
            silo.Configure<EndpointOptions>(o => (o.AdvertisedIPAddress, o.SiloPort, o.GatewayPort) = (IPAddress.Loopback, siloPort, gatewayPort));
            silo.UseBalieDatabase(database.ConnectionString);
            silo.AddBalieGrains();
        });
        builder.AddBalieApi();
        var app = builder.Build();
        app.MapBalieApi();
        await app.StartAsync(ct);
        var stage = new LiveStage(app, folder);
        await stage.FillAsync(visits, ct);
        return stage;
    }

    /// <summary>Everything a viewer's connection needs; staff when the participant is null.</summary>
    public (Uri Hub, string Cookie) Seat(string visit, string? participant)
    {
        var cookies = Services.GetRequiredService<TicketCookies>();
        var until = DateTimeOffset.UtcNow.AddHours(8);
        var hub = new Uri(Address, $"/hubs/visit?tenant={BenchSilo.Tenant}&visit={visit}{(participant is null ? "" : $"&as={participant}")}");
        return participant is null
            ? (hub, $"{TicketCookies.Staff}={cookies.Seal(new StaffTicket(BenchSilo.Tenant, $"staff-{visit}", "An Peeters", [StaffRole.Officer], "s-staff", until), TicketCookies.Staff)}")
            : (hub, $"{TicketCookies.Visit(participant)}={cookies.Seal(new VisitTicket(BenchSilo.Tenant, visit, participant, "citizen", "Gerrit Maes", $"s-{participant}", until), TicketCookies.Visit(participant))}");
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task FillAsync(int visits, CancellationToken ct)
    {
        BenchSilo.Be(Caller.System(BenchSilo.Tenant, "bench"));
        await Grain<Balie.Grains.Interfaces.Tenancy.ITenantGrain>("tenant").Save(Town.Of(20), ct);
        BenchSilo.Be(Caller.Visitor(BenchSilo.Tenant));
        var moments = (await Grain<ISlotFinderGrain>("slots").Find(new SlotQuery { Product = Town.Product, Days = 20 }, ct)).Days.SelectMany(d => d.Slots).Where((_, i) => i % 2 == 0).ToList();
        for (var i = 0; i < visits; i++)
        {
            var hold = await Grain<ISlotFinderGrain>("slots").Hold(new HoldSlot { CommandId = Guid.NewGuid(), Product = Town.Product, Start = moments[i].Start }, ct);
            var visit = hold.Hold[(hold.Hold.IndexOf('.') + 1)..];
            await Grain<IAppointmentGrain>(visit).Book(
                new BookAppointment { CommandId = Guid.NewGuid(), Hold = hold.Hold, Name = "Gerrit Maes", Email = "gerrit@voorbeeld.example", Language = "nl", PostalCode = "2990", BaseAddress = "https://balie.example" }, ct);
            await SeatAsync(visit, ct);
            Visits.Add(visit);
        }
    }

    /// <summary>The call's past, straight into the journal: an officer and participants who were let in.</summary>
    private async Task SeatAsync(string visit, CancellationToken ct)
    {
        var key = await Services.GetRequiredService<IKeyRing>().DossierKeyAsync(BenchSilo.Tenant, visit, ct);
        var (journal, events) = (Services.GetRequiredService<IJournal>(), Services.GetRequiredService<EventSerializer>());
        var past = new List<IDomainEvent> { new OfficerJoined { Staff = "an.peeters", Name = "An Peeters", Session = "s-staff", Camera = true, Microphone = true } };
        foreach (var participant in Enumerable.Range(1, Participants).Select(n => $"p{n}"))
        {
            past.Add(new ParticipantWaiting { Participant = participant, Role = ParticipantRole.Citizen, Name = "Gerrit Maes", Session = $"s-{participant}", Camera = true, Microphone = true });
            past.Add(new ParticipantAdmitted(participant, $"s-{participant}", "an.peeters"));
        }

        var write = new JournalWrite { Tenant = BenchSilo.Tenant, CommandId = Guid.NewGuid(), Actor = "system:bench", PayloadHash = [1], At = journal.Now };
        write.Appends.Add(new PendingAppend { Stream = $"call/{visit}", ExpectedVersion = 0, Events = [.. past.Select(e => events.Serialize(e, key))] });
        await journal.AppendAsync(write, ct);
    }
}
