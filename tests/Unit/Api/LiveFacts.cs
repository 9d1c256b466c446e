using System.Threading.Channels;
using Balie.Api;
using Balie.Api.Calls;
using Balie.Grains.Interfaces.Booking;
using Balie.Grains.Interfaces.Calls;
using Balie.Grains.Interfaces.Documents;
using Balie.Grains.Interfaces.Identity;
using Balie.Grains.Interfaces.Platform;
using Balie.Grains.Interfaces.Recording;
using Balie.Grains.Interfaces.Signing;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;
using Balie.Grains.Platform;
using Orleans.TestingHost;

namespace Balie.Unit.Tests.Api;

/// <summary>The hubs on a real SignalR connection and real live feeds; only the grains of rooms are stand-ins.</summary>
public sealed class LiveFacts(LiveFacts.Feeds feeds) : IClassFixture<LiveFacts.Feeds>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_viewer_of_a_change_gets_what_they_may_see()
    {
        await using var host = await StartAsync();
        await using var citizen = await Browser.EnterAsync(host, host.VisitCookie(), DoorHost.Participant);
        await using var officer = await Browser.EnterAsync(host, host.StaffCookie(), null);

        await PublishAsync("dossier", 2, Dossier(2));

        (await officer.NextAsync(Ct)).ShouldSatisfyAllConditions(c => c.Version.ShouldBe(2), c => c.View.ShouldContain("geheim verslag"));
        (await citizen.NextAsync(Ct)).ShouldSatisfyAllConditions(c => c.Version.ShouldBe(2), c => c.View.ShouldContain("brief.pdf"), c => c.View.ShouldNotContain("geheim verslag"));
    }

    [Fact]
    public async Task A_second_browser_with_the_same_link_gets_the_version_but_no_content()
    {
        await using var host = await StartAsync();
        await using var first = await Browser.EnterAsync(host, host.VisitCookie(session: "s1"), DoorHost.Participant);
        await using var second = await Browser.EnterAsync(host, host.VisitCookie(session: "s2"), DoorHost.Participant);
        await PublishAsync("call", 2, SeatFacts.Call(seated: "s1") with { Version = 2 });
        await first.NextAsync(Ct);
        await second.NextAsync(Ct);

        await PublishAsync("dossier", 2, Dossier(2));

        (await first.NextAsync(Ct)).View.ShouldContain("brief.pdf");
        (await second.NextAsync(Ct)).ShouldSatisfyAllConditions(c => c.Version.ShouldBe(2), c => c.View.ShouldNotContain("brief.pdf"));
    }

    [Fact]
    public async Task Who_waits_hears_of_their_seat_and_after_coming_in_enters_to_everything()
    {
        await using var host = await StartAsync();
        var waiting = SeatFacts.Call(seated: "s1", SeatStatus.Waiting);
        host.Grains.On<ICallRoomGrain>("View", (_, _) => Task.FromResult(waiting));
        await using var citizen = await Browser.EnterAsync(host, host.VisitCookie(), DoorHost.Participant);

        await PublishAsync("dossier", 2, Dossier(2));
        (await citizen.NextAsync(Ct)).View.ShouldNotContain("brief.pdf");
        await PublishAsync("signal", 0, new MediaSignal { PublishAgain = true }, to: DoorHost.Participant);
        var admitted = SeatFacts.Call(seated: "s1") with { Version = 2 };
        host.Grains.On<ICallRoomGrain>("View", (_, _) => Task.FromResult(admitted));
        await PublishAsync("call", 2, admitted);

        (await citizen.NextAsync(Ct)).ShouldSatisfyAllConditions(c => c.Room.ShouldBe("call"), c => c.View.ShouldContain("admitted"));
        (await citizen.Connection.InvokeAsync<System.Text.Json.JsonElement>("Enter", Ct)).GetProperty("dossier").GetRawText().ShouldContain("brief.pdf");
    }

    [Fact]
    public async Task A_signal_reaches_only_the_one_it_is_for()
    {
        await using var host = await StartAsync();
        await using var citizen = await Browser.EnterAsync(host, host.VisitCookie(), DoorHost.Participant);
        await using var officer = await Browser.EnterAsync(host, host.StaffCookie(), null);

        await PublishAsync("signal", 0, new MediaSignal { PublishAgain = true }, to: DoorHost.Participant);
        await PublishAsync("call", 3, SeatFacts.Call(seated: "s1") with { Version = 3 });

        (await citizen.NextAsync(Ct)).Room.ShouldBe("signal");
        (await officer.NextAsync(Ct)).Room.ShouldBe("call");
    }

    [Fact]
    public async Task What_the_feed_says_twice_a_browser_hears_once()
    {
        await using var host = await StartAsync();
        await using var citizen = await Browser.EnterAsync(host, host.VisitCookie(), DoorHost.Participant);
        var signal = Signal();

        await feeds.TellAsync("zonnedaal/v1", signal);
        await feeds.TellAsync("zonnedaal/v1", signal);
        await PublishAsync("call", 2, SeatFacts.Call(seated: "s1") with { Version = 2 });

        (await citizen.NextAsync(Ct)).Room.ShouldBe("signal");
        (await citizen.NextAsync(Ct)).Room.ShouldBe("call");
    }

    [Fact]
    public async Task A_feed_whose_silo_dies_is_found_again_with_what_rooms_told_it_meanwhile()
    {
        await using var mortal = new Feeds { ComingBack = new LiveFeedOptions().ComingBack };
        await mortal.InitializeAsync();
        await using var host = await StartAsync(services => services.AddSingleton<IClusterClient>(mortal.Client));
        await using var citizen = await Browser.EnterAsync(host, host.VisitCookie(), DoorHost.Participant);
        await mortal.TellAsync("zonnedaal/v1", Signal());
        await citizen.NextAsync(Ct);

        await mortal.KillAsync("zonnedaal/v1");
        await mortal.TellAsync("zonnedaal/v1", Signal());
        await mortal.TellAsync("zonnedaal/v1", new LiveUpdate { Room = "call", Version = 2, View = SeatFacts.Call(seated: "s1") with { Version = 2 } });

        var heard = new[] { await citizen.NextAsync(host.Clock, LiveFeed.WatchAgain, Ct), await citizen.NextAsync(Ct), await citizen.NextAsync(Ct) };
        heard.Select(c => c.Room).Except([LiveFeed.Missed]).ShouldBe(["signal", "call"]);
        heard.ShouldContain(c => c.Room == LiveFeed.Missed, "what the dead feed had taken and not passed on is lost");
    }

    [Fact]
    public async Task A_browser_hears_that_something_was_given_up_on_its_way()
    {
        await using var host = await StartAsync();
        await using var citizen = await Browser.EnterAsync(host, host.VisitCookie(), DoorHost.Participant);

        await PublishAsync(LiveFeed.Missed, 0, "");

        (await citizen.NextAsync(Ct)).Room.ShouldBe(LiveFeed.Missed);
    }

    [Fact]
    public async Task A_browser_that_comes_and_goes_is_told_to_the_room_as_who_it_is()
    {
        await using var host = await StartAsync();
        var seen = Channel.CreateUnbounded<(bool Up, Caller? Caller)>();
        host.Grains.On<ICallRoomGrain>("Connected", (_, args) => { seen.Writer.TryWrite(((bool)args[1]!, Caller.Current)); return Task.CompletedTask; });

        await using (await Browser.EnterAsync(host, host.VisitCookie(), DoorHost.Participant))
        {
            var (up, caller) = await seen.Reader.ReadAsync(Ct);
            up.ShouldBeTrue();
            caller!.Id.ShouldBe(DoorHost.Participant);
        }

        var (still, who) = await seen.Reader.ReadAsync(Ct);
        still.ShouldBeFalse();
        who!.Session.ShouldBe("s1");
        host.Services.GetRequiredService<LiveRooms>().Watching.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_refusal_over_the_hub_carries_code_and_sentence()
    {
        await using var host = await StartAsync();
        host.Grains.On<ICallRoomGrain>("Publish", (_, _) => throw new BalieException(BalieError.Forbidden("call.not-admitted", "Je bent nog niet binnengelaten.")));
        await using var citizen = await Browser.EnterAsync(host, host.VisitCookie(), DoorHost.Participant);

        var refusal = await Should.ThrowAsync<HubException>(citizen.Connection.InvokeAsync<string>("Publish", new { sdp = "v=0", lines = Array.Empty<object>() }, Ct));

        refusal.Message.ShouldEndWith("HubException: call.not-admitted|Je bent nog niet binnengelaten.");
    }

    [Fact]
    public async Task A_flood_is_held_back()
    {
        await using var host = await StartAsync();
        host.Grains.On<ICallRoomGrain>("Trickle", (_, _) => Task.CompletedTask);
        await using var citizen = await Browser.EnterAsync(host, host.VisitCookie(), DoorHost.Participant);

        var flood = Should.ThrowAsync<HubException>(async () =>
        {
            for (var i = 0; i < 2000; i++) await citizen.Connection.InvokeAsync("Trickle", true, null, Ct);
        });

        (await flood).Message.ShouldContain("signal.flood|");
    }

    [Fact]
    public async Task One_caller_has_few_connections_and_gets_one_back_when_one_closes()
    {
        await using var host = await StartAsync(settings: new() { ["Balie:Limits:ConnectionsPerCaller"] = "2" });
        await using var first = await Browser.EnterAsync(host, host.VisitCookie(session: "s1"), DoorHost.Participant);
        await using (await Browser.EnterAsync(host, host.VisitCookie(session: "s2"), DoorHost.Participant))
        {
            await Should.ThrowAsync<Exception>(Browser.EnterAsync(host, host.VisitCookie(session: "s3"), DoorHost.Participant));
            await using var officer = await Browser.EnterAsync(host, host.StaffCookie(), null);
        }

        // The server learns of a closed connection a moment after the browser does.
        for (var tries = 1; ; tries++)
        {
            try
            {
                await using var again = await Browser.EnterAsync(host, host.VisitCookie(session: "s3"), DoorHost.Participant);
                break;
            }
            catch (Exception refused) when (tries < 100 && refused is not OperationCanceledException)
            {
                host.Log.Lines.ShouldNotBeEmpty();
            }
        }
    }

    [Fact]
    public async Task Heads_tell_a_viewer_what_it_missed()
    {
        var journal = new Heads();
        await using var host = await StartAsync(services => services.AddSingleton<IJournalHeads>(journal));
        await using var citizen = await Browser.EnterAsync(host, host.VisitCookie(), DoorHost.Participant);

        await UntilHeadsWereReadAsync(host);
        host.Clock.Advance(TimeSpan.FromMilliseconds(500));

        (await citizen.Heads.Reader.ReadAsync(Ct))["call"].ShouldBe(7);
        journal.Asked.ShouldContain(GrainKey.Of("zonnedaal", "v1"));
    }

    [Fact]
    public async Task A_room_that_answers_less_than_its_viewers_were_told_of_is_asked_to_read_on()
    {
        await using var host = await StartAsync(services => services.AddSingleton<IJournalHeads>(new Heads()));
        var asked = Channel.CreateUnbounded<(string Key, long Version)>();
        host.Grains.On<ICallRoomGrain>("CatchUp", (key, args) =>
        {
            asked.Writer.TryWrite((key, (long)args[0]!));
            return Task.CompletedTask;
        });
        await using var citizen = await Browser.EnterAsync(host, host.VisitCookie(), DoorHost.Participant);
        await UntilHeadsWereReadAsync(host);
        host.Clock.Advance(TimeSpan.FromMilliseconds(500));
        await citizen.Heads.Reader.ReadAsync(Ct);

        await citizen.Connection.InvokeAsync<object>("Enter", Ct);

        (await asked.Reader.ReadAsync(Ct)).ShouldBe(("zonnedaal/v1", 7));
    }

    [Fact]
    public async Task A_change_that_is_still_on_its_way_is_not_taken_for_lost()
    {
        var journal = new Heads();
        await using var host = await StartAsync(services => services.AddSingleton<IJournalHeads>(journal));
        await using var citizen = await Browser.EnterAsync(host, host.VisitCookie(), DoorHost.Participant);
        await UntilHeadsWereReadAsync(host);

        await PublishAsync("call", 7, SeatFacts.Call(seated: "s1") with { Version = 7 });

        (await citizen.NextAsync(Ct)).Version.ShouldBe(7);
        citizen.Heads.Reader.TryRead(out _).ShouldBeFalse("what the journal says comes after what was on its way");
        host.Clock.Advance(TimeSpan.FromMilliseconds(500));
        (await citizen.Heads.Reader.ReadAsync(Ct))["call"].ShouldBe(7);
    }

    [Fact]
    public async Task A_desk_hears_that_the_queue_changed()
    {
        await using var host = await StartAsync();
        host.Grains.On<IQueueGrain>("View", (_, args) => Task.FromResult(new QueueView((string?)args[0] ?? "2026-11-24", [])));
        await using var desk = Browser.Open(host, "/hubs/desk?tenant=zonnedaal", host.StaffCookie());
        var changed = new TaskCompletionSource();
        desk.On("QueueChanged", changed.SetResult);
        await desk.StartAsync(Ct);
        (await desk.InvokeAsync<QueueBody>("Enter", (string?)null, Ct)).Date.ShouldBe("2026-11-24");

        await feeds.TellAsync("zonnedaal/queue", new LiveUpdate { Room = "queue", Version = 1, View = "changed" });

        await changed.Task.WaitAsync(TimeSpan.FromSeconds(20), Ct);
    }

    private Task PublishAsync(string room, long version, object view, string? to = null) =>
        feeds.TellAsync("zonnedaal/v1", new LiveUpdate { Room = room, Version = version, View = view, To = to, Id = version == 0 ? Guid.NewGuid() : default });

    private static LiveUpdate Signal() => new() { Room = "signal", Version = 0, View = new MediaSignal { PublishAgain = true }, To = DoorHost.Participant, Id = Guid.NewGuid() };

    private async Task<DoorHost> StartAsync(Action<IServiceCollection>? add = null, Dictionary<string, string?>? settings = null)
    {
        var host = await DoorHost.StartAsync(settings, add: services =>
        {
            services.AddSingleton<IClusterClient>(feeds.Client);
            add?.Invoke(services);
        });
        host.Grains.On<ICallRoomGrain>("Connected", (_, _) => Task.CompletedTask);
        host.Grains.On<IAppointmentGrain>("View", (_, _) => Task.FromResult(Appointment()));
        host.Grains.On<ICallRoomGrain>("View", (_, _) => Task.FromResult(SeatFacts.Call(seated: "s1")));
        host.Grains.On<IIdentityCheckGrain>("View", (_, _) => Task.FromResult(new IdentityView { Version = 0, Checks = [] }));
        host.Grains.On<IDossierGrain>("View", (_, _) => Task.FromResult(Dossier(1)));
        host.Grains.On<ISigningCeremonyGrain>("View", (_, _) => Task.FromResult(new SigningView { Version = 0, Status = CeremonyStatus.NotStarted, Signers = [] }));
        host.Grains.On<IRecordingGrain>("View", (_, _) => Task.FromResult(new RecordingView
        {
            Version = 0, Offered = true, Asked = false, TextVersion = "nl-1", Consents = [], SegmentOpen = false, Segments = [],
        }));
        return host;
    }

    private static AppointmentView Appointment() => new()
    {
        Version = 1, Visit = "v1", Product = "hoorzitting", Start = DateTimeOffset.UnixEpoch, End = DateTimeOffset.UnixEpoch, Status = VisitStatus.Booked, Staff = "an.peeters",
        StaffName = "An Peeters", Participants = [], Language = "nl", DoorsOpen = DateTimeOffset.UnixEpoch, DoorsClose = DateTimeOffset.UnixEpoch,
    };

    private static DossierView Dossier(long version) => new()
    {
        Version = version,
        Documents = [SeatFacts.Document()],
        Report = new ReportView(false, [new ReportSectionView { Section = "feiten", Heading = "Feiten", Text = "geheim verslag", Version = 1 }]),
    };

    private sealed record QueueBody(string Date);

    private static async Task UntilHeadsWereReadAsync(DoorHost host)
    {
        await host.Clock.Ticking.WaitAsync(TimeSpan.FromSeconds(20), Ct);
        host.Clock.Advance(TimeSpan.FromSeconds(2));
        await host.Clock.Waiting.WaitAsync(TimeSpan.FromSeconds(20), Ct);
    }

    private sealed class Heads : IJournalHeads
    {
        public System.Collections.Concurrent.ConcurrentBag<GrainKey> Asked { get; } = [];

        public Task<IReadOnlyDictionary<GrainKey, IReadOnlyDictionary<string, long>>> HeadsAsync(IReadOnlyCollection<GrainKey> visits, CancellationToken ct = default)
        {
            foreach (var visit in visits) Asked.Add(visit);
            return Task.FromResult<IReadOnlyDictionary<GrainKey, IReadOnlyDictionary<string, long>>>(
                visits.ToDictionary(v => v, _ => (IReadOnlyDictionary<string, long>)new Dictionary<string, long> { ["call"] = 7 }));
        }
    }

    /// <summary>A browser in the visit, and what it heard in order.</summary>
    private sealed class Browser : IAsyncDisposable
    {
        private readonly Channel<Change> _changes = Channel.CreateUnbounded<Change>();

        private Browser(HubConnection connection)
        {
            Connection = connection;
            connection.On<string, long, System.Text.Json.JsonElement>("Changed", (room, version, view) => _changes.Writer.TryWrite(new Change(room, version, view.GetRawText())));
            connection.On<System.Text.Json.JsonElement>("Signal", signal => _changes.Writer.TryWrite(new Change("signal", 0, signal.GetRawText())));
            connection.On("Missed", () => _changes.Writer.TryWrite(new Change(LiveFeed.Missed, 0, "")));
            connection.On<Dictionary<string, long>>("Heads", heads => Heads.Writer.TryWrite(heads));
        }

        public HubConnection Connection { get; }

        public Channel<Dictionary<string, long>> Heads { get; } = Channel.CreateUnbounded<Dictionary<string, long>>();

        public static async Task<Browser> EnterAsync(DoorHost host, string cookie, string? participant)
        {
            var browser = new Browser(Open(host, $"/hubs/visit?tenant=zonnedaal&visit=v1{(participant is null ? "" : "&as=" + participant)}", cookie));
            await browser.Connection.StartAsync(Ct);
            var snapshot = await browser.Connection.InvokeAsync<System.Text.Json.JsonElement>("Enter", Ct);
            snapshot.GetProperty("me").GetProperty("isStaff").GetBoolean().ShouldBe(participant is null);
            return browser;
        }

        public static HubConnection Open(DoorHost host, string path, string cookie) => new HubConnectionBuilder().WithUrl(host.Address + path, options =>
        {
            options.Headers["Cookie"] = cookie;
            options.Headers["Balie-Request"] = "1";
        }).Build();

        public async Task<Change> NextAsync(CancellationToken ct)
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
            limit.CancelAfter(TimeSpan.FromSeconds(20));
            return await _changes.Reader.ReadAsync(limit.Token);
        }

        /// <summary>The same while time goes by.</summary>
        public async Task<Change> NextAsync(WatchedClock clock, TimeSpan step, CancellationToken ct)
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
            limit.CancelAfter(TimeSpan.FromSeconds(20));
            using var look = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
            while (true)
            {
                if (_changes.Reader.TryRead(out var change)) return change;
                clock.Advance(step);
                await look.WaitForNextTickAsync(limit.Token);
            }
        }

        public ValueTask DisposeAsync() => Connection.DisposeAsync();
    }

    private sealed record Change(string Room, long Version, string View);

    /// <summary>A silo (or more) with live feeds.</summary>
    public sealed class Feeds : IAsyncLifetime
    {
        private InProcessTestCluster? _cluster;

        /// <summary>Not at all, so that no fact hears what another told; as in a real silo where that is the point.</summary>
        public TimeSpan ComingBack { get; init; } = TimeSpan.Zero;

        public IClusterClient Client => _cluster!.Client;

        public async ValueTask InitializeAsync()
        {
            var builder = new InProcessTestClusterBuilder(2);
            builder.ConfigureSilo((_, silo) => silo.Services.AddSingleton(new JournalClock(TimeProvider.System)).Configure<LiveFeedOptions>(o => o.ComingBack = ComingBack));
            _cluster = builder.Build();
            await _cluster.DeployAsync();
        }

        /// <summary>As a room tells it: again, while the feed's silo is not known to be dead.</summary>
        public async Task TellAsync(string key, LiveUpdate update)
        {
            for (var tries = 1; ; tries++)
            {
                try
                {
                    await Feed(key).Tell(update);
                    return;
                }
                catch (Exception away) when (away is OrleansException or TimeoutException && tries < 10)
                {
                    TestContext.Current.TestOutputHelper?.WriteLine($"Not told: {away.Message}");
                }
            }
        }

        /// <summary>Ends the silo where a feed is, without a goodbye.</summary>
        public async Task KillAsync(string key)
        {
            var home = await _cluster!.Client.GetGrain<IManagementGrain>(0).GetActivationAddress(Feed(key));
            await _cluster.KillSiloAsync(_cluster.Silos.Single(silo => silo.SiloAddress.Equals(home)));
        }

        private ILiveFeedGrain Feed(string key) => Client.GetGrain<ILiveFeedGrain>(key);

        public async ValueTask DisposeAsync()
        {
            if (_cluster is not null) await _cluster.DisposeAsync();
        }
    }
}
