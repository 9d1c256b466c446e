using System.Diagnostics.Metrics;
using Balie.Grains.Documents.Conversion;
using Balie.Grains.Interfaces.Booking;
using Balie.Grains.Interfaces.Calls;
using Balie.Grains.Interfaces.Documents;
using Balie.Grains.Interfaces.Identity;
using Balie.Grains.Interfaces.Platform;
using Balie.Grains.Interfaces.Signing;
using Balie.Grains.Interfaces.Tenancy;
using Balie.Grains.Platform;
using Balie.Grains.Platform.Blobs;
using Balie.Grains.Platform.Keys;
using Balie.Grains.Signing;
using Balie.Grains.Tests.Platform;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Balie.Grains.Tests.Signing;

/// <summary>
/// A counter with everything a ceremony needs: a silo on PostgreSQL, LibreOffice, files on disk and the seals of two municipalities. Visits are brought to
/// where a test begins by what is in their journals.
/// </summary>
public sealed class Counter : IAsyncDisposable
{
    public const string Zonnedaal = "zonnedaal";
    public const string Rivierbeke = "rivierbeke";
    private readonly string _folder;
    private readonly OfficeWorker _office;
    private readonly SealAuthority _authority = new("Certipost Zonnedaal");
    private readonly ShutDossiers _dossiers = new();
    private RoomCluster? _cluster;

    private Counter(string folder)
    {
        _folder = folder;
        _office = new OfficeWorker(new OfficeOptions { Folder = Path.Combine(folder, "office") }, TimeProvider.System, NullLogger<OfficeWorker>.Instance);
    }

    public RoomCluster Cluster => _cluster!;

    public IBlobStore Blobs => Cluster.Services.GetRequiredService<IBlobStore>();

    public ISignatureReader Signatures => Cluster.Services.GetRequiredService<ISignatureReader>();

    public static async Task<Counter> OpenAsync(Database database)
    {
        var folder = Directory.CreateTempSubdirectory("balie-counter-").FullName;
        // LibreOffice runs as another user when the tests run as root: that user must be able to pass.
        File.SetUnixFileMode(folder, File.GetUnixFileMode(folder) | UnixFileMode.OtherExecute);
        var counter = new Counter(folder);
        foreach (var town in new[] { Zonnedaal, Rivierbeke }) counter._authority.Write(Path.Combine(folder, "seals"), town);
        counter._cluster = await RoomCluster.StartAsync(database, silo =>
        {
            silo.Services.AddSingleton<IBlobStore>(s => new FileBlobStore(Path.Combine(folder, "blobs"), s.GetRequiredService<IKeyRing>(), TimeProvider.System));
            silo.Services.AddSingleton(counter._office);
            silo.AddIncomingGrainCallFilter(counter._dossiers);
            silo.Services.AddSingleton(new SealOptions(Path.Combine(folder, "seals"), Development: false));
        });
        foreach (var town in new[] { Zonnedaal, Rivierbeke }) await counter.SetUpAsync(town);
        _ = counter.Blobs; // opened now, as at a real start
        return counter;
    }

    /// <summary>A visit whose citizen is in the call and, unless told otherwise, whose identity is confirmed.</summary>
    public async Task<Visit> MeetAsync(bool confirmed = true, string tenant = Zonnedaal, string product = "gas-boete")
    {
        var visit = new Visit(this, tenant, $"v{Guid.NewGuid():N}"[..12]);
        await SeedAsync(visit, "appointment", [.. Booked(product)]);
        await SeedAsync(visit, "call",
            new OfficerJoined { Staff = "an.peeters", Name = "An Peeters", Session = "s-an.peeters", Camera = true, Microphone = true },
            new ParticipantWaiting { Participant = "gerrit", Role = ParticipantRole.Citizen, Name = "Gerrit Maes", Session = "phone", Camera = true, Microphone = true },
            new ParticipantAdmitted("gerrit", "phone", "an.peeters"),
            new ParticipantWaiting { Participant = "aisha", Role = ParticipantRole.Helper, Name = "Aisha Benali", Session = "laptop", Camera = true, Microphone = true });
        await SeedAsync(visit, "identity", [.. Identity(confirmed)]);
        return visit;
    }

    public async Task<byte[]> ReadAsync(Visit visit, BlobRef blob)
    {
        await using var stream = await Blobs.OpenReadAsync(visit.Tenant, visit.Id, blob);
        var bytes = new byte[stream.Length];
        await stream.ReadExactlyAsync(bytes);
        return bytes;
    }

