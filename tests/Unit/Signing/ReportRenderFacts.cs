using System.Collections.ObjectModel;
using System.Text.Json;
using Balie.Grains.Interfaces.Integrations;
using Balie.Grains.Interfaces.Platform;
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
    private Func<Exception> _problem = () => new InvalidOperationException();

    public ReportRenderFacts()
    {
        var factory = FakeGrains.Create(out var grains);
        grains.On<ISigningCeremonyGrain>("ToRender", (_, _) => Task.FromResult<SigningView?>(new SigningView { Version = 1, Status = CeremonyStatus.Preparing, Signers = [] }));
        grains.On<ISigningCeremonyGrain>("DocumentFailed", (_, args) =>
        {
            _told.Add((DocumentFailed)args[0]!);
            return Task.CompletedTask;
        });
        grains.On<ITenantGrain>("Settings", (_, _) => Task.FromException<TenantSettings>(_problem()));
        // Neither LibreOffice nor the store is reached: a room fails before them.
        _handler = new ReportRenderHandler(new ReportRenderer(factory, new Heads(), null!, null!, new JournalClock(TimeProvider.System), new Running(), NullLogger<ReportRenderer>.Instance));
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

    private Task TryAsync(int attempt) => _handler.HandleAsync(
        new OutboxItem(1, "zonnedaal", "signing/v1", OutboxKind.RenderReport, JsonSerializer.Serialize(new RenderReport("v1", 1), PlatformJson.Plain), "key", DateTimeOffset.UnixEpoch, attempt),
        TestContext.Current.CancellationToken);

    private sealed class Heads : IJournalHeads
    {
        public Task<IReadOnlyDictionary<GrainKey, IReadOnlyDictionary<string, long>>> HeadsAsync(IReadOnlyCollection<GrainKey> visits, CancellationToken ct = default) =>
            Task.FromResult<IReadOnlyDictionary<GrainKey, IReadOnlyDictionary<string, long>>>(
                visits.ToDictionary(v => v, _ => (IReadOnlyDictionary<string, long>)ReadOnlyDictionary<string, long>.Empty));
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
