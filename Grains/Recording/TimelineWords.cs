using Balie.Grains.Interfaces.Calls;
using Balie.Grains.Interfaces.Documents;
using Balie.Grains.Interfaces.Identity;
using Balie.Grains.Interfaces.Platform;
using Balie.Grains.Interfaces.Recording;
using Balie.Grains.Interfaces.Signing;

namespace Balie.Grains.Recording;

/// <summary>What an event is called on a timeline, in Dutch; null for what a reader of a hearing has no use for.</summary>
internal static class TimelineWords
{
    public static string? Of(IDomainEvent e, Func<string, string> name) => e switch
    {
        OfficerJoined o => $"{o.Name} (medewerker) is in het gesprek",
        ParticipantAdmitted a => $"{name(a.Participant)} is binnengelaten",
        ParticipantLeft l => $"{name(l.Participant)} heeft het gesprek verlaten",
        ParticipantRemoved r => $"{name(r.Participant)} is naar de wachtkamer gestuurd",
        ConnectionLost c => $"{name(c.Participant)} is de verbinding kwijt",
        ConnectionBack c => $"{name(c.Participant)} is terug",
        MediaLost => "Beeld en geluid vielen weg",
        MediaBack => "Beeld en geluid zijn terug",
        CallEnded { Reason: "safety" } => "Het gesprek is veilig beëindigd",
        CallEnded => "Het gesprek is afgelopen",
        IdentityRequested i => $"Identiteit gevraagd aan {name(i.Participant)}",
        IdentityProven i => $"{name(i.Participant)} heeft zich aangemeld",
        IdentityLoginFailed i => $"Aanmelding van {name(i.Participant)} is niet gelukt",
        IdentityConfirmed i => $"Identiteit van {name(i.Participant)} bevestigd",
        IdentityRejected i => $"Identiteit van {name(i.Participant)} geweigerd",
        ConsentAsked => "Toestemming voor opname gevraagd",
        ConsentAnswered { Yes: true } c => $"{name(c.Participant)} stemt in met de opname",
        ConsentAnswered c => $"{name(c.Participant)} weigert de opname",
        ConsentWithdrawn c => $"{name(c.Participant)} trekt de toestemming in",
        SegmentOpened => "Opname gestart",
        SegmentEnded s => $"Opname gestopt ({Reason(s.Reason)})",
        DocumentAdded { Kind: "upload" } d => $"{d.ByName ?? name(d.By)} voegt {d.FileName ?? "een document"} toe",
        DocumentWithdrawn d => $"{name(d.By)} neemt een document terug",
        PageShown p => $"{name(p.By)} toont bladzijde {p.Page}",
        CeremonyStarted => "Het verslag wordt klaargemaakt om te tekenen",
        DocumentSigned d => $"{name(d.Participant)} tekent het verslag",
        CeremonyCompleted => "Iedereen heeft getekend",
        SigningDeclined d => $"{name(d.Participant)} tekent niet",
        CeremonyStopped => "Het tekenen is stopgezet",
        _ => null,
    };

    private static string Reason(string reason) => reason switch
    {
        "newcomer" => "er kwam iemand bij",
        "nobody" => "niemand meer aanwezig",
        "refused" => "geweigerd",
        "withdrawn" => "toestemming ingetrokken",
        "stopped" => "door de medewerker",
        "ended" => "einde van het gesprek",
        "node-lost" => "beeld en geluid vielen weg",
        _ => "niet gelukt",
    };
}
