using Balie.Pdf;

namespace Balie.Pades.Cleaning;

/// <summary>Decides for each dictionary of a file what is left of it.</summary>
/// <param name="gone">Numbers of annotations that are no longer on a page.</param>
internal sealed class Scrubber(IncrementalUpdate content, CleaningPolicy policy, ISet<string> removed, IReadOnlySet<int> gone)
{
    /// <summary>Scripts, additional actions, forms, and what a reader would show instead of what stands there.</summary>
    static readonly Dictionary<string, string> Keys = new(StringComparer.Ordinal)
    {
        ["AA"] = "AdditionalActions", ["JS"] = "JavaScript", ["JavaScript"] = "JavaScript", ["AcroForm"] = "FormFields", ["OCProperties"] = "OptionalContent",
        ["OC"] = "OptionalContent", ["Collection"] = "EmbeddedFiles", ["Alternates"] = "AlternateImages", ["OPI"] = "ExternalStreams", ["Ref"] = "ExternalStreams",
        ["AlternatePresentations"] = "Multimedia", ["Renditions"] = "Multimedia", ["RichMediaContent"] = "Multimedia", ["Perms"] = "Permissions"
    };

    static readonly HashSet<string> Embedded = ["EmbeddedFiles", "EF", "RF", "AF"];

    /// <summary>Actions that only move the view or open a web page on a click.</summary>
    static readonly HashSet<string> Harmless = ["GoTo", "URI", "Named", "Thread"];

    static readonly HashSet<string> Schemes = ["http", "https", "mailto", "tel"];

    static readonly HashSet<string> Actions =
    [
        "GoTo", "URI", "Named", "Thread", "GoToR", "GoToE", "GoToDp", "Launch", "Sound", "Movie", "Hide", "SubmitForm", "ResetForm", "ImportData", "JavaScript",
        "SetOCGState", "Rendition", "Trans", "GoTo3DView", "RichMediaExecute"
    ];

    public PdfDictionary? Change(PdfDictionary dictionary, bool isStream)
    {
        if (IsHarmfulAction(dictionary) || IsOrphan(dictionary)) return null;
        if (isStream && Name(dictionary["Subtype"]) == "PS") return Dropped("PostScript");
        var result = isStream ? WithoutExternal(dictionary) : dictionary;
        foreach (var (key, value) in dictionary.Entries)
            if (Reason(dictionary, key, value) is { } reason) result = Without(result, key, reason);
        return result;
    }

    PdfDictionary? Dropped(string reason)
    {
        removed.Add(reason);
        return null;
    }

    PdfDictionary Without(PdfDictionary dictionary, string key, string reason)
    {
        if (reason.Length > 0) removed.Add(reason);
        return dictionary.Without(key);
    }

    /// <summary>Why a key goes; null when it stays.</summary>
    string? Reason(PdfDictionary owner, string key, PdfObject value)
    {
        if (key is "A" or "PA" or "OpenAction" && content.Current(value) is PdfDictionary action && IsHarmfulAction(action)) return Name(action["S"]);
        if (key == "OpenAction" && content.Current(value) is not (PdfArray or PdfDictionary)) return "";
        if (Embedded.Contains(key)) return policy.KeepEmbeddedFiles ? null : "EmbeddedFiles";
        if (key == "Ref") return Name(owner["Subtype"]) == "Form" ? Keys[key] : null;
        if (key == "Next") return !IsAction(owner) ? null : content.Current(value) is PdfDictionary following ? Name(following["S"]) ?? "" : "ActionChains";
        if (key == "OC" && Name(owner["Type"]) == "OCMD") return null;
        if (value is PdfReference reference && gone.Contains(reference.Number)) return "";
        return Keys.GetValueOrDefault(key);
    }

    /// <summary>An action has its kind in /S; a structure element too, but that has a parent (/P) and attributes an owner (/O).</summary>
    bool IsAction(PdfDictionary dictionary) => Name(dictionary["S"]) is { } kind && Actions.Contains(kind)
        && (Name(dictionary["Type"]) == "Action" || dictionary["P"] is null && dictionary["O"] is null && dictionary["Type"] is null);

    bool IsHarmfulAction(PdfDictionary dictionary)
    {
        if (!IsAction(dictionary) && !(Name(dictionary["Type"]) == "Action" && Name(dictionary["S"]) is not null)) return false;
        var kind = Name(dictionary["S"])!;
        if (Harmless.Contains(kind) && !(kind == "URI" && LeadsAstray(dictionary))) return false;
        removed.Add(kind);
        return true;
    }

    /// <summary>Web pages, mail and telephone only: a `file:` or `javascript:` address acts on the reader's machine.</summary>
    bool LeadsAstray(PdfDictionary action)
    {
        if (content.Current(action["URI"]) is not PdfString text) return true;
        var address = PdfText.Decode(text.Bytes).Trim();
        var colon = address.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 && address.AsSpan(0, colon).IndexOfAny("/?#") < 0 && !Schemes.Contains(address[..colon].ToLowerInvariant());
    }

    /// <summary>A reference from the structure tree to an annotation that is gone.</summary>
    bool IsOrphan(PdfDictionary dictionary) => Name(dictionary["Type"]) == "OBJR" && dictionary["Obj"] is PdfReference target && gone.Contains(target.Number);

    PdfDictionary WithoutExternal(PdfDictionary dictionary)
    {
        if (dictionary["F"] is null) return dictionary;
        removed.Add("ExternalStreams");
        return dictionary.Without("F").Without("FFilter").Without("FDecodeParms");
    }

    string? Name(PdfObject? value) => (content.Current(value) as PdfName)?.Value;
}
