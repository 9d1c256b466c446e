namespace Balie.Api.Identity;

/// <summary>Where a browser goes after its login: a path of our own, never another site.</summary>
public static class ReturnPath
{
    /// <summary>The asked path when it is a local one below <paramref name="home"/>, else <paramref name="otherwise"/>.</summary>
    public static string Of(string? asked, string home, string otherwise) =>
        asked is { Length: > 0 and <= 500 } && IsLocal(asked) && (asked == home || asked.StartsWith(home + "/", StringComparison.Ordinal)) ? asked : otherwise;

    private static bool IsLocal(string path) =>
        path[0] == '/' && !path.StartsWith("//", StringComparison.Ordinal) && !path.Contains('\\') && !path.Contains("/..", StringComparison.Ordinal)
        && !path.Any(char.IsControl) && Uri.TryCreate(path, UriKind.Relative, out _);
}
