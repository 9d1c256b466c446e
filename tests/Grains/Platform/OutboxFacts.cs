using System.Diagnostics.Metrics;
using Balie.Grains.Interfaces.Platform;
using Balie.Grains.Platform;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Balie.Grains.Tests.Platform;

public sealed class OutboxFacts(Database database) : IClassFixture<Database>, IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new(RoomCluster.Start);
    private readonly Recorder _recorder = new();
    private readonly MemoryKeyRing _keys = new();
    private readonly ServiceProvider _meters = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly OutboxSignal _signal = new();
    private readonly OutboxOptions _options = new() { MostAttempts = 3 };
    private Journal _journal = null!;
    private OutboxDispatcher _dispatcher = null!;
    private OutboxMetrics _metrics = null!;
    private JournalClock _clock = null!;

    public async ValueTask InitializeAsync()
    {
        await database.ExecuteAsync("truncate outbox");
        _clock = new JournalClock(_time);
        _journal = new Journal(database.Source, _clock, _signal, NullLogger<Journal>.Instance);
        _metrics = new OutboxMetrics(_meters.GetRequiredService<IMeterFactory>());
        _dispatcher = Dispatcher(_recorder);
    }

    public async ValueTask DisposeAsync()
    {
        await _journal.DisposeAsync();
        _dispatcher.Dispose();
        await _meters.DisposeAsync();
    }

    [Fact]
    public async Task Messages_of_a_stream_leave_in_order_and_once()
    {
        await SendAsync("a", "1", "2", "3");

        (await DrainAsync()).ShouldBe(3);

        _recorder.Seen.Select(i => i.Payload).ShouldBe(["1", "2", "3"]);
        (await DrainAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task A_message_that_fails_holds_up_its_own_stream_only_and_is_tried_again_later()
    {
        _recorder.Fail = i => i.Payload == "1" && i.Attempt == 1;
        await SendAsync("a", "1", "2");
        await SendAsync("b", "x");

        await DrainAsync();
        _recorder.Done.ShouldBe(["x"]);

        _time.Advance(TimeSpan.FromSeconds(2));
        await DrainAsync();
        _recorder.Done.ShouldBe(["x", "1", "2"]);
        _recorder.Seen.Where(i => i.Payload == "1").Select(i => (i.Attempt, i.IdempotencyKey)).ShouldBe([(1, "key-1"), (2, "key-1")]);
    }

    [Fact]
    public async Task What_keeps_failing_becomes_a_dead_letter_and_the_stream_goes_on()
    {
        _recorder.Fail = i => i.Payload == "1";
        await SendAsync("a", "1", "2");

        for (var i = 0; i < _options.MostAttempts; i++)
        {
            await DrainAsync();
            _time.Advance(TimeSpan.FromMinutes(20));
        }

        _recorder.Done.ShouldBe(["2"]);
        (await database.ScalarAsync<string>("select last_error from outbox where dead_at is not null")).ShouldBe(nameof(InvalidOperationException));
        await _metrics.MeasureAsync(database.Source, _clock, CancellationToken.None);
        _metrics.Dead.ShouldBe(1);
    }

    [Fact]
    public async Task A_refused_message_is_dead_at_once()
    {
        _recorder.Refuse = true;
        await SendAsync("a", "1");

        await DrainAsync();

        (await database.ScalarAsync<int>("select attempts from outbox where dead_at is not null")).ShouldBe(1);
    }

    [Fact]
    public async Task A_message_planned_for_later_waits_for_its_time_without_holding_up_the_next()
    {
        await AppendAsync("a", new PendingMessage("test.later", "reminder", "k1", _clock.GetUtcNow() + TimeSpan.FromHours(1)), new PendingMessage("test.now", "now", "k2"));

        await DrainAsync();
        _recorder.Done.ShouldBe(["now"]);

        _time.Advance(TimeSpan.FromHours(1));
        await DrainAsync();
        _recorder.Done.ShouldBe(["now", "reminder"]);
    }

    [Fact]
    public async Task Two_nodes_at_once_carry_out_every_message_once_and_in_order()
    {
        for (var s = 0; s < 5; s++) await SendAsync($"s{s}", [.. Enumerable.Range(0, 8).Select(n => $"{s}-{n}")]);

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => DrainAllAsync(40)));

        _recorder.Done.Count.ShouldBe(40);
        for (var s = 0; s < 5; s++) _recorder.Done.Where(p => p.StartsWith($"{s}-")).ShouldBe(Enumerable.Range(0, 8).Select(n => $"{s}-{n}"));
    }

    [Fact]
    public async Task A_sealed_message_is_opened_on_its_way_out_and_forgotten_after()
    {
        var key = await _keys.DossierKeyAsync("t", "v1");
        await AppendAsync("appointment/v1", OutboxPayload.Seal(new PendingMessage("test.mail", "Dag Gerrit", "k"), key));

        await DrainAsync();

        _recorder.Done.ShouldBe(["Dag Gerrit"]);
        (await database.ScalarAsync<string>("select payload from outbox")).ShouldBe("");
    }

    [Fact]
    public async Task A_message_of_an_erased_dossier_never_leaves()
    {
        var key = await _keys.DossierKeyAsync("t", "v2");
        await AppendAsync("appointment/v2", OutboxPayload.Seal(new PendingMessage("test.mail", "Dag Gerrit", "k"), key));
        await _keys.DestroyDossierKeyAsync("t", "v2");

        await DrainAsync();

        _recorder.Seen.ShouldBeEmpty();
        (await database.ScalarAsync<string>("select last_error from outbox where dead_at is not null")).ShouldBe("The dossier was erased.");
    }

    [Fact]
    public async Task A_handler_that_hangs_holds_up_its_own_lane_only()
    {
        var slow = new Slow();
        _options.Workers = 1;
        using var dispatcher = Dispatcher(slow, _recorder);
        await dispatcher.StartAsync(TestContext.Current.CancellationToken);
        await AppendAsync("a", new PendingMessage("slow.mail", "hangs", "k1"), new PendingMessage("test.report", "goes on", "k2"));

        await slow.Began.Task.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        await _recorder.First.Task.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        _recorder.Done.ShouldBe(["goes on"]);

        slow.End.SetResult();
        await dispatcher.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task What_nobody_here_carries_out_is_left_to_others_without_a_try()
    {
        await AppendAsync("a", new PendingMessage("media.store", "elsewhere", "k1"), new PendingMessage("test.now", "here", "k2"));

        await DrainAsync();

        _recorder.Done.ShouldBe(["here"]);
        (await database.ScalarAsync<int>("select attempts from outbox where kind = 'media.store' and done_at is null")).ShouldBe(0);
    }

    [Fact]
    public async Task What_must_be_waited_for_costs_no_attempt_however_long_it_takes()
    {
        var there = false;
        _recorder.Fail = _ => there ? false : throw new OutboxLaterException("The node is away.", TimeSpan.FromMinutes(1));
        await SendAsync("a", "1");
        for (var i = 0; i < 50; i++)
        {
            await DrainAsync();
            _time.Advance(TimeSpan.FromHours(1));
        }

        there = true;
        await DrainAsync();

        _recorder.Done.ShouldBe(["1"]);
        _recorder.Seen.ShouldAllBe(i => i.Attempt == 1);
    }

    [Fact]
    public async Task What_is_waited_for_lets_the_later_messages_of_its_stream_go_before_it()
    {
        _recorder.Fail = i => i.Payload == "1" ? throw new OutboxLaterException("The node is away.", TimeSpan.FromMinutes(1)) : false;
        await SendAsync("a", "1", "2");

        await DrainAsync();

        _recorder.Done.ShouldBe(["2"]);
    }

    [Fact]
    public async Task What_is_nowhere_else_is_never_given_up()
    {
        var stubborn = new Stubborn();
        using var dispatcher = Dispatcher(stubborn);
        await AppendAsync("a", new PendingMessage("kept.segment", "1", "k1"));
        for (var i = 0; i < 3 * _options.MostAttempts; i++)
        {
            await dispatcher.CarryOutOneAsync(TestContext.Current.CancellationToken);
            _time.Advance(TimeSpan.FromHours(1));
        }

        stubborn.Attempts.ShouldBe(3 * _options.MostAttempts);
        (await database.ScalarAsync<long>("select count(*) from outbox where dead_at is not null")).ShouldBe(0);
    }

    [Fact]
    public async Task A_dead_letter_can_be_sent_again_and_is_counted()
    {
        _recorder.Refuse = true;
        await SendAsync("a", "1");
        await DrainAsync();
        var box = new DeadLetterBox(database.Source, _clock);
        (await box.LookAsync(TestContext.Current.CancellationToken)).ShouldBe([("test.message", 1, "No such address.")]);

        _recorder.Refuse = false;
        (await box.RequeueAsync("test.other", TestContext.Current.CancellationToken)).ShouldBe(0);
        (await box.RequeueAsync("test.message", TestContext.Current.CancellationToken)).ShouldBe(1);
        await DrainAsync();

        _recorder.Done.ShouldBe(["1"]);
        await _metrics.MeasureAsync(database.Source, _clock, CancellationToken.None);
        (_metrics.Dead, _metrics.Requeued).ShouldBe((0, 1));
    }

    [Fact]
    public async Task What_is_past_its_time_is_forgotten_and_nothing_else()
    {
        await database.ExecuteAsync("truncate command");
        await SendAsync("a", "old");
        await DrainAsync();
        _time.Advance(_options.KeepCommands + TimeSpan.FromMinutes(1));
        await SendAsync("b", "done");
        await SendAsync("c", "waits");
        _recorder.Fail = i => i.Payload == "waits";
        await DrainAsync();
        using var sweep = new RetentionSweep(database.Source, _clock, Options.Create(_options), [], NullLogger<RetentionSweep>.Instance);

        (await sweep.SweepAsync(TestContext.Current.CancellationToken)).ShouldBe(2);

        (await database.ScalarAsync<long>("select count(*) from outbox")).ShouldBe(2);
        (await database.ScalarAsync<long>("select count(*) from command")).ShouldBe(2);
        (await sweep.SweepAsync(TestContext.Current.CancellationToken)).ShouldBe(0);
    }

    private OutboxDispatcher Dispatcher(params IOutboxHandler[] handlers) =>
        new(database.Source, _clock, _signal, _keys, handlers, Options.Create(_options), _metrics, NullLogger<OutboxDispatcher>.Instance);

    private sealed class Slow : IOutboxHandler
    {
        public string Kind => "slow.*";

        public string Lane => "slow";

        public TaskCompletionSource Began { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource End { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task HandleAsync(OutboxItem item, CancellationToken ct)
        {
            Began.TrySetResult();
            return End.Task.WaitAsync(ct);
        }
    }

    private sealed class Stubborn : IOutboxHandler
    {
        public string Kind => "kept.*";

        public bool GivesUp => false;

        public int Attempts { get; private set; }

        public Task HandleAsync(OutboxItem item, CancellationToken ct)
        {
            Attempts = item.Attempt;
            throw new IOException("The disk is full.");
        }
    }

    private async Task<int> DrainAsync()
    {
        var count = 0;
        while (await _dispatcher.CarryOutOneAsync()) count++;
        return count;
    }

    private async Task DrainAllAsync(int all)
    {
        while (_recorder.Done.Count < all) await _dispatcher.CarryOutOneAsync();
    }

    private Task SendAsync(string stream, params string[] payloads) => AppendAsync(stream, [.. payloads.Select(p => new PendingMessage("test.message", p, $"key-{p}"))]);

    private async Task AppendAsync(string stream, params PendingMessage[] messages)
    {
        var write = new JournalWrite { Tenant = "t", CommandId = Guid.NewGuid(), Actor = "staff:x", PayloadHash = [1], At = _clock.GetUtcNow() };
        foreach (var message in messages) write.Send(stream, message);
        await _journal.AppendAsync(write);
    }

    private sealed class Recorder : IOutboxHandler
    {
        private readonly Lock _lock = new();
        private readonly List<OutboxItem> _seen = [];
        private readonly List<string> _done = [];

        public string Kind => "test.*";

        public Func<OutboxItem, bool> Fail { get; set; } = _ => false;

        public bool Refuse { get; set; }

        public TaskCompletionSource First { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public IReadOnlyList<OutboxItem> Seen
        {
            get { lock (_lock) return [.. _seen]; }
        }

        public IReadOnlyList<string> Done
        {
            get { lock (_lock) return [.. _done]; }
        }

        public Task HandleAsync(OutboxItem item, CancellationToken ct)
        {
            lock (_lock)
            {
                _seen.Add(item);
                if (Refuse) throw new OutboxRefusedException("No such address.");
                if (Fail(item)) throw new InvalidOperationException("Not now.");
                _done.Add(item.Payload);
                First.TrySetResult();
            }

            return Task.CompletedTask;
        }
    }
}
