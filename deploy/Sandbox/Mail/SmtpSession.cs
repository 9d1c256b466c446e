using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using System.Text.RegularExpressions;

namespace Balie.Sandbox.Mail;

/// <summary>
/// One SMTP conversation (RFC 5321) with SIZE (RFC 1870), 8BITMIME (RFC 6152), PIPELINING (RFC 2920) and SMTPUTF8 (RFC 6531).
/// Only CRLF ends a line, so that nothing can be smuggled in with a lone LF. A silent client is left after five minutes (4.5.3.2.7).
/// </summary>
public sealed partial class SmtpSession
{
    /// <summary>The most a message may count, in bytes.</summary>
    public const int MaxMessageBytes = 10 * 1024 * 1024;

    private const int MaxCommandBytes = 2048, MaxLineBytes = 1024 * 1024, MaxRecipients = 100;
    private static readonly TimeSpan Silence = TimeSpan.FromMinutes(5);

    private readonly Stream stream;
    private readonly PipeReader input;
    private readonly Mailbox mailbox;
    private readonly List<string> recipients = [];
    private string? sender;
    private bool greeted;

    public SmtpSession(Stream stream, Mailbox mailbox)
    {
        this.stream = stream;
        this.mailbox = mailbox;
        input = PipeReader.Create(stream, new StreamPipeReaderOptions(leaveOpen: true));
    }

    public async Task RunAsync(CancellationToken ct = default)
    {
        await Reply("220 localhost ESMTP Balie oefenpostvak", ct);
        while (await ReadLine(MaxCommandBytes, ct) is { } line)
        {
            if (line.Cut)
            {
                await Reply("500 Line too long", ct);
                continue;
            }
            var command = Encoding.UTF8.GetString(line.Bytes);
            var verb = command.Split(' ', 2)[0].ToUpperInvariant();
            await Reply(verb == "DATA" ? await Data(ct) : Answer(verb, command), ct);
            if (verb == "QUIT")
                return;
        }
    }

    private string Answer(string verb, string command) => verb switch
    {
        "EHLO" => Greet($"250-localhost\r\n250-SIZE {MaxMessageBytes}\r\n250-8BITMIME\r\n250-PIPELINING\r\n250 SMTPUTF8"),
        "HELO" => Greet("250 localhost"),
        "MAIL" => Mail(command),
        "RCPT" => Recipient(command),
        "RSET" => Forget("250 Forgotten"),
        "NOOP" => "250 Fine",
        "VRFY" => "252 Send it and see",
        "HELP" => "214 HELO EHLO MAIL RCPT DATA RSET NOOP VRFY QUIT",
        "QUIT" => "221 Goodbye",
        "STARTTLS" or "AUTH" or "EXPN" or "TURN" => "502 Not offered here",
        _ => "500 Unknown command",
    };

    private string Greet(string answer)
    {
        greeted = true;
        return Forget(answer);
    }

    private string Forget(string answer)
    {
        sender = null;
        recipients.Clear();
        return answer;
    }

    private string Mail(string command)
    {
        if (!greeted || sender is not null)
            return "503 Bad sequence of commands";
        if (MailFrom().Match(command) is not { Success: true } match)
            return "501 Use MAIL FROM:<address>";
        foreach (var parameter in match.Groups[2].Value.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            switch (parameter.ToUpperInvariant().Split('='))
            {
                case ["SIZE", var size] when long.TryParse(size, out var bytes):
                    if (bytes > MaxMessageBytes)
                        return "552 Message is larger than 10 MB";
                    break;
                case ["BODY", "7BIT" or "8BITMIME"] or ["SMTPUTF8"]:
                    break;
                default:
                    return "555 Parameter not recognised";
            }
        sender = match.Groups[1].Value;
        return "250 Sender noted";
    }

    private string Recipient(string command)
    {
        if (sender is null)
            return "503 Bad sequence of commands";
        if (RcptTo().Match(command) is not { Success: true } match)
            return "501 Use RCPT TO:<address>";
        if (recipients.Count >= MaxRecipients)
            return "452 Too many recipients";
        recipients.Add(match.Groups[1].Value);
        return "250 Recipient noted";
    }

    private async Task<string> Data(CancellationToken ct)
    {
        if (sender is null || recipients.Count == 0)
            return "503 Bad sequence of commands";
        await Reply("354 End with a single dot on a line", ct);
        using var content = new MemoryStream();
        var tooLarge = false;
        while (true)
        {
            // A message cut off by the end of the connection was never accepted, so it is not kept.
            var line = await ReadLine(MaxLineBytes, ct) ?? throw new IOException("The connection ended inside a message.");
            if (line.Bytes is [(byte)'.'] && !line.Cut)
                break;
            var bytes = line.Bytes.AsMemory(line.Bytes is [(byte)'.', ..] ? 1 : 0);
            tooLarge |= line.Cut || content.Length + bytes.Length + 2 > MaxMessageBytes;
            if (tooLarge)
                continue;
            content.Write(bytes.Span);
            content.Write("\r\n"u8);
        }
        if (tooLarge)
            return Forget("552 Message is larger than 10 MB");
        var id = mailbox.Add(sender, recipients, content.ToArray());
        return Forget($"250 Kept as {id}");
    }

    private sealed record Line(byte[] Bytes, bool Cut);

    /// <summary>The next line without its CRLF, or null at the end of the connection. What passes <paramref name="limit"/> is dropped.</summary>
    private async Task<Line?> ReadLine(int limit, CancellationToken ct)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(Silence);
        var cut = false;
        while (true)
        {
            var result = await input.ReadAsync(patience.Token);
            var buffer = result.Buffer;
            if (EndOfLine(buffer) is { } end)
            {
                var line = buffer.Slice(0, end);
                cut |= line.Length > limit;
                var bytes = cut ? [] : line.ToArray();
                input.AdvanceTo(buffer.GetPosition(2, end));
                return new Line(bytes, cut);
            }
            if (result.IsCompleted)
                return null;
            if (buffer.Length > limit + 2L)
            {
                // Keep the last byte: it may be the CR of a CRLF that is still on its way.
                cut = true;
                input.AdvanceTo(buffer.GetPosition(buffer.Length - 1));
            }
            else
                input.AdvanceTo(buffer.Start, buffer.End);
        }
    }

    private static SequencePosition? EndOfLine(ReadOnlySequence<byte> buffer)
    {
        var reader = new SequenceReader<byte>(buffer);
        while (reader.TryAdvanceTo((byte)'\r', advancePastDelimiter: false))
        {
            var position = reader.Position;
            reader.Advance(1);
            if (reader.TryPeek(out var next) && next == (byte)'\n')
                return position;
        }
        return null;
    }

    private async Task Reply(string text, CancellationToken ct) =>
        await stream.WriteAsync(Encoding.UTF8.GetBytes(text + "\r\n"), ct);

    [GeneratedRegex(@"^MAIL FROM:\s*<([^<>\r\n]*)>((?: \S+)*)\s*$", RegexOptions.IgnoreCase)]
    private static partial Regex MailFrom();

    [GeneratedRegex(@"^RCPT TO:\s*<([^<>\s]+)>", RegexOptions.IgnoreCase)]
    private static partial Regex RcptTo();
}
