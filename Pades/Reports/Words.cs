namespace Balie.Pades.Reports;

/// <summary>The words of a report in one language.</summary>
internal abstract class Words
{
    public static Words Of(ReportLanguage language) => language == ReportLanguage.Dutch ? new DutchWords() : new EnglishWords();

    public abstract string Unsigned { get; }
    public abstract string Passed { get; }
    public abstract string Failed { get; }
    public abstract string Indeterminate { get; }
    public abstract string Signature { get; }
    public abstract string TimeStamp { get; }
    public abstract string RevocationUnchecked { get; }
    public abstract string NothingAfter { get; }
    public abstract string Allowed { get; }
    public abstract string Forbidden { get; }
    public abstract string File(int pages, int revisions);
    public abstract string Judged(string moment);
    public abstract string By(string? signer, string? level);
    public abstract string Proven(string moment);
    public abstract string Claimed(string moment);
    public abstract string Because(string reason);
    public abstract string Saw(int revision, int pages);
    public abstract string Change(LaterChange change);
    public abstract string Problem(SignatureProblem problem);
}

internal sealed class EnglishWords : Words
{
    public override string Unsigned => "Nobody signed this file.";
    public override string Passed => "Every signature is valid.";
    public override string Failed => "This file cannot be relied on.";
    public override string Indeterminate => "It cannot be said whether every signature is valid.";
    public override string Signature => "Signature";
    public override string TimeStamp => "Time stamp";
    public override string RevocationUnchecked => "Whether certificates were revoked was not checked.";
    public override string NothingAfter => "Nothing was added after it.";
    public override string Allowed => "This is allowed.";
    public override string Forbidden => "This is NOT allowed.";
    public override string File(int pages, int revisions) => $"Pages: {pages}. Revisions: {revisions}.";
    public override string Judged(string moment) => $"Judged as of {moment}.";
    public override string By(string? signer, string? level) => $"By {signer ?? "nobody that can be read"}{(level is null ? "" : $", level {level}")}.";
    public override string Proven(string moment) => $"Existed at {moment}; a time stamp proves it.";
    public override string Claimed(string moment) => $"At {moment}, as the signer's side says; nothing proves it.";
    public override string Because(string reason) => $"Reason given: {reason}";
    public override string Saw(int revision, int pages) => $"The signer saw revision {revision}, with {pages} {(pages == 1 ? "page" : "pages")}.";
    public override string Change(LaterChange change) => ChangeWords.English(change);
    public override string Problem(SignatureProblem problem) => problem.Message;
}

internal sealed class DutchWords : Words
{
    static readonly IReadOnlyDictionary<string, string> Sentences = new Dictionary<string, string>
    {
        ["digest"] = "Het document is gewijzigd: dit is niet wat ondertekend is.",
        ["signature"] = "De handtekening hoort niet bij het certificaat.",
        ["contents"] = "De handtekening heeft geen waarde.",
        ["byte-range"] = "De handtekening dekt niet precies het document.",
        ["padding"] = "Achter de handtekening is iets verstopt.",
        ["format"] = "De handtekening is van een soort die niet aanvaard wordt.",
        ["revision"] = "Wat ondertekend is, was nooit een toestand van dit bestand.",
        ["signature-removed"] = "Een eerdere toestand van het bestand had deze handtekening; ze is weggehaald.",
        ["cms-broken"] = "De gegevens van de handtekening zijn niet te lezen.",
        ["cms-content"] = "De handtekening draagt een eigen inhoud mee.",
        ["cms-signers"] = "De handtekening is niet van precies één ondertekenaar.",
        ["cms-attributes"] = "De ondertekende gegevens in de handtekening zijn niet in orde.",
        ["algorithm"] = "De gebruikte rekenwijzen passen niet bij elkaar.",
        ["algorithm-weak"] = "Een gebruikte rekenwijze wordt niet (meer) aanvaard.",
        ["algorithm-ended"] = "Een rekenwijze of sleutellengte wordt niet meer vertrouwd (ETSI TS 119 312).",
        ["ess"] = "De handtekening noemt een ander certificaat dan ze meedraagt.",
        ["ess-missing"] = "De handtekening noemt haar certificaat niet, zoals PAdES vraagt.",
        ["certificate-missing"] = "Het certificaat van de ondertekenaar ontbreekt.",
        ["untrusted"] = "Het certificaat leidt niet naar een vertrouwde uitgever.",
        ["key-usage"] = "Het certificaat is hier niet voor bedoeld.",
        ["chain"] = "De weg naar de vertrouwde uitgever is niet in orde.",
        ["expired"] = "Een certificaat is nu niet geldig, en niets bewijst dat de handtekening ouder is.",
        ["not-yet-valid"] = "Het certificaat is gebruikt voor het geldig was.",
        ["revocation"] = "Of een certificaat is ingetrokken, is niet te zeggen: de gegevens daarvoor ontbreken.",
        ["self-changing"] = "Wat ondertekend is, kan zich vanzelf anders tonen.",
        ["not-in-catalogue"] = "Ed25519 staat niet in de lijst van ETSI TS 119 312.",
        ["name-differs"] = "Het bestand noemt de ondertekenaar anders dan het certificaat. Alleen het certificaat bewijst iets.",
        ["time-stamp"] = "Het tijdstempel bij de handtekening bewijst niets.",
        ["time-stamp-order"] = "Het tijdstempel noemt een tijd die niet kan kloppen.",
        ["time-stamp-outside"] = "Het tijdstempel noemt een tijd waarop het certificaat van zijn dienst niet geldig was.",
        ["time-stamp-broken"] = "Het tijdstempel is niet te lezen."
    };

    public override string Unsigned => "Niemand heeft dit bestand ondertekend.";
    public override string Passed => "Elke handtekening is geldig.";
    public override string Failed => "Op dit bestand valt niet te vertrouwen.";
    public override string Indeterminate => "Het is niet te zeggen of elke handtekening geldig is.";
    public override string Signature => "Handtekening";
    public override string TimeStamp => "Tijdstempel";
    public override string RevocationUnchecked => "Of certificaten zijn ingetrokken, is niet nagegaan.";
    public override string NothingAfter => "Daarna is niets toegevoegd.";
    public override string Allowed => "Dat mag.";
    public override string Forbidden => "Dat mag NIET.";
    public override string File(int pages, int revisions) => $"Bladzijden: {pages}. Versies: {revisions}.";
    public override string Judged(string moment) => $"Beoordeeld naar de toestand op {moment}.";
    public override string By(string? signer, string? level) => $"Van {signer ?? "niemand die te lezen is"}{(level is null ? "" : $", niveau {level}")}.";
    public override string Proven(string moment) => $"Bestond op {moment}; een tijdstempel bewijst het.";
    public override string Claimed(string moment) => $"Op {moment}, zoals de ondertekenende kant zegt; niets bewijst het.";
    public override string Because(string reason) => $"Opgegeven reden: {reason}";
    public override string Saw(int revision, int pages) => $"De ondertekenaar zag versie {revision}, met {pages} {(pages == 1 ? "bladzijde" : "bladzijden")}.";
    public override string Change(LaterChange change) => ChangeWords.Dutch(change);
    public override string Problem(SignatureProblem problem) => Sentences.GetValueOrDefault(problem.Code, problem.Message);

    /// <summary>Codes that have a Dutch sentence.</summary>
    public static IEnumerable<string> Known => Sentences.Keys;
}
