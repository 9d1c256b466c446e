using System.Globalization;

namespace Balie.Grains.Tenancy;

/// <summary>The number of an organisation in the Crossroads Bank for Enterprises: ten digits, of which the last two are 97 minus the first eight modulo 97.</summary>
public static class OrganisationNumber
{
    public static bool IsValid(string? number) =>
        number is { Length: 10 } && number.All(char.IsAsciiDigit) && number[0] is '0' or '1'
        && 97 - Part(number, 0, 8) % 97 == Part(number, 8, 2);

    private static int Part(string number, int at, int length) => int.Parse(number.AsSpan(at, length), CultureInfo.InvariantCulture);
}
