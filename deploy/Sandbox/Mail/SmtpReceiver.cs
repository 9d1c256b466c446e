using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Balie.Sandbox.Mail;

/// <summary>
/// Listens for SMTP on loopback (IPv4, and IPv6 where the machine has it) and hands each connection to an <see cref="SmtpSession"/>.
/// It relays nothing: whatever it accepts ends in the <see cref="Mailbox"/>.
/// </summary>
public sealed class SmtpReceiver(SandboxOptions options, Mailbox mailbox, ILogger<SmtpReceiver> log) : IHostedService, IDisposable
{
    private readonly CancellationTokenSource stopping = new();
    private readonly List<TcpListener> listeners = [];
    private readonly ConcurrentDictionary<Task, byte> sessions = new();
    private Task accepting = Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        listeners.Add(Listen(IPAddress.Loopback));
        if (Socket.OSSupportsIPv6 && Dns.GetHostAddresses("localhost").Contains(IPAddress.IPv6Loopback))
            listeners.Add(Listen(IPAddress.IPv6Loopback));
        accepting = Task.WhenAll(listeners.Select(Accept));
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await stopping.CancelAsync();
        listeners.ForEach(listener => listener.Stop());
        // Every conversation was told to end; one that does not is left to the end of the process.
        await Task.WhenAny(Task.WhenAll(sessions.Keys.Append(accepting)), Task.Delay(Timeout.Infinite, cancellationToken));
    }

    public void Dispose()
    {
        listeners.ForEach(listener => listener.Dispose());
        stopping.Dispose();
    }

    private TcpListener Listen(IPAddress address)
    {
        var listener = new TcpListener(address, options.SmtpPort);
        listener.Start();
        return listener;
    }

    private async Task Accept(TcpListener listener)
    {
        while (!stopping.IsCancellationRequested)
        {
            TcpClient client;
            try
            {
                client = await listener.AcceptTcpClientAsync(stopping.Token);
            }
            catch (Exception stopped) when (stopping.IsCancellationRequested && stopped is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }
            var session = Serve(client);
            sessions.TryAdd(session, 0);
            _ = session.ContinueWith(done => sessions.TryRemove(done, out _), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }

    private async Task Serve(TcpClient client)
    {
        using var connection = client;
        try
        {
            await new SmtpSession(client.GetStream(), mailbox).RunAsync(stopping.Token);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            log.LogDebug("An SMTP conversation was cut because the sandbox stops.");
        }
        catch (Exception failure) when (failure is IOException or SocketException or OperationCanceledException)
        {
            log.LogDebug(failure, "An SMTP client went away in mid-conversation.");
        }
    }
}
