using System.Collections.Immutable;
using Balie.Grains.Interfaces.Documents;
using Balie.Grains.Interfaces.Platform;
using Balie.Grains.Interfaces.Tenancy;

namespace Balie.Grains.Documents;

/// <summary>State of the dossier of one visit: its documents, the page everybody looks at, and the report. Changes only by <see cref="Apply"/>.</summary>
public sealed record Dossier
{
    public static readonly Dossier Empty = new();

    /// <summary>In order of arrival; withdrawn and superseded ones stay, to be known again.</summary>
    public ImmutableArray<DossierDocument> Documents { get; init; } = [];

    public SharedPage? Shared { get; init; }

    public ImmutableSortedDictionary<string, ReportSection> Sections { get; init; } =
        ImmutableSortedDictionary.Create<string, ReportSection>(StringComparer.Ordinal);

    public bool Locked { get; init; }

    /// <summary>When somebody last opened a document, by document and person.</summary>
    public ImmutableDictionary<(string Document, string By), DateTimeOffset> Looks { get; init; } = ImmutableDictionary<(string, string), DateTimeOffset>.Empty;

    /// <summary>What is on the table: neither withdrawn nor replaced by a newer revision.</summary>
    public IEnumerable<DossierDocument> Current => Documents.Where(d => !d.Withdrawn && d.SupersededBy is null);

    public bool HasReport => Sections.Values.Any(s => !string.IsNullOrWhiteSpace(s.Text));

    /// <summary>A document by id, also one that was replaced since; null when there is none or it was withdrawn.</summary>
    public DossierDocument? Find(string id) => Documents.FirstOrDefault(d => d.Id == id && !d.Withdrawn);

    public Dossier Apply(IDomainEvent e, DateTimeOffset at) => e switch
    {
        DocumentAdded d => Added(d, at),
        DocumentWithdrawn w => this with
        {
            Documents = Change(w.Document, d => d with { Withdrawn = true }),
            Shared = Shared?.Document == w.Document ? null : Shared,
        },
        DocumentOpened o => this with { Looks = Looks.SetItem((o.Document, o.By), at) },
        PageShown p => this with { Shared = new SharedPage(p.Document, p.Page, p.By) },
        ShowingEnded => this with { Shared = null },
        SectionSaved s => this with
        {
            Sections = Sections.SetItem(s.Section, new ReportSection(s.Text ?? "", s.Version, Sections.GetValueOrDefault(s.Section)?.CallSecond ?? s.CallSecond, at)),
        },
        ReportLocked => this with { Locked = true },
        ReportUnlocked => this with { Locked = false },
        _ => this,
    };

    /// <summary>The whole view, for staff; <see cref="DossierView.For"/> redacts it.</summary>
    /// <param name="version">Version of the stream.</param>
    /// <param name="sections">The product's sections, in order.</param>
    public DossierView View(long version, ImmutableArray<Choice> sections) => new()
    {
        Version = version,
        Documents = [.. Current.Select(d => d.View())],
        Shared = Shared,
        Report = new ReportView(Locked, [.. sections.Select(s => SectionView(s))]),
    };

    public ReportSectionView SectionView(Choice section)
    {
        var written = Sections.GetValueOrDefault(section.Code);
        return new ReportSectionView
        {
            Section = section.Code,
            Heading = section.Label,
            Text = written?.Text ?? "",
            Version = written?.Version ?? 0,
            CallSecond = written?.CallSecond,
            SavedAt = written?.SavedAt,
        };
    }

    /// <summary>A newer revision takes the place of the older one, on the shared screen too.</summary>
    private Dossier Added(DocumentAdded added, DateTimeOffset at) => this with
    {
        Documents = (added.Supersedes is { } old ? Change(old, d => d with { SupersededBy = added.Document }) : Documents).Add(DossierDocument.Of(added, at)),
        Shared = Shared is { } shared && shared.Document == added.Supersedes
            ? shared with { Document = added.Document, Page = Math.Min(shared.Page, added.Pages) }
            : Shared,
    };

    private ImmutableArray<DossierDocument> Change(string id, Func<DossierDocument, DossierDocument> change) =>
        [.. Documents.Select(d => d.Id == id ? change(d) : d)];
}

/// <summary>One document, or one revision of it.</summary>
public sealed record DossierDocument
{
    public required string Id { get; init; }
    public required string FileName { get; init; }
    public required BlobRef Blob { get; init; }
    public required int Pages { get; init; }
    public required string Kind { get; init; }
    public required bool Signed { get; init; }
    public required string By { get; init; }
    public required string ByName { get; init; }
    public required bool ByParticipant { get; init; }
    public required DateTimeOffset AddedAt { get; init; }
    public bool Withdrawn { get; init; }
    public string? SupersededBy { get; init; }

    public static DossierDocument Of(DocumentAdded added, DateTimeOffset at) => new()
    {
        Id = added.Document,
        FileName = added.FileName ?? "",
        Blob = added.Blob,
        Pages = added.Pages,
        Kind = added.Kind,
        Signed = added.Signed,
        By = added.By,
        ByName = added.ByName ?? "",
        ByParticipant = added.ByParticipant,
        AddedAt = at,
    };

    public DocumentView View() => new()
    {
        Id = Id,
        FileName = FileName,
        Kind = Kind,
        Pages = Pages,
        Size = Blob.PlainLength,
        AddedAt = AddedAt,
        AddedBy = By,
        AddedByName = ByName,
        Sha256 = Blob.PlainSha256,
        Signed = Signed,
    };
}

/// <summary>The newest text of a section of the report. <see cref="CallSecond"/>: when in the call it was first written.</summary>
public sealed record ReportSection(string Text, int Version, int? CallSecond, DateTimeOffset SavedAt);
