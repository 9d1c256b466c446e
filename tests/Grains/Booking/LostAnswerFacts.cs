using Balie.Grains.Interfaces.Booking;
using Balie.Grains.Interfaces.Platform;
using Balie.Grains.Platform;
using Balie.Grains.Tests.Platform;
using Microsoft.Extensions.DependencyInjection;

namespace Balie.Grains.Tests.Booking;

/// <summary>A commit whose answer never came, as when the database is killed at that moment: who asks again gets what stands, and nobody goes on with what was.</summary>
public sealed class LostAnswerFacts(Database database) : IClassFixture<Database>
{
    private LossyJournal? _journal;

    [Fact]
    public async Task A_hold_whose_answer_was_lost_can_be_booked()
    {
        await using var stage = await StageAsync();
        var (moment, command) = ((await stage.Free("laatste-wil", "2026-07-14"))[0], Guid.NewGuid());

        (await LostAsync(() => stage.Hold("laatste-wil", moment.Start, command))).ShouldBe("journal.unavailable");
        var hold = await stage.Hold("laatste-wil", moment.Start, command);

        (await stage.Book(hold.Hold)).Start.ShouldBe(moment.Start);
    }

    [Fact]
    public async Task A_booking_whose_answer_was_lost_stands_and_its_link_opens_when_it_is_asked_again()
    {
        await using var stage = await StageAsync();
        var (hold, command) = (await stage.Hold("laatste-wil", (await stage.Free("laatste-wil", "2026-07-15"))[0].Start), Guid.NewGuid());

        (await LostAsync(() => stage.Book(hold.Hold, c => c with { CommandId = command }))).ShouldBe("journal.unavailable");
        var receipt = await stage.Book(hold.Hold, c => c with { CommandId = command });

        receipt.Start.ShouldBe(hold.Start);
        (await stage.Mails(receipt.Visit)).ShouldHaveSingleItem();
        using var _ = RoomCluster.As(await stage.Citizen(receipt.Visit));
        (await stage.Appointment(receipt.Visit).View()).Start.ShouldBe(hold.Start);
    }

    [Fact]
    public async Task A_booking_whose_answer_was_lost_shows_although_nobody_asks_again()
    {
        await using var stage = await StageAsync();
        var hold = await stage.Hold("laatste-wil", (await stage.Free("laatste-wil", "2026-07-16"))[0].Start);

        await LostAsync(() => stage.Book(hold.Hold));

        using var _ = RoomCluster.As(RoomCluster.Staff(BookingStage.Tenant, "an"));
        await stage.Cluster.UntilAsync(
            async () =>
            {
                try
                {
                    return (await stage.Appointment(BookingStage.Visit(hold.Hold)).View()).Start == hold.Start;
                }
                catch (BalieException unknown) when (unknown.Error.Code == "visit.unknown")
                {
                    return false;
                }
            },
            "the visit was booked");
    }

    [Fact]
    public async Task Cancelling_whose_answer_was_lost_is_done_once_and_seen()
    {
        await using var stage = await StageAsync();
        var hold = await stage.Hold("laatste-wil", (await stage.Free("laatste-wil", "2026-07-17"))[0].Start);
        var receipt = await stage.Book(hold.Hold);
        var command = new CancelAppointment { CommandId = Guid.NewGuid(), Reason = "Ziek" };
        using var _ = RoomCluster.As(await stage.Citizen(receipt.Visit));

        (await LostAsync(() => stage.Appointment(receipt.Visit).Cancel(command))).ShouldBe("journal.unavailable");
        await stage.Appointment(receipt.Visit).Cancel(command);

        (await stage.Appointment(receipt.Visit).View()).Status.ShouldBe(VisitStatus.Cancelled);
        (await stage.Hold("laatste-wil", hold.Start)).Start.ShouldBe(hold.Start);
    }

    private Task<BookingStage> StageAsync() => BookingStage.StartAsync(database, configure: silo =>
        silo.Services.AddSingleton<IJournal>(services => _journal = new LossyJournal(ActivatorUtilities.CreateInstance<Journal>(services))));

    private async Task<string> LostAsync(Func<Task> work)
    {
        _journal!.Loses = _ => true;
        var code = (await Should.ThrowAsync<BalieException>(work)).Error.Code;
        _journal.Loses.ShouldBeNull("the answer was lost");
        return code;
    }
}
