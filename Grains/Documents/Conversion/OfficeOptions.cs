namespace Balie.Grains.Documents.Conversion;

/// <summary>How the resident LibreOffice of this node runs.</summary>
public sealed record OfficeOptions
{
    /// <summary>Folder of this worker alone, under the data folder: its profile, its work and the record of its process.</summary>
    public required string Folder { get; init; }

    /// <summary>How long one conversion may take before the resident counts as hung. The first one includes its start, about a second.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Program name, found on the path, or a full path.</summary>
    public string Program { get; init; } = "soffice";

    /// <summary>User and group the program runs as when Balie is root: nobody, who owns nothing.</summary>
    public int UnprivilegedId { get; init; } = 65534;
}
