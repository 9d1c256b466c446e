using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;
using MimeKit;

namespace Balie.Grains.Tests.Booking;

/// <summary>A mail server for one test on a free port: takes every mail (RFC 5321, the few verbs that a sender needs), or refuses a recipient for good.</summary>
internal sealed class PostOffice : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Channel<MimeMessage> _mails = Channel.CreateUnbounded<MimeMessage>();
    private readonly Task _accepting;

    public PostOffice()
    {
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public string? Refuses { get; init; }

    public IReadOnlyList<MimeMessage> Taken()
    {
        var found = new List<MimeMessage>();
        while (_mails.Reader.TryRead(out var mail)) found.Add(mail);
        return found;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true) await TalkAsync(await _listener.AcceptTcpClientAsync(_stop.Token));
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
    }

    private async Task TalkAsync(TcpClient client)
    {
        using var _ = client;
        using var reader = new StreamReader(client.GetStream(), Encoding.UTF8);
        await using var writer = new StreamWriter(client.GetStream(), new UTF8Encoding(false)) { NewLine = "\r\n", AutoFlush = true };
        await writer.WriteLineAsync("220 post office");
        while (await reader.ReadLineAsync(_stop.Token) is { } line)
        {
            var verb = line.Length < 4 ? line : line[..4].ToUpperInvariant();
            if (verb == "QUIT") break;
            if (verb == "DATA") await TakeAsync(reader, writer);
            else if (verb == "RCPT" && Refuses is not null && line.Contains(Refuses, StringComparison.OrdinalIgnoreCase)) await writer.WriteLineAsync("550 nobody of that name");
            else await writer.WriteLineAsync(verb == "EHLO" ? "250 8BITMIME" : "250 OK");
        }

        await writer.WriteLineAsync("221 bye");
    }

    private async Task TakeAsync(StreamReader reader, StreamWriter writer)
    {
        await writer.WriteLineAsync("354 go on");
        var text = new StringBuilder();
        while (await reader.ReadLineAsync(_stop.Token) is { } line && line != ".") text.Append(line.StartsWith('.') ? line[1..] : line).Append("\r\n");
        using var bytes = new MemoryStream(Encoding.UTF8.GetBytes(text.ToString()));
        _mails.Writer.TryWrite(await MimeMessage.LoadAsync(bytes, _stop.Token));
        await writer.WriteLineAsync("250 taken");
    }
}
