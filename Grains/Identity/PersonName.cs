using System.Globalization;
using System.Text;

namespace Balie.Grains.Identity;

/// <summary>Compares the name somebody typed at booking with the one a provider vouches for.</summary>
public static class PersonName
{
    /// <summary>
    /// True when every word of the booked name is a word of the proven name and the family name is among them; accents, case, order and
    /// further given names do not matter.
    /// </summary>
    public static bool Agrees(string booked, string givenName, string familyName)
    {
        var typed = Words(booked);
        var family = Words(familyName);
        var proven = Words(givenName).Union(family).ToHashSet();
        return typed.Count > family.Count && typed.IsSubsetOf(proven) && family.IsSubsetOf(typed);
    }

    private static HashSet<string> Words(string name)
    {
        var plain = new StringBuilder(name.Length);
        foreach (var c in name.Normalize(NormalizationForm.FormD))
        {
            if (CharUnicodeInfo.GetUnicodeCategory(c) == UnicodeCategory.NonSpacingMark) continue;
            plain.Append(char.IsLetterOrDigit(c) ? char.ToLowerInvariant(c) : ' ');
        }

        return [.. plain.ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries)];
    }
}
