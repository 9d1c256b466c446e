using System.Collections.Immutable;
using Balie.Grains.Interfaces.Booking;
using Balie.Grains.Interfaces.Platform;

namespace Balie.Grains.Booking;

/// <summary>What somebody's agenda holds in one month: holds and appointments, by visit. Times that were let go are forgotten.</summary>
public sealed record AgendaMonth(ImmutableDictionary<string, AgendaTime> Times)
{
    public static readonly AgendaMonth Empty = new(ImmutableDictionary<string, AgendaTime>.Empty);

    /// <summary>Month of a stream, "yyyyMM" of the start in UTC.</summary>
    public static string Of(DateTimeOffset start) => start.UtcDateTime.ToString("yyyyMM", System.Globalization.CultureInfo.InvariantCulture);

    public AgendaMonth Apply(IDomainEvent happened) => happened switch
    {
        SlotHeld e => new(Times.SetItem(e.Visit, new AgendaTime(e.Product, e.Start, e.End, e.Until, e.ExpiresAt))),
        HoldConfirmed e => new(Times.SetItem(e.Visit, Times[e.Visit] with { ExpiresAt = null })),
        HoldReleased e => new(Times.Remove(e.Visit)),
        SlotFreed e => new(Times.Remove(e.Visit)),
        _ => this,
    };
}

/// <summary><see cref="Until"/>: end with the free time after it. <see cref="ExpiresAt"/> null: an appointment, not a hold.</summary>
public sealed record AgendaTime(string Product, DateTimeOffset Start, DateTimeOffset End, DateTimeOffset Until, DateTimeOffset? ExpiresAt)
{
    public bool IsHold => ExpiresAt is not null;

    public bool StandsAt(DateTimeOffset now) => ExpiresAt is not { } end || now < end;
}
