using System.Diagnostics.Metrics;
using Balie.Grains.Interfaces.Platform;
using Balie.Grains.Platform;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Balie.Grains.Tests.Platform;

public sealed class AuditFacts(Database database) : IClassFixture<Database>, IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new(RoomCluster.Start);
    private readonly ServiceProvider _meters = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly string _tenant = $"t{Guid.NewGuid():N}";
    private JournalClock _clock = null!;
    private Journal _journal = null!;
    private Sealer _sealer = null!;

    public async ValueTask InitializeAsync()
    {
        _clock = new JournalClock(_time);
        _journal = new Journal(database.Source, _clock, new OutboxSignal(), NullLogger<Journal>.Instance);
        _sealer = new Sealer(database.Source, _clock, _meters.GetRequiredService<IMeterFactory>(), NullLogger<Sealer>.Instance);
        for (var version = 0; version < 3; version++) await AppendAsync("call/v1", version);
        await AppendAsync("call/v2", 0);
        await _sealer.SealAsync();
        _time.Advance(TimeSpan.FromMinutes(2));
        await AppendAsync("call/v1", 3);
        await _sealer.SealAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _journal.DisposeAsync();
        _sealer.Dispose();
        await _meters.DisposeAsync();
    }

    [Fact]
    public void The_link_of_an_event_is_what_it_always_was()
    {
        var at = new DateTimeOffset(2026, 7, 6, 8, 0, 0, TimeSpan.Zero).AddMicroseconds(123_456);
        var e = new RecordedEvent("test/één", 7, "test.happened.v1", at, "staff:x", Guid.Parse("0f8fad5b-d9cb-469f-a165-70867728950e"), """{"text":"€"}""");

        Convert.ToHexStringLower(EventHash.Next(EventHash.Start, "zonnedaal", e)).ShouldBe("86e406d92a0ad330f4bd25092334988e8645d694a9769e3d8e02c64d4b849160", "or no journal written before verifies");
    }

    [Fact]
    public async Task An_untouched_journal_is_whole()
    {
        var report = await VerifyAsync();

        report.Findings.ShouldBeEmpty();
        (report.Events, report.Streams, report.Checkpoints).ShouldBe((5, 2, 2));
        (await _sealer.SealAsync()).ShouldBe(0, "nothing happened since");
    }

    [Fact]
    public async Task After_a_quiet_hour_what_happens_in_any_municipality_is_sealed()
    {
        _time.Advance(TimeSpan.FromHours(1));
        await AppendAsync("call/v1", 0, tenant: $"{_tenant}-new");
        (await _sealer.SealAsync()).ShouldBe(1);

        await AppendAsync("call/v1", 4);
        (await _sealer.SealAsync()).ShouldBe(1);

        (await VerifyAsync()).ShouldSatisfyAllConditions(r => r.Findings.ShouldBeEmpty(), r => r.Checkpoints.ShouldBe(3));
    }

    [Theory]
    [InlineData("update journal_event set payload = 'other' where tenant = '{0}' and stream = 'call/v1' and version = 2", "call/v1", 2, "was changed")]
    [InlineData("update journal_event set actor = 'staff:y' where tenant = '{0}' and stream = 'call/v2' and version = 1", "call/v2", 1, "was changed")]
    [InlineData("update journal_event set at = at + interval '1 microsecond' where tenant = '{0}' and stream = 'call/v1' and version = 1", "call/v1", 1, "was changed")]
    [InlineData("delete from journal_event where tenant = '{0}' and stream = 'call/v1' and version = 2", "call/v1", 3, "an event before it is missing")]
    [InlineData("delete from journal_event where tenant = '{0}' and stream = 'call/v1' and version = 4", "call/v1", 4, "was sealed and is gone: the stream was cut off")]
    [InlineData("delete from journal_event where tenant = '{0}' and stream = 'call/v2'", "call/v2", 1, "was sealed and is gone: the stream was cut off")]
    [InlineData("delete from audit_head where tenant = '{0}' and stream = 'call/v2'", "checkpoint", 1, "was changed")]
    [InlineData("delete from audit_head where tenant = '{0}' and number = 1; delete from audit_checkpoint where tenant = '{0}' and number = 1", "checkpoint", 2, "does not follow from the one before it")]
    public async Task Tampering_is_found(string sql, string stream, long version, string what)
    {
        await database.ExecuteAsync("alter table journal_event disable trigger all; " + sql.Replace("{0}", _tenant) + "; alter table journal_event enable trigger all");

        (await VerifyAsync()).Findings.ShouldContain(new AuditFinding(stream, version, what));
    }

    [Fact]
    public async Task A_forged_chain_does_not_match_what_was_sealed()
    {
        // Somebody with every right rewrites the end of a stream, hashes and all.
        await database.ExecuteAsync($"alter table journal_event disable trigger all; delete from journal_event where tenant = '{_tenant}' and stream = 'call/v2'; alter table journal_event enable trigger all");
        await AppendAsync("call/v2", 0, "forged");

        (await VerifyAsync()).Findings.ShouldContain(new AuditFinding("call/v2", 1, "is not what was sealed"));
    }

    private Task<AuditReport> VerifyAsync() => new JournalAudit(database.Source).VerifyAsync(_tenant);

    private async Task AppendAsync(string stream, long expected, string payload = "{}", string? tenant = null)
    {
        var write = new JournalWrite { Tenant = tenant ?? _tenant, CommandId = Guid.NewGuid(), Actor = "staff:x", PayloadHash = [1], At = _clock.GetUtcNow() };
        write.Appends.Add(new PendingAppend { Stream = stream, ExpectedVersion = expected, Events = [new PendingEvent("test.happened.v1", payload)] });
        await _journal.AppendAsync(write);
    }
}
