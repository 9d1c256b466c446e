using System.Collections.Concurrent;
using System.Text.Json;
using Balie.Grains.Calls.Media;
using Microsoft.Extensions.Logging.Abstractions;

namespace Balie.Grains.Tests.Media;

/// <summary>A visit with its room and the pages in it; offers of the room go to the pages as a hub would bring them.</summary>
public sealed class Visit : IAsyncDisposable
{
    readonly MediaStage stage;
    readonly ConcurrentDictionary<string, CallPage> pages = new();
    readonly ConcurrentQueue<Exception> faults = new();
    readonly SemaphoreSlim arrived = new(0);
    JanusClient? restarted;

    Visit(MediaStage stage) => this.stage = stage;

    public MediaRoom Room { get; private set; } = null!;

    public ConcurrentQueue<MediaRoomEvent> Events { get; } = new();

    public static async Task<Visit> OpenAsync(MediaStage stage)
    {
        var visit = new Visit(stage);
        visit.Room = await MediaRoom.OpenAsync(
            stage.Client, new($"visit-{Guid.NewGuid():N}"), visit.OnEventAsync, TimeProvider.System, NullLogger<MediaRoom>.Instance, TestContext.Current.CancellationToken);
        return visit;
    }

    public async Task<CallPage> EnterAsync(string name)
    {
        if (pages.TryRemove(name, out var former)) await former.CloseAsync();
        var page = pages[name] = await CallPage.OpenAsync(stage, () => Room, name);
        await page.PublishAsync();
        return page;
    }

    async Task OnEventAsync(MediaRoomEvent happened)
    {
        Events.Enqueue(happened);
        arrived.Release();
        if (happened is not MediaRoomEvent.NewOffer offer || !pages.TryGetValue(offer.ParticipantId, out var page)) return;
        try
        {
            await page.ReceiveAsync(offer.Offer);
        }
        catch (Exception error)
        {
            faults.Enqueue(error);
        }
    }

    /// <summary>What a new Balie process does: a connection of its own, and the room from its kept state.</summary>
    /// <param name="kept">What was written down of it; everything when not given.</param>
    public async Task RestartAsync(Func<MediaRoomState, MediaRoomState>? kept = null)
    {
        var ct = TestContext.Current.CancellationToken;
        var state = JsonSerializer.Deserialize<MediaRoomState>(JsonSerializer.Serialize(await Room.ExportAsync(ct)))!;
        state = kept?.Invoke(state) ?? state;
        await Room.DisposeAsync();
        restarted = new(stage.Janus, TimeProvider.System, NullLogger<JanusClient>.Instance);
        Room = await MediaRoom.ReclaimAsync(restarted, state, OnEventAsync, TimeProvider.System, NullLogger<MediaRoom>.Instance, ct);
    }

    /// <summary>After the node was lost: the same room on the node that came back, and everyone enters it again.</summary>
    public async Task ReopenAsync()
    {
        var name = Room.RoomId;
        await Room.DisposeAsync();
        Room = await MediaRoom.OpenAsync(stage.Client, new(name), OnEventAsync, TimeProvider.System, NullLogger<MediaRoom>.Instance, TestContext.Current.CancellationToken);
        foreach (var page in pages.Values) await page.PublishAsync();
    }

    /// <summary>Waits for an event that has come or will come.</summary>
    public async Task UntilAsync(Func<MediaRoomEvent, bool> wanted)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(20));
        while (!Events.Any(wanted)) await arrived.WaitAsync(limit.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await Room.CloseAsync(CancellationToken.None);
        if (restarted is not null) await restarted.DisposeAsync();
        foreach (var page in pages.Values) await page.CloseAsync();
        faults.ShouldBeEmpty();
    }
}
