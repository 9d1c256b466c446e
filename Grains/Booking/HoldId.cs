using System.Security.Cryptography;
using Balie.Grains.Interfaces.Platform;

namespace Balie.Grains.Booking;

/// <summary>
/// The name of a hold, <c>{staff}.{visit}</c>: it says which agenda keeps it and which visit it becomes. The visit part is 128 random
/// bits in base32, lower-case (RFC 4648 alphabet without padding), so it cannot be guessed.
/// </summary>
public readonly record struct HoldId(string Staff, string Visit)
{
    private const string Alphabet = "abcdefghijklmnopqrstuvwxyz234567";

    public static HoldId New(string staff) => new(staff, RandomNumberGenerator.GetString(Alphabet, 26));

    /// <summary>Null when the text cannot be a hold.</summary>
    public static HoldId? Read(string? text)
    {
        var dot = text?.IndexOf('.') ?? -1;
        if (dot <= 0) return null;
        var (staff, visit) = (text![..dot], text[(dot + 1)..]);
        return GrainKey.IsPart(staff) && visit.Length is >= 20 and <= 40 && visit.All(Alphabet.Contains) ? new HoldId(staff, visit) : null;
    }

    public override string ToString() => $"{Staff}.{Visit}";
}