    /// <summary>A file of the counter's folder, for a program that judges it.</summary>
    public string Save(byte[] bytes, string name)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    /// <summary>Carries out what is in the outbox, as a node's background work does.</summary>
    public async Task CarryOutAsync()
    {
        var services = Cluster.Services;
        using var dispatcher = new OutboxDispatcher(
            Cluster.Database.Source,
            services.GetRequiredService<JournalClock>(),
            services.GetRequiredService<OutboxSignal>(),
            services.GetRequiredService<IKeyRing>(),
            [ActivatorUtilities.CreateInstance<ReportRenderHandler>(services)],
            Options.Create(new OutboxOptions()),
            new OutboxMetrics(services.GetRequiredService<IMeterFactory>()),
            NullLogger<OutboxDispatcher>.Instance);
        while (await dispatcher.CarryOutOneAsync(TestContext.Current.CancellationToken))
        {
        }
    }

    /// <summary>How many files of a visit are in the store.</summary>
    public int Stored(Visit visit)
    {
        var folder = Path.Combine(_folder, "blobs", visit.Tenant, visit.Id);
        return Directory.Exists(folder) ? Directory.GetFiles(folder).Length : 0;
    }

    /// <summary>Takes a municipality's seal away until the end of the block.</summary>
    public IDisposable WithoutSeal(string tenant) => new Aside(Path.Combine(_folder, "seals", $"{tenant}.pfx"));

    /// <summary>The store takes nothing until the end of the block, as a full disk: a file lies where its folder should be.</summary>
    public IDisposable WithoutStore() => new Aside(Path.Combine(_folder, "blobs"), inTheWay: true);

    /// <summary>No dossier takes a document until the end of the block, as when the silos with the dossiers are gone.</summary>
    public IDisposable WithoutDossiers()
    {
        _dossiers.Shut = true;
        return _dossiers;
    }

    private sealed class ShutDossiers : IIncomingGrainCallFilter, IDisposable
    {
        public volatile bool Shut;

        public Task Invoke(IIncomingGrainCallContext context) =>
            Shut && context.InterfaceMethod is { Name: nameof(IDossierGrain.Add) } add && add.DeclaringType == typeof(IDossierGrain)
                ? throw new BalieException(BalieError.Unavailable("dossier.away", "Even geduld."))
                : context.Invoke();

        public void Dispose() => Shut = false;
    }

    private sealed class Aside : IDisposable
    {
        private readonly string _path;

        public Aside(string path, bool inTheWay = false)
        {
            _path = path;
            if (Path.Exists(path)) Directory.Move(path, path + ".aside");
            if (inTheWay) File.WriteAllText(path, "");
        }

        public void Dispose()
        {
            if (File.Exists(_path)) File.Delete(_path);
            if (Path.Exists(_path + ".aside")) Directory.Move(_path + ".aside", _path);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_cluster is not null) await _cluster.DisposeAsync();
        await _office.DisposeAsync();
        _authority.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task SetUpAsync(string tenant)
    {
        using var _ = RoomCluster.As(Caller.System(tenant, "test"));
        await Cluster.Grain<ITenantGrain>(tenant, "tenant").Save(Settings(tenant), TestContext.Current.CancellationToken);
    }

    private Task SeedAsync(Visit visit, string room, params IDomainEvent[] events) => Cluster.SeedAsync(visit.Tenant, visit.Id, room, events);

    private static IEnumerable<IDomainEvent> Identity(bool confirmed)
    {
        yield return new IdentityRequested("gerrit", "an.peeters");
        if (!confirmed) yield break;
        yield return new IdentityProven
        {
            Participant = "gerrit", Session = "phone", Subject = "sub", GivenName = "Gerrit", FamilyName = "Maes", RegisterNumber = "85073003328", Acr = "itsme", NameDiffers = false,
            AuthenticatedAt = RoomCluster.Start,
        };
        yield return new IdentityConfirmed { Participant = "gerrit", By = "an.peeters", Checks = ["face-matches"], Reason = null };
    }

    private static IEnumerable<IDomainEvent> Booked(string product)
    {
        yield return new AppointmentBooked
        {
            Staff = "an.peeters",
            StaffName = "An Peeters",
            Product = product,
            Start = RoomCluster.Start,
            End = RoomCluster.Start.AddMinutes(30),
            DoorsOpen = RoomCluster.Start.AddMinutes(-15),
            DoorsClose = RoomCluster.Start.AddHours(1),
            Language = "nl",
            PostalCode = "9999",
            Question = "",
            BaseAddress = "https://balie.example",
        };
        yield return Invited("gerrit", ParticipantRole.Citizen, "Gerrit Maes");
        yield return Invited("aisha", ParticipantRole.Helper, "Aisha Benali");
        yield return new VisitStarted(RoomCluster.Start);
    }

    private static ParticipantInvited Invited(string participant, ParticipantRole role, string name) => new()
    {
        Participant = participant,
        Role = role,
        Name = name,
        Email = "",
        TokenHash = participant,
        LinkExpiresAt = RoomCluster.Start.AddDays(1),
        By = "test",
    };

