using Balie.Grains.Booking;
using Balie.Grains.Platform;
using CsCheck;

namespace Balie.Unit.Tests.Booking;

public sealed class AgendaFacts
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Start = new(2026, 11, 24, 9, 0, 0, TimeSpan.Zero);

    private enum Step
    {
        Hold,
        Release,
        Confirm,
        Free,
        Wait,
    }

    [Fact]
    public void A_hold_keeps_the_moment_for_ten_minutes_and_no_longer()
    {
        var month = Held();

        Hold(month, "v2", Start, Now.AddMinutes(9)).Error!.Code.ShouldBe("slot.taken");
        Hold(month, "v2", Start, Now.AddMinutes(10)).Error.ShouldBeNull();
    }

    [Fact]
    public void A_hold_that_is_over_cannot_be_confirmed()
    {
        AgendaDecisions.Confirm(Held(), "v1", Now.AddMinutes(10)).Error!.Code.ShouldBe("hold.expired");
        AgendaDecisions.Confirm(Held(), "v9", Now).Error!.Code.ShouldBe("hold.expired");
    }

    [Fact]
    public void A_confirmed_moment_stays_taken_until_it_is_freed()
    {
        var month = After(Held(), AgendaDecisions.Confirm(Held(), "v1", Now));

        Hold(month, "v2", Start, Now.AddDays(1)).Error!.Code.ShouldBe("slot.taken");
        AgendaDecisions.Release(month, "v1").ShouldBe(Decision.Nothing);
        AgendaDecisions.Confirm(month, "v1", Now).Error!.Code.ShouldBe("hold.used");
        Hold(After(month, AgendaDecisions.Free(month, "v1")), "v2", Start, Now).Error.ShouldBeNull();
    }

    [Fact]
    public void Letting_go_makes_room_and_may_be_repeated()
    {
        var month = After(Held(), AgendaDecisions.Release(Held(), "v1"));

        AgendaDecisions.Release(month, "v1").ShouldBe(Decision.Nothing);
        Hold(month, "v2", Start, Now).Error.ShouldBeNull();
    }

    [Fact]
    public void Whatever_order_people_hold_confirm_let_go_and_wait_no_time_is_taken_twice() =>
        Gen.Select(Gen.Enum<Step>(), Gen.Int[0, 7], Gen.Int[0, 11]).Array[1, 60].Sample(plan =>
        {
            var (month, now, named) = (AgendaMonth.Empty, Now, 0);
            foreach (var (step, who, quarter) in plan)
            {
                if (step == Step.Wait) now += TimeSpan.FromMinutes(quarter);
                else month = After(month, Take(month, step, who, quarter, now, $"v{named++}"));
                var standing = month.Times.Values.Where(t => t.StandsAt(now)).OrderBy(t => t.Start).ToList();
                foreach (var (one, next) in standing.Zip(standing.Skip(1))) one.Until.ShouldBeLessThanOrEqualTo(next.Start);
            }
        });

    private static Decision Take(AgendaMonth month, Step step, int who, int quarter, DateTimeOffset now, string fresh)
    {
        var visits = month.Times.Keys.Order(StringComparer.Ordinal).ToList();
        var visit = visits.Count == 0 ? "none" : visits[who % visits.Count];
        return step switch
        {
            Step.Hold => Hold(month, fresh, Start.AddMinutes(15 * quarter), now),
            Step.Release => AgendaDecisions.Release(month, visit),
            Step.Confirm => AgendaDecisions.Confirm(month, visit, now),
            _ => AgendaDecisions.Free(month, visit),
        };
    }

    private static AgendaMonth Held() => After(AgendaMonth.Empty, Hold(AgendaMonth.Empty, "v1", Start, Now));

    private static Decision Hold(AgendaMonth month, string visit, DateTimeOffset start, DateTimeOffset now) =>
        AgendaDecisions.Hold(month, visit, "p", start, start.AddMinutes(30), start.AddMinutes(40), now);

    private static AgendaMonth After(AgendaMonth month, Decision decision) => decision.Events.Aggregate(month, (m, e) => m.Apply(e));
}
