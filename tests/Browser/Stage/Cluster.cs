using Balie.Chaos.Topology;
using Microsoft.Playwright;

namespace Balie.Browser.Stage;

/// <summary>
/// Balie as a region runs it (<see cref="SeveralSilos"/>): two fronts behind a balancer, silos for rooms and for media, one PostgreSQL. It stands beside the one process of the other facts and borrows
/// that one's browsers, cameras and microphones.
/// </summary>
public sealed class Cluster(Stack stack) : IScene, IAsyncLifetime
{
    private readonly SeveralSilos silos = new(Path.Combine(Stack.Output, "cluster"));

    public string Address => silos.Address.ToString().TrimEnd('/');

    public IPlaywright Playwright => stack.Playwright;

    public FakeMedia Media => stack.Media;

    public Mailbox Mail { get; private set; } = null!;

    public SeveralSilos Silos => silos;

    /// <summary>Raw tracks that are still on a media node.</summary>
    public IReadOnlyList<string> RawTracks =>
        [.. SeveralSilos.MediaSilos.SelectMany(name => Directory.EnumerateFiles(Path.Combine(silos.Data, name, "media", "recordings"), "*.mjr*", SearchOption.AllDirectories))];

    /// <summary>Where the only call runs, once no other silo speaks with a media node: a silo that asks whether a node answers does so too, for a moment.</summary>
    public async Task<(string Rooms, string Media)> HomeAsync()
    {
        while (true)
        {
            if (await silos.CallsAsync() is [var only]) return only;
            await Task.Yield();
        }
    }

    /// <summary>Waits until a call has a home again; the media silo on which it runs.</summary>
    public async Task<string> NewHomeAsync(string former)
    {
        while (true)
        {
            if ((await silos.CallsAsync()).FirstOrDefault(call => call.Rooms != former) is { Media: { } media }) return media;
            await Task.Yield();
        }
    }

    public async ValueTask InitializeAsync()
    {
        await silos.StartAsync();
        Mail = new Mailbox(silos.Sandbox.ToString());
    }

    public async ValueTask DisposeAsync()
    {
        Mail?.Dispose();
        try
        {
            (await silos.StopAsync()).ShouldBeEmpty("every part ends well when it is asked to stop");
            Chaos.Topology.Machine.ProcessesOf(silos.Data).ShouldBeEmpty("no process is left behind");
        }
        finally
        {
            await silos.DisposeAsync();
        }
    }
}
