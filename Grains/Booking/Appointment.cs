using System.Collections.Immutable;
using Balie.Grains.Interfaces.Booking;
using Balie.Grains.Interfaces.Platform;

namespace Balie.Grains.Booking;

/// <summary>One visit as its events tell it. Personal texts are null once the dossier is erased.</summary>
public sealed record Appointment
{
    public static readonly Appointment None = new();

    /// <summary>Null before it is booked.</summary>
    public AppointmentBooked? Booked { get; init; }

    public DateTimeOffset BookedAt { get; init; }

    public ImmutableArray<ParticipantInvited> Invited { get; init; } = [];

    public VisitStatus Status { get; init; }

    /// <summary>Rises with every change that a calendar must take over (iCalendar SEQUENCE, RFC 5545 3.8.7.4).</summary>
    public int Sequence { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public VisitClosed? Closed { get; init; }

    public VisitRated? Rated { get; init; }

    public ParticipantInvited? Citizen => Invited.FirstOrDefault(p => p.Role == ParticipantRole.Citizen);

    public Appointment Apply(IDomainEvent happened, DateTimeOffset at) => happened switch
    {
        AppointmentBooked e => this with { Booked = e, BookedAt = at, Status = VisitStatus.Booked },
        ParticipantInvited e => this with { Invited = Invited.Add(e) },
        AppointmentCancelled => this with { Status = VisitStatus.Cancelled, Sequence = Sequence + 1 },
        VisitStarted e => this with { Status = VisitStatus.InProgress, StartedAt = e.At },
        VisitClosed e => this with { Status = VisitStatus.Closed, Closed = e },
        VisitRated e => this with { Rated = e },
        _ => this,
    };

    /// <exception cref="InvalidOperationException">It was never booked.</exception>
    public AppointmentView View(string visit, long version)
    {
        var booked = Booked ?? throw new InvalidOperationException("There is no appointment to show.");
        return new AppointmentView
        {
            Version = version,
            Visit = visit,
            Product = booked.Product,
            Start = booked.Start,
            End = booked.End,
            Status = Status,
            Staff = booked.Staff,
            StaffName = booked.StaffName,
            Participants = [.. Invited.Select(p => new ParticipantView { Id = p.Participant, Role = p.Role, Name = p.Name ?? "", Email = p.Email })],
            Language = booked.Language,
            DoorsOpen = booked.DoorsOpen,
            DoorsClose = booked.DoorsClose,
            Question = booked.Question,
            Outcome = Closed?.Outcome,
            OutcomeNote = Closed?.Note,
            Rated = Rated is not null,
        };
    }
}
