using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using MimeKit;

namespace Balie.Sandbox.Mail;

/// <summary>What the SMTP conversation said about a message (RFC 5321 3.3); the addresses in its header may differ. Time in UTC.</summary>
public sealed record Envelope(string Id, DateTimeOffset ReceivedAt, string From, string[] To, string Subject);

/// <summary>
/// Keeps every received message as <c>ID.eml</c>, byte for byte, with its envelope in <c>ID.json</c> beside it.
/// The envelope is written last and is what makes a message exist.
/// </summary>
public sealed class Mailbox
{
    private const string Unreadable = "(onleesbaar)";

    private readonly string folder;
    private readonly TimeProvider clock;
    private ImmutableSortedDictionary<string, Envelope> envelopes;

    public Mailbox(DataFolder data, TimeProvider clock, Arrivals arrivals)
    {
        folder = data.Folder("mail");
        this.clock = clock;
        Arrivals = arrivals;
        envelopes = Directory.EnumerateFiles(folder, "*.json")
            .Select(file => JsonSerializer.Deserialize<Envelope>(File.ReadAllBytes(file), JsonSerializerOptions.Web)!)
            .ToImmutableSortedDictionary(envelope => envelope.Id, envelope => envelope, StringComparer.Ordinal);
    }

    public Arrivals Arrivals { get; }

    /// <summary>Stores a message durably enough to answer 250; returns its identifier.</summary>
    public string Add(string from, IReadOnlyCollection<string> to, byte[] content)
    {
        var now = clock.GetUtcNow();
        var id = DataFolder.NewId(now);
        var envelope = new Envelope(id, now, from, [.. to], SubjectOf(content));
        DataFolder.Write(Path.Combine(folder, $"{id}.eml"), content);
        DataFolder.Write(Path.Combine(folder, $"{id}.json"), JsonSerializer.SerializeToUtf8Bytes(envelope, JsonSerializerOptions.Web));
        ImmutableInterlocked.Update(ref envelopes, all => all.Add(id, envelope));
        Arrivals.Announce();
        return id;
    }

    /// <summary>Newest first; <paramref name="to"/> is part of a recipient's address, case ignored; <paramref name="after"/> is an identifier already seen.</summary>
    public IReadOnlyList<Envelope> List(string? to = null, string? subject = null, string? after = null) =>
        [.. envelopes.Values.Reverse().Where(envelope =>
            (string.IsNullOrWhiteSpace(to) || envelope.To.Any(one => one.Contains(to.Trim(), StringComparison.OrdinalIgnoreCase)))
            && (string.IsNullOrWhiteSpace(subject) || envelope.Subject.Contains(subject, StringComparison.OrdinalIgnoreCase))
            && (after is null || string.CompareOrdinal(envelope.Id, after) > 0))];

    public Envelope? Find(string id) => envelopes.GetValueOrDefault(id);

    public string EmlPath(Envelope envelope) => Path.Combine(folder, $"{envelope.Id}.eml");

    /// <summary>The message, decoded; what no mail reader could make sense of is shown as plain text.</summary>
    public MailContent Read(Envelope envelope)
    {
        try
        {
            return new(envelope, MimeMessage.Load(EmlPath(envelope)));
        }
        catch (FormatException)
        {
            var raw = new TextPart("plain") { Text = Encoding.Latin1.GetString(File.ReadAllBytes(EmlPath(envelope))) };
            return new(envelope, new MimeMessage([], [], Unreadable, raw));
        }
    }

    private static string SubjectOf(byte[] content)
    {
        using var stream = new MemoryStream(content);
        try
        {
            return HeaderList.Load(stream)[HeaderId.Subject] ?? "";
        }
        catch (FormatException)
        {
            // A message without a readable header is still mail and must be kept as it came.
            return Unreadable;
        }
    }
}

/// <summary>A message, decoded: its bodies, its links, and every part that is neither body.</summary>
public sealed partial class MailContent(Envelope envelope, MimeMessage message)
{
    public Envelope Envelope => envelope;

    public MimeMessage Message => message;

    public string? Text => message.TextBody;

    public string? HtmlBody => message.HtmlBody;

    /// <summary>Everything beside the plain text and HTML body. A calendar part counts even when it is an alternative body, as in iMIP (RFC 6047).</summary>
    public IReadOnlyList<MimePart> Attachments { get; } =
        [.. message.BodyParts.OfType<MimePart>().Where(part =>
            part is not TextPart text || text.IsAttachment || !(text.IsPlain || text.IsHtml))];

    /// <summary>The web addresses in the HTML and text bodies, each once, in order of appearance.</summary>
    public IReadOnlyList<string> Links =>
        [.. Href().Matches(HtmlBody ?? "").Select(match => System.Net.WebUtility.HtmlDecode(match.Groups[1].Value))
            .Concat(PlainLink().Matches(Text ?? "").Select(match => match.Value.TrimEnd('.', ',', ';', ')', '>')))
            .Distinct(StringComparer.Ordinal)];

    public static byte[] Bytes(MimePart part)
    {
        using var stream = new MemoryStream();
        part.Content?.DecodeTo(stream);
        return stream.ToArray();
    }

    public static string FileName(MimePart part, int index) =>
        part.FileName is { Length: > 0 } name ? Path.GetFileName(name.Replace('\\', '/'))
        : part.ContentType.IsMimeType("text", "calendar") ? $"uitnodiging-{index}.ics"
        : $"bijlage-{index}.bin";

    [GeneratedRegex("""href\s*=\s*["'](https?://[^"']+)["']""", RegexOptions.IgnoreCase)]
    private static partial Regex Href();

    [GeneratedRegex("""https?://[^\s<>"]+""", RegexOptions.IgnoreCase)]
    private static partial Regex PlainLink();
}
