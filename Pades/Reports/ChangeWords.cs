namespace Balie.Pades.Reports;

/// <summary>A later change as a sentence.</summary>
internal static class ChangeWords
{
    public static string English(LaterChange change) => $"Revision {change.Revision} {What(change)}{Where(change, " on page", " on pages")}.";

    public static string Dutch(LaterChange change) => $"Versie {change.Revision}: {Wat(change)}{Where(change, " op bladzijde", " op bladzijden")}.";

    static string Where(LaterChange change, string one, string several) => change.Pages.Count switch
    {
        0 => "",
        1 => $"{one} {change.Pages[0]}",
        _ => $"{several} {string.Join(", ", change.Pages)}"
    };

    static string What(LaterChange change) => change.Kind switch
    {
        ChangeKind.SignatureAdded => $"added the signature '{change.Subject}'",
        ChangeKind.TimeStampAdded => $"added the time stamp '{change.Subject}'",
        ChangeKind.ValidationDataAdded => "added data for later validation",
        ChangeKind.FieldFilled => $"filled in the field '{change.Subject}'",
        ChangeKind.AnnotationAdded => $"added a remark ({change.Subject})",
        ChangeKind.AnnotationChanged => $"changed a remark ({change.Subject})",
        ChangeKind.AnnotationRemoved => $"removed a remark ({change.Subject})",
        ChangeKind.FieldAdded => $"added the empty signature field '{change.Subject}'",
        ChangeKind.DescriptionChanged => $"changed the file's description of itself ({change.Subject})",
        ChangeKind.FormChanged => "added fonts or colours for form fields",
        ChangeKind.PageChanged => $"changed what is seen ({change.Subject})",
        ChangeKind.PagesAddedOrRemoved => "added, removed or moved pages",
        ChangeKind.SignatureRemoved => $"took out the signature '{change.Subject}'",
        ChangeKind.HiddenBytes => "hides bytes after the end of the file, where some readers look and others do not",
        _ => $"changed the content ({change.Subject})"
    };

    static string Wat(LaterChange change) => change.Kind switch
    {
        ChangeKind.SignatureAdded => $"handtekening '{change.Subject}' toegevoegd",
        ChangeKind.TimeStampAdded => $"tijdstempel '{change.Subject}' toegevoegd",
        ChangeKind.ValidationDataAdded => "gegevens voor latere controle toegevoegd",
        ChangeKind.FieldFilled => $"veld '{change.Subject}' ingevuld",
        ChangeKind.AnnotationAdded => $"opmerking toegevoegd ({change.Subject})",
        ChangeKind.AnnotationChanged => $"opmerking gewijzigd ({change.Subject})",
        ChangeKind.AnnotationRemoved => $"opmerking verwijderd ({change.Subject})",
        ChangeKind.FieldAdded => $"leeg handtekeningveld '{change.Subject}' toegevoegd",
        ChangeKind.DescriptionChanged => $"beschrijving van het bestand gewijzigd ({change.Subject})",
        ChangeKind.FormChanged => "lettertypes of kleuren voor formuliervelden toegevoegd",
        ChangeKind.PageChanged => $"gewijzigd wat te zien is ({change.Subject})",
        ChangeKind.PagesAddedOrRemoved => "bladzijden toegevoegd, verwijderd of verplaatst",
        ChangeKind.SignatureRemoved => $"handtekening '{change.Subject}' weggehaald",
        ChangeKind.HiddenBytes => "na het einde van het bestand staan verborgen bytes, die sommige lezers wel zien en andere niet",
        _ => $"inhoud gewijzigd ({change.Subject})"
    };
}
