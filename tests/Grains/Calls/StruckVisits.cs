using Balie.Grains.Interfaces.Booking;
using Balie.Grains.Interfaces.Calls;
using Balie.Grains.Interfaces.Platform;
using Balie.Grains.Tests.Platform;

namespace Balie.Grains.Tests.Calls;

/// <summary>What stands in the journals of a visit in which An Peeters and Gerrit Maes speak to each other.</summary>
internal static class StruckVisits
{
    public static AppointmentBooked Booked() => new()
    {
        Staff = "an",
        StaffName = "An Peeters",
        Product = "gas-boete",
        Start = RoomCluster.Start,
        End = RoomCluster.Start.AddMinutes(30),
        DoorsOpen = RoomCluster.Start.AddMinutes(-15),
        DoorsClose = RoomCluster.Start.AddHours(8),
        Language = "nl",
        PostalCode = "2991",
        Question = "",
        BaseAddress = "https://balie.example",
    };

    public static ParticipantInvited Invited() => new()
    {
        Participant = "gerrit",
        Role = ParticipantRole.Citizen,
        Name = "Gerrit Maes",
        Email = "",
        TokenHash = "gerrit",
        LinkExpiresAt = RoomCluster.Start.AddDays(1),
        By = "test",
    };

    public static IEnumerable<IDomainEvent> InCall()
    {
        yield return new OfficerJoined { Staff = "an.peeters", Name = "An Peeters", Session = "s-an.peeters", Camera = true, Microphone = true };
        yield return new ParticipantWaiting { Participant = "gerrit", Role = ParticipantRole.Citizen, Name = "Gerrit Maes", Session = "s1", Camera = true, Microphone = true };
        yield return new ParticipantAdmitted("gerrit", "s1", "an.peeters");
    }
}
