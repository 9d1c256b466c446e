using Balie.Grains.Interfaces.Booking;
using Balie.Grains.Interfaces.Platform;
using Balie.Grains.Platform;

namespace Balie.Grains.Booking;

/// <summary>The appointments as lists show them: adds to a transaction what the events of a visit mean for its row.</summary>
internal static class AppointmentList
{
    public static void Project(JournalWrite write, string tenant, string visit, IReadOnlyList<IDomainEvent> events)
    {
        var citizen = events.OfType<ParticipantInvited>().FirstOrDefault(p => p.Role == ParticipantRole.Citizen);
        foreach (var happened in events)
        {
            switch (happened)
            {
                case AppointmentBooked e:
                    write.Project(
                        "insert into appointment (tenant, visit, staff, staff_name, product, start_at, end_at, status, citizen_name) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
                        tenant, visit, e.Staff, e.StaffName, e.Product, e.Start, e.End, nameof(VisitStatus.Booked), citizen?.Name ?? "");
                    break;
                case AppointmentCancelled:
                    Status(write, tenant, visit, VisitStatus.Cancelled);
                    break;
                case VisitStarted:
                    Status(write, tenant, visit, VisitStatus.InProgress);
                    break;
                case VisitClosed:
                    Status(write, tenant, visit, VisitStatus.Closed);
                    break;
            }
        }
    }

    private static void Status(JournalWrite write, string tenant, string visit, VisitStatus status) =>
        write.Project("update appointment set status = $3 where tenant = $1 and visit = $2", tenant, visit, status.ToString());
}
