using Balie.Pades.Cms;
using Balie.Pdf;

namespace Balie.Pades;

/// <summary>
/// The states a file went through and what each did to the one before. States are opened when they are asked for, and compared one step at
/// a time: what was changed and changed back is seen too.
/// </summary>
internal sealed class DocumentHistory
{
    /// <summary>More are made by nobody who signs, and each costs a reading of the file.</summary>
    const int MostStates = 100, MostUnlisted = 10;

    readonly PdfDocument document;
    readonly PdfDocument?[] states;
    readonly Dictionary<int, DocumentRoles> roles = [];
    readonly Dictionary<int, int> found = [];
    readonly PdfBudget budget;
    readonly Dictionary<int, IReadOnlyList<FoundChange>> changes = [];
    readonly Dictionary<int, (HashSet<int> Missing, HashSet<string> Active)> known = [];

    public DocumentHistory(PdfDocument document)
    {
        this.document = document;
        budget = new PdfBudget(document.Bytes.Length, PdfLimits.ReadingsOfHistory);
        var endsComplete = document.Revisions.Count > 0 && document.Revisions[^1].XrefOffset == document.Sections[0].Offset;
        states = new PdfDocument?[document.Revisions.Count + (endsComplete ? 0 : 1)];
        states[^1] = document;
        if (states.Length > MostStates) throw new PdfRefusedException("too-many-revisions", $"The file was saved more than {MostStates} times; its history is not judged.");
    }

    public int Count => states.Length;

    /// <summary>The file as it was, counted from 0.</summary>
    public PdfDocument State(int index) => states[index] ??= PdfDocument.Open(document.Bytes[..document.Revisions[index].End], budget);

    /// <summary>Which state a signature was made on; it must have been complete and already hold the signature, in this very field.</summary>
    /// <exception cref="CmsRefusedException">The signed bytes are no state this file was ever in.</exception>
    public int IndexOf(SignatureField signed, SignedRange range)
    {
        var index = range.End == document.Bytes.Length ? states.Length - 1 : StateOf(range.End);
        var holds = index >= 0 && State(index).SignatureFields.Any(field => field.Reference.Number == signed.Reference.Number && PlaceOf(field) == range.GapStart);
        return holds ? index : throw new CmsRefusedException("revision", "What was signed is not a state this file was ever in.");
    }

    int StateOf(int end) => found.TryGetValue(end, out var known) ? known
        : found[end] = EndingAt(end) ?? Find(PdfDocument.Open(document.Bytes[..end], budget).Sections[0].Offset);

    /// <summary>A state of exactly these bytes, which is opened only once; null when there is none or when it starts elsewhere than its end says.</summary>
    int? EndingAt(int end)
    {
        for (var i = 0; i < document.Revisions.Count; i++)
            if (document.Revisions[i].End == end) return State(i).Sections[0].Offset == document.Revisions[i].XrefOffset ? i : null;
        return null;
    }

    int Find(int offset) => Enumerable.Range(0, document.Revisions.Count).FirstOrDefault(i => document.Revisions[i].XrefOffset == offset, -1);

    /// <summary>What each later state did, oldest first, with its number from 1.</summary>
    public IEnumerable<(int Revision, FoundChange Change)> ChangesAfter(int index)
    {
        for (var i = index; i < states.Length - 1; i++)
            foreach (var change in Step(i)) yield return (i + 2, change);
        if (HidesBytes()) yield return (states.Length + 1, new(ChangeKind.HiddenBytes, null, []));
    }

    IReadOnlyList<FoundChange> Step(int index)
    {
        if (changes.TryGetValue(index, out var found)) return found;
        var unlisted = UnlistedObjects.Between(State(index + 1), EndOf(index), EndOf(index + 1))
            .Select(number => new FoundChange(ChangeKind.ContentChanged, $"{number} 0 R, in no cross-reference", []));
        return changes[index] = [.. new RevisionComparison(Roles(index), Roles(index + 1)).Run(Known(index).Missing), .. unlisted.Take(MostUnlisted)];
    }

    DocumentRoles Roles(int index) => roles.TryGetValue(index, out var known) ? known : roles[index] = new DocumentRoles(State(index));

    int EndOf(int index) => index < document.Revisions.Count ? document.Revisions[index].End : document.Bytes.Length;

    /// <summary>Names of what in a state can make it show itself differently without being changed.</summary>
    public IReadOnlySet<string> SelfChanging(int index) => SelfChangingContent.Names(State(index), Known(index).Active);

    (HashSet<int> Missing, HashSet<string> Active) Known(int index)
    {
        if (known.TryGetValue(index, out var already)) return already;
        var state = State(index);
        var hasBefore = known.TryGetValue(index - 1, out var before);
        var numbers = hasBefore ? state.Reader.Differing(State(index - 1).Reader).ToArray() : state.Reader.Numbers.ToArray();
        HashSet<int> missing = hasBefore ? [.. before.Missing] : [];
        HashSet<string> active = hasBefore ? [.. before.Active] : [];
        foreach (var number in numbers) CollectMissing(state, state.Reader.Read(new PdfReference(number, state.Reader.Generation(number))), missing);
        active.UnionWith(ActiveContentScan.Run(state, numbers));
        return known[index] = (missing, active);
    }

    static void CollectMissing(PdfDocument state, PdfObject? value, HashSet<int> missing)
    {
        if (value is PdfReference reference && state.Reader.IsMissing(reference)) missing.Add(reference.Number);
        foreach (var child in PdfComparison.Children(value)) CollectMissing(state, child, missing);
    }

    /// <summary>Whether something stands after the end of the file, where some readers look and others do not.</summary>
    bool HidesBytes()
    {
        var end = document.Revisions.Count == 0 ? 0 : document.Revisions[^1].End;
        return document.Bytes.Span[end..].ContainsAnyExcept(" \t\r\n"u8);
    }

    /// <summary>Signatures of earlier states that the file no longer has.</summary>
    public IReadOnlyList<SignatureField> Removed()
    {
        var gone = new Dictionary<int, SignatureField>();
        for (var i = 0; i < states.Length - 1; i++)
            foreach (var field in State(i).SignatureFields)
                if (PlaceOf(field) is { } place) gone[place] = field;
        foreach (var field in document.SignatureFields)
            if (PlaceOf(field) is { } place) gone.Remove(place);
        return [.. gone.Values];
    }

    static int? PlaceOf(SignatureField field) => field.Value?["Contents"] is PdfString { Start: >= 0 and var start } ? start : null;
}
