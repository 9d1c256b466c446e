namespace Balie.Grains.Platform;

/// <summary>PostgreSQL's programs on this machine, as Debian lays them out.</summary>
internal sealed record PostgresBinaries(string Folder, int Major)
{
    private const string Root = "/usr/lib/postgresql";

    public string this[string program] => Path.Combine(Folder, program);

    /// <summary>The version that made the data, or else the newest.</summary>
    /// <exception cref="PrivatePostgresException">There is none.</exception>
    public static PostgresBinaries Find(int? madeBy)
    {
        var found = Directory.Exists(Root)
            ? Directory.GetDirectories(Root).Where(d => File.Exists(Path.Combine(d, "bin", "initdb"))).Select(d => (Major: int.TryParse(Path.GetFileName(d), out var n) ? n : 0, d)).ToList()
            : [];
        var (major, folder) = found.Where(f => madeBy is null || f.Major == madeBy).MaxBy(f => f.Major);
        if (folder is not null) return new PostgresBinaries(Path.Combine(folder, "bin"), major);
        throw new PrivatePostgresException(madeBy is null
            ? "PostgreSQL is not installed here. Install the package postgresql, or give a connection string (ConnectionStrings:Balie)."
            : $"The data was made by PostgreSQL {madeBy}, which is not installed here. Install postgresql-{madeBy}, or move the data with pg_upgrade.");
    }
}

/// <summary>The private PostgreSQL cannot run; the message says what to do.</summary>
public sealed class PrivatePostgresException(string message) : Exception(message);
