using Balie.Grains.Calls.Media;
using Balie.Grains.Interfaces.Calls;
using Balie.Grains.Interfaces.Platform;
using Balie.Grains.Tests.Booking;
using Balie.Grains.Tests.Platform;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;

namespace Balie.Grains.Tests.Media;

/// <summary>Whoever may no longer hear and see has nothing left on the media node, whatever broke at that moment.</summary>
[Collection("Media")]
public sealed class SilencedFacts(MediaStage stage, Database database) : IClassFixture<Database>
{
    [Theory]
    [InlineData("removed")]
    [InlineData("left")]
    [InlineData("replaced")]
    public async Task Wherever_the_line_breaks_somebody_who_must_go_is_gone_once_it_is_back(string how)
    {
        await using var line = new BrittleLine(stage.Janus);
        await using var counter = await BookingStage.StartAsync(database, configure: silo => silo.Services.AddSingleton<IMediaNode>(line));
        var whole = await StruckAsync(counter, line, how, int.MaxValue, isHeard: false);
        whole.ShouldBeGreaterThan(2);
        for (var message = 1; message <= whole; message++)
        {
            foreach (var isHeard in new[] { false, true }) await StruckAsync(counter, line, how, message, isHeard);
        }
    }

    [Fact]
    public async Task Who_was_removed_when_Balie_was_killed_is_gone_once_it_is_back()
    {
        await using var counter = await BookingStage.StartAsync(database, configure: silo => silo.Services.AddSingleton<IMediaNode>(stage.Janus));
        var visit = await StruckRoomFacts.InCallAsync(counter.Cluster);
        await visit.ComeInAsync();
        (await stage.BrowsersAsync(visit.Room)).ShouldBe(["s-an.peeters", "s1"], ignoreOrder: true);

        var silo = counter.Cluster.Cluster.Client.GetGrain<IManagementGrain>(0);
        await counter.Cluster.UntilAsync(
            async () =>
            {
                await silo.ForceActivationCollection(TimeSpan.Zero);
                return await silo.GetActivationAddress(visit.Call) is null;
            },
            "the room has written down who came in, and is closed");
        var written = await database.ScalarAsync<long>($"select max(version) from journal_event where stream = 'call/{visit.Id}'");
        await counter.Cluster.SeedAsync(BookingStage.Tenant, visit.Id, "call", written, new ParticipantRemoved("gerrit", "an.peeters"));
        await visit.ConnectAsync();
        await counter.Cluster.UntilAsync(async () => await stage.BrowsersAsync(visit.Room) is ["s-an.peeters"], "only An is left on the node");
        await visit.EndAsync();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task When_the_line_breaks_while_a_call_ends_nothing_of_it_stays_on_the_node(int message)
    {
        await using var line = new BrittleLine(stage.Janus);
        await using var counter = await BookingStage.StartAsync(database, configure: silo => silo.Services.AddSingleton<IMediaNode>(line));
        foreach (var isHeard in new[] { false, true })
        {
            var visit = await StruckRoomFacts.InCallAsync(counter.Cluster);
            await visit.ComeInAsync();
            line.BreakAt(message, isHeard);
            await visit.EndAsync();
            line.Mend();
            await counter.Cluster.UntilAsync(async () => !(await stage.RoomsAsync()).Contains(visit.Room), $"message {message} {(isHeard ? "heard" : "lost")}: the room is gone");
        }
    }

    async Task<int> StruckAsync(BookingStage counter, BrittleLine line, string how, int message, bool isHeard)
    {
        var visit = await StruckRoomFacts.InCallAsync(counter.Cluster);
        await visit.ComeInAsync();
        if (how == "replaced") await visit.ArriveElsewhereAsync();
        line.BreakAt(message, isHeard);
        await (how switch
        {
            "removed" => visit.RemoveAsync(),
            "left" => visit.LeaveAsync(),
            _ => visit.ReplaceAsync(),
        });
        var said = line.Said;
        line.Mend();
        await counter.Cluster.UntilAsync(
            async () => (await stage.BrowsersAsync(visit.Room)).Where(browser => browser != "s2").ToArray() is ["s-an.peeters"],
            $"{how}, message {message} {(isHeard ? "heard" : "lost")}: of who was in only An is left on the node");
        await visit.EndAsync();
        return said;
    }
}
