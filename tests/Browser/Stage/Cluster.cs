using System.Diagnostics;
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

    /// <summary>Where the media nodes write what they record.</summary>
    public string[] Recordings => [.. SeveralSilos.MediaSilos.Select(name => Path.Combine(silos.Data, name, "media", "recordings"))];

    /// <summary>Waits until the only call runs somewhere, after <paramref name="former"/> was killed elsewhere. Ask before a media node is killed: see <see cref="SeveralSilos.CallsAsync"/>.</summary>
    public async Task<(string Rooms, string Media)> HomeAsync(string? former = null)
    {
        using var look = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        for (var clock = Stopwatch.StartNew(); clock.Elapsed.TotalMilliseconds < Person.Patience; await look.WaitForNextTickAsync())
            if ((await silos.CallsAsync()).Where(call => call.Rooms != former).ToList() is [var only]) return only;
        throw new TimeoutException($"The call has no one home; lines: {string.Join(", ", await silos.CallsAsync())}");
    }

    /// <summary>The media silos to which silos with rooms have lines.</summary>
    public async Task<IReadOnlyList<string>> MediaAsync() => [.. (await silos.CallsAsync()).Select(call => call.Media).Distinct()];

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
