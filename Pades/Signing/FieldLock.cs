using Balie.Pdf;

namespace Balie.Pades;

/// <summary>What may still change after a signature (DocMDP /P; ISO 32000-2, table 257). Time stamps and revocation data always may be added.</summary>
public enum ChangePermission { Nothing = 1, FillAndSign = 2, FillSignAndAnnotate = 3 }

/// <summary>Which fields a lock is about (ISO 32000-2, table 236).</summary>
public enum LockedFields { All, Include, Exclude }

/// <summary>A lock dictionary (ISO 32000-2, 12.7.5.5): what closes when the field that carries it is signed.</summary>
/// <param name="Fields">Full names; with <see cref="LockedFields.All"/> none.</param>
/// <param name="Permission">What may still change in the whole file; null leaves that as it is.</param>
public sealed record FieldLock(LockedFields Action, IReadOnlyList<string> Fields, ChangePermission? Permission = null)
{
    internal void Check()
    {
        if (Action == LockedFields.All != (Fields.Count == 0)) throw new SignatureRefusedException("field-lock", "A lock names fields, or is about all of them.");
        if (Permission is { } permission && !Enum.IsDefined(permission)) throw new SignatureRefusedException("field-lock", "A permission is 1, 2 or 3.");
    }

    internal PdfDictionary ToPdf()
    {
        var dictionary = Scope(new PdfDictionary(("Type", new PdfName("SigFieldLock"))));
        return Permission is { } permission ? dictionary.With("P", new PdfNumber((int)permission)) : dictionary;
    }

    internal PdfDictionary Scope(PdfDictionary dictionary)
    {
        dictionary = dictionary.With("Action", new PdfName(Action.ToString()));
        return Action == LockedFields.All ? dictionary : dictionary.With("Fields", new PdfArray([.. Fields.Select(PdfText.Encode)]));
    }

    /// <summary>Null when the value is no lock that is understood.</summary>
    internal static FieldLock? Read(PdfObjectReader reader, PdfObject? value)
    {
        if (reader.Resolve(value) is not PdfDictionary dictionary) return null;
        if (reader.Resolve(dictionary["Action"]) is not PdfName action || !Enum.TryParse<LockedFields>(action.Value, out var kind)) return null;
        var names = reader.Resolve(dictionary["Fields"]) is PdfArray list
            ? list.Items.Select(reader.Resolve).OfType<PdfString>().Select(text => PdfText.Decode(text.Bytes)).ToArray() : [];
        var permission = reader.Resolve(dictionary["P"]) is PdfNumber { Lexeme: "1" or "2" or "3" } number ? (ChangePermission?)int.Parse(number.Lexeme) : null;
        return new FieldLock(kind, kind == LockedFields.All ? [] : names, permission);
    }

    /// <summary>Whether a field is closed by this lock; a named field closes those below it.</summary>
    internal bool Covers(string field)
    {
        var named = Fields.Any(name => name == field || field.StartsWith(name + ".", StringComparison.Ordinal));
        return Action switch { LockedFields.Include => named, LockedFields.Exclude => !named, _ => true };
    }
}
