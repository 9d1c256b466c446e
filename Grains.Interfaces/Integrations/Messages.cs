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

    /// <summary>A stored recording segment must become files that a page plays.</summary>
    public const string MakePlayable = "recording.playable";

    /// <summary>A recording must become one MP4.</summary>
    public const string ComposeRecording = "recording.compose";
}

/// <summary>What a mail says, and to whom. The whole payload is sealed under the dossier's key while it waits.</summary>
public sealed record MailMessage
{
    public required MailKind Kind { get; init; }
    public required string Tenant { get; init; }
    public required string Visit { get; init; }
    public required string To { get; init; }
    public required string Name { get; init; }
    /// <summary>nl, en, fr or de; a language without texts of its own gets English.</summary>
    public required string Language { get; init; }
    public required string Product { get; init; }
    public required DateTimeOffset Start { get; init; }
    public required DateTimeOffset End { get; init; }
    public required string StaffName { get; init; }
    /// <summary>iCalendar SEQUENCE.</summary>
    public required int Sequence { get; init; }
    /// <summary>Personal link; null in a cancellation.</summary>
    public string? Link { get; init; }
    /// <summary>Where a new appointment can be made.</summary>
    public required string Home { get; init; }
    /// <summary>Who asked a companion to come; null for the citizen's own mails.</summary>
    public string? InvitedBy { get; init; }
    /// <summary>Helper, Lawyer or Interpreter; null for the citizen.</summary>
    public string? Role { get; init; }
    /// <summary>Link of a companion without an address of their own, for the citizen to pass on.</summary>
    public string? CompanionLink { get; init; }
    public string? CompanionName { get; init; }
    /// <summary>The reason somebody gave for cancelling; may be empty.</summary>
    public string Reason { get; init; } = "";
}

public enum MailKind
{
    Booked = 0,
    Invited = 1,
    Cancelled = 2,
}

/// <summary>What one back office address hears about a visit. Without personal data.</summary>
public sealed record BackOfficeEvent
{
    /// <summary>booked, cancelled or closed.</summary>
    public required string What { get; init; }
    public required string Tenant { get; init; }
    public required string Visit { get; init; }
    public required string Product { get; init; }
    public required DateTimeOffset Start { get; init; }
    public required DateTimeOffset End { get; init; }
    /// <summary>When it happened.</summary>
    public DateTimeOffset At { get; init; }
    /// <summary>Code of the address in the tenant's settings.</summary>
    public string Endpoint { get; init; } = "";
    public string? Outcome { get; init; }
    public bool? DoneInOneGo { get; init; }
}
