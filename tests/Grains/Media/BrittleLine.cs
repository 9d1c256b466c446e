using System.Net;
using System.Net.Sockets;
using Balie.Grains.Calls.Media;

namespace Balie.Grains.Tests.Media;

/// <summary>
/// A relay before a real Janus that counts what Balie says to it, and breaks at the message it was told to break at: before Janus heard it, or after, so
/// that only the answer is lost. It stays broken until it is mended.
/// </summary>
public sealed class BrittleLine : IMediaNode, IAsyncDisposable
{
    readonly JanusProcess behind;
    readonly TcpListener listener = new(IPAddress.Loopback, 0);
    readonly CancellationTokenSource closing = new();
    readonly List<Task> carrying = [];
    readonly Task accepting;
    int said, breaksAt = int.MaxValue, swallowsAt = int.MaxValue;
    bool heard;
    volatile bool broken;

    public BrittleLine(JanusProcess behind)
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

    /// <summary>Messages since <see cref="BreakAt"/>.</summary>
    public int Said => Volatile.Read(ref said);

    public bool IsBroken => broken;

    /// <param name="message">Counts from 1, from now on.</param>
    /// <param name="isHeard">Janus still hears that one; its answer is lost.</param>
    public void BreakAt(int message, bool isHeard)
    {
        (breaksAt, heard) = (message, isHeard);
        Volatile.Write(ref said, 0);
    }

    /// <summary>That one message, counted from now on, never arrives; the line stays.</summary>
    public void SwallowAt(int message)
    {
        swallowsAt = message;
        Volatile.Write(ref said, 0);
    }

    public void Mend()
    {
        breaksAt = int.MaxValue;
        broken = false;
    }

    async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var near = await listener.AcceptTcpClientAsync(closing.Token);
                if (broken) near.Dispose();
                else carrying.Add(CarryAsync(near));
            }
        }
        catch (OperationCanceledException) when (closing.IsCancellationRequested)
        {
            await Task.WhenAll(carrying);
        }
    }

    async Task CarryAsync(TcpClient near)
    {
        using var far = new TcpClient();
        using var cut = CancellationTokenSource.CreateLinkedTokenSource(closing.Token);
        using (near)
        {
            try
            {
                await far.ConnectAsync(IPAddress.Loopback, behind.Current!.WebSocket.Port, cut.Token);
                await Task.WhenAny(SpeakAsync(near.GetStream(), far.GetStream(), cut.Token), AnswerAsync(far.GetStream(), near.GetStream(), cut.Token));
                await cut.CancelAsync();
            }
            catch (Exception) when (broken || closing.IsCancellationRequested)
            {
                // Broken on purpose.
            }
        }
    }

    /// <summary>Each message of the client is one masked WebSocket frame, and arrives in one piece or more: frames are counted, not pieces.</summary>
    async Task SpeakAsync(NetworkStream from, NetworkStream to, CancellationToken ct)
    {
        var buffer = new byte[64 * 1024];
        var upgraded = false;
        while (await from.ReadAsync(buffer, ct) is > 0 and var length)
        {
            var speaks = upgraded && (buffer[0] & 0x0f) == 1 && (buffer[1] & 0x80) != 0;
            upgraded = true;
            var number = speaks ? Interlocked.Increment(ref said) : 0;
            var breaks = number >= breaksAt;
            broken |= breaks;
            if (number == swallowsAt) continue;
            if (!breaks || heard) await to.WriteAsync(buffer.AsMemory(0, length), ct);
            if (breaks) return;
        }
    }

    /// <summary>Nothing comes back once the line is broken: Janus may answer before the connections are cut.</summary>
    async Task AnswerAsync(NetworkStream from, NetworkStream to, CancellationToken ct)
    {
        var buffer = new byte[64 * 1024];
        while (await from.ReadAsync(buffer, ct) is > 0 and var length && !broken) await to.WriteAsync(buffer.AsMemory(0, length), ct);
    }

    public async ValueTask DisposeAsync()
    {
        await closing.CancelAsync();
        await accepting;
        listener.Stop();
    }
}
