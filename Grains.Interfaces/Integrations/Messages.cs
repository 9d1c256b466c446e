namespace Balie.Grains.Interfaces.Integrations;

/// <summary>Kinds of outbox messages, and where they are handled.</summary>
public static class OutboxKind
{
    /// <summary>A mail to one person; payload <c>MailMessage</c> with sealed personal fields.</summary>
    public const string Mail = "mail";

    /// <summary>An event for the back office; payload <c>BackOfficeEvent</c>, without personal data.</summary>
    public const string Webhook = "webhook";

    /// <summary>The report must become a PDF.</summary>
    public const string RenderReport = "report.render";

    /// <summary>A closed recording segment must be stored.</summary>
    public const string StoreSegment = "recording.store";

    /// <summary>A recording must become one MP4.</summary>
    public const string ComposeRecording = "recording.compose";
}
