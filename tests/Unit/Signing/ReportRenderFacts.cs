using System.Text.Json;
using Balie.Grains.Interfaces.Booking;
using Balie.Grains.Interfaces.Calls;
using Balie.Grains.Interfaces.Documents;
using Balie.Grains.Interfaces.Identity;
using Balie.Grains.Interfaces.Integrations;
using Balie.Grains.Interfaces.Platform;
using Balie.Grains.Interfaces.Recording;
using Balie.Grains.Interfaces.Signing;
using Balie.Grains.Interfaces.Tenancy;
using Balie.Grains.Platform;
using Balie.Grains.Signing;
using Balie.Unit.Tests.Api;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace Balie.Unit.Tests.Signing;

/// <summary>What the officer hears of a report that cannot be made now.</summary>
public sealed class ReportRenderFacts
{
    private readonly List<DocumentFailed> _told = [];
    private readonly ReportRenderHandler _handler;
    private readonly FakeGrains _grains;
    private readonly Heads _journal = new();
    private Func<Exception> _problem = () => new InvalidOperationException();

    public ReportRenderFacts()
    {
        var factory = FakeGrains.Create(out _grains);
        _grains.On<ISigningCeremonyGrain>("ToRender", (_, _) => Task.FromResult<SigningView?>(new SigningView { Version = 1, Status = CeremonyStatus.Preparing, Signers = [] }));
        _grains.On<ISigningCeremonyGrain>("DocumentFailed", (_, args) =>
        {
            _told.Add((DocumentFailed)args[0]!);
            return Task.CompletedTask;
        });
        _grains.On<ITenantGrain>("Settings", (_, _) => Task.FromException<TenantSettings>(_problem()));
        // Neither LibreOffice nor the store is reached: a room fails before them.
        _handler = new ReportRenderHandler(new ReportRenderer(factory, _journal, null!, null!, new JournalClock(TimeProvider.System), new Running(), NullLogger<ReportRenderer>.Instance));
    }

    public static TheoryData<Func<Exception>> Absences => new(
        () => new OrleansException("Unable to connect to a silo."), () => new TimeoutException(), () => new BalieException(Journal.Unavailable));

    [Theory, MemberData(nameof(Absences), DisableDiscoveryEnumeration = true)]
    public async Task A_room_that_is_away_for_a_moment_costs_no_try_however_late_it_is(Func<Exception> problem)
    {
        _problem = problem;

        await Should.ThrowAsync<OutboxLaterException>(TryAsync(9));

        _told.ShouldBeEmpty("nobody is asked to do anything");
    }

    [Fact]
    public async Task What_went_wrong_is_told_after_the_last_try_and_not_before()
    {
        await Should.ThrowAsync<InvalidOperationException>(TryAsync(2));
        _told.ShouldBeEmpty();

        await TryAsync(3);

        _told.ShouldHaveSingleItem().Reason.ShouldContain("Probeer opnieuw");
    }

    [Fact]
    public async Task A_room_that_stays_behind_the_journal_is_waited_for_and_no_report_is_made_of_what_it_says()
    {
        _journal.Of["call"] = 7;
        var asked = new List<object?>();
        _grains.On<ITenantGrain>("Settings", (_, _) => Task.FromResult<TenantSettings>(null!));
        _grains.On<IAppointmentGrain>("View", (_, _) => Task.FromResult<AppointmentView>(null!));
        _grains.On<IIdentityCheckGrain>("View", (_, _) => Task.FromResult<IdentityView>(null!));
        _grains.On<IDossierGrain>("View", (_, _) => Task.FromResult<DossierView>(null!));
        _grains.On<IRecordingGrain>("View", (_, _) => Task.FromResult<RecordingView>(null!));
        _grains.On<ICallRoomGrain>("View", (_, _) => Task.FromResult(new CallView { Version = 6, Status = CallStatus.Running, Seats = [] }));
        _grains.On<ICallRoomGrain>("CatchUp", (_, args) =>
        {
            asked.Add(args[0]);
            return Task.CompletedTask;
        });

        await Should.ThrowAsync<OutboxLaterException>(TryAsync(9));

        asked.ShouldBe([7L]);
        _told.ShouldBeEmpty();
    }

    private Task TryAsync(int attempt) => _handler.HandleAsync(
        new OutboxItem(1, "zonnedaal", "signing/v1", OutboxKind.RenderReport, JsonSerializer.Serialize(new RenderReport("v1", 1), PlatformJson.Plain), "key", DateTimeOffset.UnixEpoch, attempt),
        TestContext.Current.CancellationToken);

    private sealed class Heads : IJournalHeads
    {
        public Dictionary<string, long> Of { get; } = [];

        public Task<IReadOnlyDictionary<GrainKey, IReadOnlyDictionary<string, long>>> HeadsAsync(IReadOnlyCollection<GrainKey> visits, CancellationToken ct = default) =>
            Task.FromResult<IReadOnlyDictionary<GrainKey, IReadOnlyDictionary<string, long>>>(
                visits.ToDictionary(v => v, _ => (IReadOnlyDictionary<string, long>)Of));
    }

    private sealed class Running : IHostApplicationLifetime
    {
        public CancellationToken ApplicationStarted => CancellationToken.None;

        public CancellationToken ApplicationStopping => CancellationToken.None;

        public CancellationToken ApplicationStopped => CancellationToken.None;

        public void StopApplication()
        {
        }
    }
}
