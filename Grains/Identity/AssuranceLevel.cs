namespace Balie.Grains.Identity;

/// <summary>The means of ACM/IDM and the assurance level of each (Regulation (EU) 910/2014, art. 8).</summary>
public static class AssuranceLevel
{
    private const string Prefix = "urn:be:vlaanderen:authmech:";

    /// <summary>The <c>acr_values</c> that ask for a means; null for a means that Balie does not offer.</summary>
    public static string? AcrOf(string means) => means is "itsme" or "eid" ? Prefix + means : null;

    /// <summary>"itsme" of <c>urn:be:vlaanderen:authmech:itsme</c>.</summary>
    public static string MeansOf(string acr) => acr.StartsWith(Prefix, StringComparison.Ordinal) ? acr[Prefix.Length..] : acr;

    public static string LevelOf(string acr) => MeansOf(acr) switch
    {
        "eid" or "itsme" or "eidashigh" => "High",
        "csamtotp" or "csamsms" or "eidassubstantial" => "Substantial",
        _ => "Low",
    };
}
