namespace Balie.Pades;

/// <summary>A difference between two states of a file, before anybody judges whether it was allowed.</summary>
/// <param name="Field">The full name of the field it is about; null when it is about none.</param>
/// <param name="NewlyVisible">Whether it takes room on a page that no field had before.</param>
internal sealed record FoundChange(ChangeKind Kind, string? Subject, IReadOnlyList<int> Pages, string? Field = null, bool NewlyVisible = false);
