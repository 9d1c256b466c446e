using System.Globalization;

namespace Balie.Pades.Tool;

/// <summary>The command line is wrong; the sentence says how.</summary>
internal sealed class UsageException(string message) : Exception(message);

/// <summary>The words after the command. Each is taken once; what nobody took is a mistake of the caller's (<see cref="Done"/>).</summary>
internal sealed class Arguments(IEnumerable<string> words)
{
    readonly List<string> left = [.. words];

    /// <summary>The next word that is no option.</summary>
    public string File(string what)
    {
        var at = left.FindIndex(word => !word.StartsWith("--", StringComparison.Ordinal));
        if (at < 0) throw new UsageException($"{what} is missing.");
        var word = left[at];
        left.RemoveAt(at);
        return word;
    }

    /// <summary>The value of an option, or null when it is not there.</summary>
    public string? Option(string name) => Options(name) switch
    {
        [] => null,
        [var only] => only,
        _ => throw new UsageException($"{name} stands there twice.")
    };

    /// <summary>The values of an option that may be repeated. Options are taken before files, because their values look like files.</summary>
    public IReadOnlyList<string> Options(string name)
    {
        var values = new List<string>();
        for (var at = left.IndexOf(name); at >= 0; at = left.IndexOf(name))
        {
            if (at + 1 >= left.Count) throw new UsageException($"{name} needs a value.");
            values.Add(left[at + 1]);
            left.RemoveRange(at, 2);
        }
        return values;
    }

    /// <summary>The value of an option that knows only certain words.</summary>
    public string Choice(string name, string otherwise, params string[] known)
    {
        var value = Option(name) ?? otherwise;
        return known.Contains(value) ? value : throw new UsageException($"{name} is one of: {string.Join(", ", known)}.");
    }

    public DateTimeOffset? Moment(string name) => Option(name) is not { } text ? null
        : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment) ? moment
        : throw new UsageException($"{name} is a moment such as 2026-11-24T18:20:00Z.");

    public bool Flag(string name) => left.Remove(name);

    /// <summary>Everything was understood.</summary>
    public void Done()
    {
        if (left.Count > 0) throw new UsageException($"'{left[0]}' is not understood.");
    }
}
