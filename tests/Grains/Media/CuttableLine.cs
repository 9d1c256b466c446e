using System.Net;
using System.Net.Sockets;
using Balie.Grains.Calls.Media;

namespace Balie.Grains.Tests.Media;

/// <summary>A TCP relay before a real Janus whose connections can be cut, as a network would.</summary>
public sealed class CuttableLine : IMediaNode, IAsyncDisposable
{
    readonly JanusProcess behind;
    readonly TcpListener listener = new(IPAddress.Loopback, 0);
    readonly CancellationTokenSource closing = new();
    readonly SemaphoreSlim accepted = new(0);
    readonly Task accepting;
    CancellationTokenSource line = new();
    Task carrying = Task.CompletedTask;

    public CuttableLine(JanusProcess behind)
    {
        this.behind = behind;
        listener.Start();
        accepting = AcceptAsync();
    }

    public MediaNodeAddress? Current =>
        behind.Current is { } there ? there with { WebSocket = new($"ws://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/") } : null;

    public event Action<MediaNodeAddress>? Started
    {
        add => behind.Started += value;
        remove => behind.Started -= value;
    }

    public event Action<string>? Died
    {
        add => behind.Died += value;
        remove => behind.Died -= value;
    }

    /// <summary>Comes back when both ends are closed.</summary>
    public async Task CutAsync()
    {
        while (accepted.Wait(0)) { }
        await line.CancelAsync();
    }

    public Task UntilConnectedAgainAsync(CancellationToken ct) => accepted.WaitAsync(ct);

    async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var near = await listener.AcceptTcpClientAsync(closing.Token);
                await carrying;
                line = CancellationTokenSource.CreateLinkedTokenSource(closing.Token);
                carrying = CarryAsync(near, line.Token);
                accepted.Release();
            }
        }
        catch (OperationCanceledException) when (closing.IsCancellationRequested)
        {
            await carrying;
        }
    }

    async Task CarryAsync(TcpClient near, CancellationToken cut)
    {
        using var far = new TcpClient();
        using (near)
        {
            try
            {
                await far.ConnectAsync(IPAddress.Loopback, behind.Current!.WebSocket.Port, cut);
                await Task.WhenAny(near.GetStream().CopyToAsync(far.GetStream(), cut), far.GetStream().CopyToAsync(near.GetStream(), cut));
            }
            catch (OperationCanceledException) when (cut.IsCancellationRequested)
            {
                // Cut on purpose.
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await closing.CancelAsync();
        await accepting;
        listener.Stop();
    }
}
