using Balie.Pdf;

namespace Balie.Pades;

/// <summary>
/// What the signatures of a file still allow (ISO 32000-2, 12.8.2.2 and 12.8.2.4): the certification's permission, and the locks
/// that earlier signers closed behind them. A document time stamp asks nobody (12.8.5).
/// </summary>
internal sealed class SigningRules
{
    readonly PdfDocument document;
    readonly List<FieldLock> locks = [];
    ChangePermission permission = ChangePermission.FillSignAndAnnotate;

    public SigningRules(PdfDocument document)
    {
        this.document = document;
        if (Reader.Resolve(document.Catalog["Perms"]) is PdfDictionary permissions && Reader.Resolve(permissions["DocMDP"]) is PdfDictionary certification) Read(certification);
        foreach (var signed in document.SignatureFields.Where(field => field.IsSigned))
        {
            Read(signed.Value!);
            if (signed.Dictionary["Lock"] is { } closed) ReadLock(closed);
        }
    }

    PdfObjectReader Reader => document.Reader;

    /// <exception cref="SignatureRefusedException">The signature would break one that is there.</exception>
    public void Check(SignatureRequest request)
    {
        if (request.Certify is not null && document.HasSignatures)
            throw new SignatureRefusedException("certify-first", "Only the first signature can certify a file.");
        if (permission == ChangePermission.Nothing)
            throw new SignatureRefusedException("certified", "The file was signed on condition that nothing changes any more; another signature would break that.");
        if (locks.Any(closed => closed.Covers(request.FieldName)))
            throw new SignatureRefusedException("field-locked", $"An earlier signer closed the field '{request.FieldName}'.");
    }

    void Read(PdfDictionary signature)
    {
        if (Reader.Resolve(signature["Reference"]) is not PdfArray references) return;
        foreach (var reference in references.Items.Select(Reader.Resolve).OfType<PdfDictionary>())
        {
            var parameters = Reader.Resolve(reference["TransformParams"]) as PdfDictionary;
            switch ((Reader.Resolve(reference["TransformMethod"]) as PdfName)?.Value)
            {
                case "DocMDP": Narrow(parameters); break;
                case "FieldMDP": locks.Add(FieldLock.Read(Reader, parameters) ?? new FieldLock(LockedFields.All, [])); break;
            }
        }
    }

    /// <summary>The lock of the field itself, as verifiers read it, whether the signature repeats it or not.</summary>
    void ReadLock(PdfObject value)
    {
        var closes = FieldLock.Read(Reader, value) ?? new FieldLock(LockedFields.All, [], ChangePermission.Nothing);
        locks.Add(closes);
        if (closes.Permission is { } narrower && narrower < permission) permission = narrower;
    }

    /// <summary>Absent means 2; what cannot be read is taken at its strictest.</summary>
    void Narrow(PdfDictionary? parameters)
    {
        var value = Reader.Resolve(parameters?["P"]);
        var found = value is null ? ChangePermission.FillAndSign
            : value is PdfNumber { Lexeme: "1" or "2" or "3" } number ? (ChangePermission)int.Parse(number.Lexeme) : ChangePermission.Nothing;
        if (found < permission) permission = found;
    }
}
