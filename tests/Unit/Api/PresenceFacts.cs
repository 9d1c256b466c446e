using System.Threading.Channels;
using Balie.Api.Calls;
using Balie.Grains.Interfaces.Calls;
using Balie.Grains.Interfaces.Platform;
using Microsoft.Extensions.DependencyInjection;

namespace Balie.Unit.Tests.Api;

/// <summary>Rooms hear in time who is still here.</summary>
public sealed class PresenceFacts(LiveFacts.Feeds feeds) : IClassFixture<LiveFacts.Feeds>
{
    [Fact]
    public async Task A_room_that_hangs_keeps_no_other_from_hearing_who_is_there()
    {
        var heard = Channel.CreateUnbounded<string>();
        var hanging = new TaskCompletionSource();
        await using var host = await DoorHost.StartAsync(add: services => services.AddSingleton<IClusterClient>(feeds.Client));
        host.Grains.On<ICallRoomGrain>("Connected", (key, args) =>
        {
            if (key.EndsWith("/hangs", StringComparison.Ordinal)) return hanging.Task;
            heard.Writer.TryWrite((string)args[0]!);
            return Task.CompletedTask;
        });
        var live = host.Services.GetRequiredService<LiveRooms>();
        for (var i = 0; i < 20; i++) await JoinAsync(live, "hangs", $"h{i}");
        await JoinAsync(live, "answers", "c1");

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(20));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        for (var round = 1; round <= 3; round++)
        {
            string? who;
            while (!heard.Reader.TryRead(out who))
            {
                host.Clock.Advance(TimeSpan.FromSeconds(5));
                await timer.WaitForNextTickAsync(limit.Token);
            }

            who.ShouldBe("c1");
        }
    }

    private static Task JoinAsync(LiveRooms live, string visit, string connection) => live.JoinAsync(
        DoorHost.Tenant, visit, connection, new Caller { Kind = CallerKind.Participant, Tenant = DoorHost.Tenant, Id = "p1", Visit = visit, Session = "s1" }, TestContext.Current.CancellationToken);
}
