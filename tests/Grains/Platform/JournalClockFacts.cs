using Balie.Grains.Platform;

namespace Balie.Grains.Tests.Platform;

/// <summary>Time while somebody sets clocks. The database's clock is real; this machine's is not.</summary>
public sealed class JournalClockFacts(Database database) : IClassFixture<Database>
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1), Second = TimeSpan.FromSeconds(1);
    private readonly SetClock _machine = new();

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public void A_machine_whose_clock_is_set_moves_no_deadline(int hours)
    {
        var clock = new JournalClock(_machine);
        var before = clock.GetUtcNow();
        _machine.Set(TimeSpan.FromHours(hours));
        _machine.Pass(Second);
        (clock.GetUtcNow() - before).ShouldBe(Second);
    }

    [Fact]
    public async Task It_begins_at_the_databases_time_whatever_the_machine_says()
    {
        var clock = await JournalClock.AlignAsync(database.Source, _machine);
        clock.GetUtcNow().ShouldBe(await DatabaseTimeAsync(), Second);
    }

    [Fact]
    public async Task A_machine_that_slept_follows_the_database_at_once()
    {
        var clock = new JournalClock(_machine, await DatabaseTimeAsync() - Hour - _machine.GetUtcNow());
        (await clock.RealignAsync(database.Source)).ShouldBe(Hour, Second);
        clock.GetUtcNow().ShouldBe(await DatabaseTimeAsync(), Second);
    }

    [Fact]
    public async Task When_the_databases_clock_is_set_back_time_goes_on_at_half_speed_until_they_agree()
    {
        var clock = new JournalClock(_machine, await DatabaseTimeAsync() + Hour - _machine.GetUtcNow());
        var before = clock.GetUtcNow();
        (await clock.RealignAsync(database.Source)).ShouldBe(-Hour, Second);
        clock.GetUtcNow().ShouldBe(before);
        _machine.Pass(Hour);
        (clock.GetUtcNow() - before).ShouldBe(Hour / 2);
        _machine.Pass(2 * Hour);
        (clock.GetUtcNow() - before).ShouldBe(2 * Hour, Second);
    }

    [Fact]
    public async Task Clocks_that_agree_are_left_alone()
    {
        var clock = await JournalClock.AlignAsync(database.Source, TimeProvider.System);
        (await clock.RealignAsync(database.Source)).Duration().ShouldBeLessThan(Second);
        clock.GetUtcNow().ShouldBe(await DatabaseTimeAsync(), Second);
    }

    private async Task<DateTimeOffset> DatabaseTimeAsync()
    {
        await using var command = database.Source.CreateCommand("select clock_timestamp()");
        return new DateTimeOffset((DateTime)(await command.ExecuteScalarAsync())!);
    }

    /// <summary>A machine whose wall clock somebody sets; what counts on is another clock.</summary>
    private sealed class SetClock : TimeProvider
    {
        private DateTimeOffset _wall = RoomCluster.Start;
        private long _counted;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public void Set(TimeSpan by) => _wall += by;

        public void Pass(TimeSpan time) => (_wall, _counted) = (_wall + time, _counted + time.Ticks);

        public override DateTimeOffset GetUtcNow() => _wall;

        public override long GetTimestamp() => _counted;
    }
}
