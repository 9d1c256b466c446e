namespace Balie.Grains.Tests.Platform;

/// <summary>What the facts of the rooms stand on.</summary>
public sealed class RoomClusterFacts(Database database) : IClassFixture<Database>
{
    [Fact]
    public async Task The_clock_may_stop_anywhere_before_Orleans_looks_after_its_reminders()
    {
        await using var cluster = await RoomCluster.StartAsync(database);

        // It looks first after a while that it draws, in less than milliseconds.
        var walk = Task.Run(
            () =>
            {
                for (var i = 0; i < 120_000; i++) cluster.Clock.Advance(TimeSpan.FromMilliseconds(1));
            }, TestContext.Current.CancellationToken);

        await walk.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
    }
}
