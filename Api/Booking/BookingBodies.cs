using Balie.Api.Platform;
using Balie.Grains.Interfaces.Booking;
using Balie.Grains.Interfaces.Platform;

namespace Balie.Api.Booking;

public sealed record HoldBody
{
    public required string Product { get; init; }
    public required DateTimeOffset Start { get; init; }
}

/// <summary>The details a citizen fills in; the room checks them field by field.</summary>
public sealed record BookingBody
{
    public required string Name { get; init; }
    public required string Email { get; init; }
    /// <summary>nl, en, fr or de.</summary>
    public required string Language { get; init; }
    public required string PostalCode { get; init; }
    public Companion? Companion { get; init; }
    public string Question { get; init; } = "";

    internal BookAppointment ToCommand(CommandId id, string hold, string address) => new()
    {
        CommandId = id,
        Hold = hold,
        Name = Name,
        Email = Email,
        Language = Language,
        PostalCode = PostalCode,
        Companion = Companion,
        Question = Question,
        BaseAddress = address,
    };
}

public sealed record ExchangeBody
{
    /// <summary>What stands after the dot in the link's fragment.</summary>
    public required string Token { get; init; }
}

/// <summary>The seat that a link gave this browser; <see cref="Session"/> is the browser's.</summary>
public sealed record Seat(string Participant, ParticipantRole Role, string Name, string Session);

public sealed record ReasonBody
{
    public string Reason { get; init; } = "";
}

public sealed record RatingBody
{
    /// <summary>1 (not good) to 5 (very good).</summary>
    public required int Score { get; init; }
    public string Comment { get; init; } = "";
}

public sealed record CloseBody
{
    public required string Outcome { get; init; }
    public string Note { get; init; } = "";
    public required bool DoneInOneGo { get; init; }
}

public sealed record InvitationBody
{
    public required ParticipantRole Role { get; init; }
    public required string Name { get; init; }
    public string Email { get; init; } = "";
}

/// <summary>The id of a hold, <c>{staff}.{visit}</c>.</summary>
internal readonly record struct HoldId(string Staff, string Visit)
{
    /// <summary>An id of another shape was never given out: <c>page.unknown</c>.</summary>
    public static HoldId Parse(string hold)
    {
        var dot = hold.LastIndexOf('.');
        return dot > 0 && GrainKey.IsPart(hold.AsSpan(0, dot)) && GrainKey.IsPart(hold.AsSpan(dot + 1))
            ? new HoldId(hold[..dot], hold[(dot + 1)..])
            : throw DoorErrors.Unknown();
    }
}

/// <summary>Roles as they stand in tickets and contracts: camelCase.</summary>
internal static class RoleName
{
    public static string Of(ParticipantRole role) => System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(role.ToString());

    public static ParticipantRole Parse(string role) => Enum.Parse<ParticipantRole>(role, ignoreCase: true);
}