    private static TenantSettings Settings(string tenant) => new()
    {
        View = new TenantView
        {
            Code = tenant,
            Name = tenant == Zonnedaal ? "Gemeente Zonnedaal" : "Stad Rivierbeke",
            Theme = new Theme { Primary = "#003366", Accent = "#003366", Mark = "Z" },
            Phone = "02 000 00 00",
            Email = "balie@example.be",
            Address = "Kerkplein 1",
            Products = [Product("gas-boete", "Bezwaar tegen een GAS-boete", "identity"), Product("vraag", "Een vraag")],
        },
        OrganisationNumber = tenant == Zonnedaal ? "0299900145" : "0299900244",
        Hours = [new OpeningHours(1, "09:00", "17:00")],
        Staff = [new StaffMember { Id = "an", Subject = "an", Name = "An Peeters", Products = ["gas-boete", "vraag"] }],
        Rules =
        [
            new ProductRules { Product = "gas-boete", AcceptedAcr = ["itsme"], ReportTemplate = "hoorzitting" },
            new ProductRules { Product = "vraag", AcceptedAcr = ["itsme"] },
        ],
    };

    private static ProductView Product(string id, string name, params string[] steps) => new()
    {
        Id = id,
        Name = name,
        Summary = name,
        ToBring = [],
        WhatHappens = [],
        DurationMinutes = 30,
        RecordingOffered = false,
        IdentityMeans = ["itsme"],
        Steps = [.. steps, "report", "sign"],
        Outcomes = [new Choice("klaar", "Klaar")],
        ReportSections = [new Choice("feiten", "De feiten"), new Choice("verweer", "Het verweer")],
    };
}

/// <summary>One visit at the counter, and what its people do.</summary>
public sealed class Visit(Counter counter, string tenant, string id)
{
    public string Tenant => tenant;

    public string Id => id;

    public Caller Gerrit => RoomCluster.Participant(tenant, id, "gerrit", "phone");

    /// <summary>Waits outside the call.</summary>
    public Caller Aisha => RoomCluster.Participant(tenant, id, "aisha", "laptop") with { Name = "Aisha Benali" };

    public Caller An => RoomCluster.Staff(tenant);

    public async Task<T> As<TGrain, T>(Caller caller, Func<TGrain, Task<T>> call)
        where TGrain : IGrainWithStringKey
    {
        using var _ = RoomCluster.As(caller);
        return await call(counter.Cluster.Grain<TGrain>(tenant, id));
    }

    public async Task As<TGrain>(Caller caller, Func<TGrain, Task> call)
        where TGrain : IGrainWithStringKey
    {
        using var _ = RoomCluster.As(caller);
        await call(counter.Cluster.Grain<TGrain>(tenant, id));
    }

    public Task<SigningView> Signing() => As<ISigningCeremonyGrain, SigningView>(An, g => g.View());

    public Task<DossierView> Dossier() => As<IDossierGrain, DossierView>(An, g => g.View());

    public Task<ReportSectionView> Write(string section, string text, int basedOn = 0) => As<IDossierGrain, ReportSectionView>(An, g =>
        g.SaveSection(new SaveSection { CommandId = Guid.NewGuid(), Section = section, Text = text, BasedOn = basedOn, CallSecond = 75 }));

    public Task Start(Caller? by = null) => As<ISigningCeremonyGrain>(by ?? An, g => g.Start(new StartCeremony { CommandId = Guid.NewGuid() }));

    /// <summary>Once more what the outbox had done already, as after a node that died before it could say so.</summary>
    public Task RenderAgain(int round) =>
        counter.Cluster.Services.GetRequiredService<ReportRenderer>().RenderAsync(tenant, new RenderReport(id, round), lastTry: true, TestContext.Current.CancellationToken);

    public Task Sign(Caller who, SignDocument command) => As<ISigningCeremonyGrain>(who, g => g.Sign(command));

    /// <summary>A drawn signature on the revision that is there.</summary>
    public async Task<SignDocument> Drawn() => new()
    {
        CommandId = Guid.NewGuid(),
        Sha256 = (await Signing()).Sha256 ?? "",
        Means = "drawn",
        Strokes = [[.. Enumerable.Range(0, 80).Select(i => i % 2 == 0 ? 0.1f + (i * 0.01f) : 0.5f + (0.3f * MathF.Sin(i)))], [0.2f, 0.9f, 0.9f, 0.85f]],
        StatementVersion = "nl-1",
    };

    public async Task<SignDocument> Typed(string name) => new()
    {
        CommandId = Guid.NewGuid(), Sha256 = (await Signing()).Sha256 ?? "", Means = "typed", TypedName = name, StatementVersion = "nl-1",
    };

    public static async Task<string> CodeOf(Func<Task> call) => (await Should.ThrowAsync<BalieException>(call)).Error.Code;
}
