namespace Balie.Grains.Identity;

/// <summary>
/// The Belgian national register number, and the bis number of people who are not in the register: eleven digits, of which the last two are
/// 97 minus the first nine modulo 97 (with a 2 before the nine for who is born from 2000 on).
/// </summary>
public static class NationalRegisterNumber
{
    /// <summary>True for a number with right check digits and a possible birth date. Only digits: strip punctuation before.</summary>
    public static bool IsValid(string? number)
    {
        if (number is not { Length: 11 } || !number.All(char.IsAsciiDigit)) return false;
        return IsPossibleMonth(int.Parse(number.AsSpan(2, 2))) && int.Parse(number.AsSpan(4, 2)) <= 31 && ChecksOut(number);
    }

    /// <summary>All but the last two digits hidden: <c>••.••.••-•••.28</c>.</summary>
    public static string Mask(string number) => number.Length == 11 ? $"••.••.••-•••.{number[9..]}" : "••";

    /// <summary>Months of a bis number are raised by 20 (sex unknown) or 40 (known); 00 when the date of birth is unknown.</summary>
    private static bool IsPossibleMonth(int month) => month % 20 <= 12 && month < 60;

    private static bool ChecksOut(string number)
    {
        var first = long.Parse(number.AsSpan(0, 9));
        var check = int.Parse(number.AsSpan(9, 2));
        return 97 - (first % 97) == check || 97 - ((2_000_000_000L + first) % 97) == check;
    }
}
